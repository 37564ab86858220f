"""`clinic bench network`: the position map network on heads and a renderer that it has not learned from."""

import argparse
from pathlib import Path

from clinic.cli.bench import Bench, Report


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="where ict_head.npz lies")


def _run(options: argparse.Namespace) -> Report:
    from clinic.bench.network.run import run

    return run(options)


NETWORK = Bench("the position map network, beside the fit without it", _run, _add_options)
