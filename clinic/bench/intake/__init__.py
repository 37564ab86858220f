"""`clinic bench intake`: a phantom of known surfaces and a real head, from slices to skin and bone.

`phantom` is made of `skin` (a face of the face space) and `anatomy` (what lies under it), filled into voxels by
`coverage`; `slices` writes it as a scanner would. `run` measures, `distance` compares with the truth.
"""

import argparse
from pathlib import Path

from clinic.cli.bench import Bench, Report


def _run(options: argparse.Namespace) -> Report:
    """Measure stage by stage."""
    from clinic.bench.intake.run import run

    return run(options)


def _options(parser: argparse.ArgumentParser) -> None:
    examples = Path("/usr/share/doc/invesalius-examples/examples/Cranium.inv3")
    parser.add_argument("--head", type=Path, default=examples, metavar="FILE.inv3", help="a real CT of a head")


INTAKE = Bench("slices to skin and bone: how near to the truth, how fast, with how much memory", _run, _options)
