"""`clinic bench NAME`: measure a stage against the baseline a user would pick instead."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from clinic.cli.console import Verbs, check_target, say, write_json


def add_verbs(
    verbs: Verbs, shared: argparse.ArgumentParser, benches: Mapping[str, Callable[[bool], Mapping[str, object]]]
) -> None:
    """Add `bench`."""
    bench = verbs.add_parser("bench", parents=[shared], help="measure one stage")
    bench.add_argument("name", choices=sorted(benches), metavar="NAME", help=", ".join(sorted(benches)))
    bench.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    bench.add_argument("--full", action="store_true", help="take as long as it needs")

    def run(options: argparse.Namespace) -> int:
        if options.json:
            check_target(options.json)
        figures = benches[options.name](options.full)
        if options.json:
            write_json(options.json, figures)
        say(str(figures["summary"]))
        return 0

    bench.set_defaults(run=run)
