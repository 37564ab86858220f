"""`clinic bench viewport`: how fast the window starts, draws, follows a slider and changes stages."""

import argparse

from clinic.cli.bench import Bench, Report


def _run(options: argparse.Namespace) -> Report:
    from clinic.bench.viewport.run import run

    return run(options)


VIEWPORT = Bench("the window: start, frames, sliders and stages, beside plain pyvistaqt", _run)
