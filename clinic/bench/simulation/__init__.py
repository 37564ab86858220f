"""`clinic bench simulation`: the soft-tissue solver, and the same problem in plain SfePy."""

import argparse

from clinic.cli.bench import Bench, Report

_THOUSAND = "k"
_LEAST = 1000


def _cells(text: str) -> int:
    """Read a number of tetrahedra, "60k" or "60000"."""
    number = text.strip().lower()
    try:
        cells = int(float(number.removesuffix(_THOUSAND)) * (1000 if number.endswith(_THOUSAND) else 1))
    except (ValueError, OverflowError):
        cells = 0
    if cells < _LEAST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of tetrahedra, {_LEAST} or more, like 60k")
    return cells


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(_cells(part) for part in text.split(","))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sizes", type=_sizes, metavar="20k,60k,150k", help="tetrahedra, beside the product's own mesh"
    )


def _run(options: argparse.Namespace) -> Report:
    from clinic.bench.simulation.run import run

    return run(options)


SIMULATION = Bench("the soft-tissue solver, beside plain SfePy", _run, _add_options)
