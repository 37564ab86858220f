"""`clinic bench NAME`: measure a stage against the baseline a user would pick instead."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clinic.cli.console import Verbs, check_target, say, write_json


@dataclass(frozen=True, slots=True)
class Report:
    """What a bench found. figures: for a file, ready for JSON, with a flat `summary`. words: for the terminal."""

    figures: Mapping[str, object]
    words: str


def _none(_: argparse.ArgumentParser) -> None:
    """Add no options."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One bench. about: what it measures, in one line. run: given its options. add_options: those of its own."""

    about: str
    run: Callable[[argparse.Namespace], Report]
    add_options: Callable[[argparse.ArgumentParser], object] = _none


def add_verbs(verbs: Verbs, shared: argparse.ArgumentParser, benches: Mapping[str, Bench]) -> None:
    """Add `bench` with a verb of its own for each."""
    names = verbs.add_parser("bench", help="measure one stage").add_subparsers(required=True, metavar="NAME")
    for name, bench in sorted(benches.items()):
        parser = names.add_parser(name, parents=[shared], help=bench.about)
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
        parser.add_argument("--full", action="store_true", help="take as long as it needs")
        bench.add_options(parser)
        parser.set_defaults(run=_runner(bench))


def _runner(bench: Bench) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        if options.json:
            check_target(options.json)
        found = bench.run(options)
        if options.json:
            write_json(options.json, found.figures)
        say(found.words)
        return 0

    return run
