"""`clinic bench reconstruction`: faces from photos of people whose true shape is known."""

import argparse
from pathlib import Path

from clinic.cli.bench import Bench, Report


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder with ict_head.npz, the foreign heads")


def _run(options: argparse.Namespace) -> Report:
    from clinic.bench.reconstruction.run import run

    return run(options)


RECONSTRUCTION = Bench("faces rebuilt from photos, beside their true shape", _run, _add_options)
