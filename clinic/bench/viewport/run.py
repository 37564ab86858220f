"""One run: every part in a program of its own on one screen, and what is concluded from them."""

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clinic.archive.crypto import new_passphrase
from clinic.bench.machine import Machine
from clinic.bench.report import Numbers, Unmeasured, report
from clinic.bench.viewport.screen import ProgramFailed, ask, screen
from clinic.bench.viewport.words import words
from clinic.cli.bench import Report

Figures = Mapping[str, Any]
_PASSPHRASE = "CLINIC_BENCH_PASSPHRASE"  # by which the programs get it, so that it stands on no command line


def run(options: argparse.Namespace) -> Report:
    """Measure. Raises NoScreen; what a part cannot measure is told in the report."""
    machine = Machine()
    rounds, frames, moves, starts = (5, 60, 300, 9) if options.full else (3, 30, 120, 5)
    with screen() as environment, TemporaryDirectory() as kept:
        archive, passphrase = str(Path(kept) / "archive"), new_passphrase()
        entering = {**environment, _PASSPHRASE: passphrase, "XDG_CONFIG_HOME": kept}
        rotation = _part(lambda: ask("rotation", environment, str(rounds), str(frames)))
        laid = _part(lambda: ask("archive", entering, archive))
        drag = _part(lambda: ask("drag", entering, archive, str(moves)), laid)
        journey = _part(lambda: ask("journey", entering, archive), laid)
        cold = _part(lambda: _started(entering, archive, starts), laid)
    numbers = conclude(rotation, drag, journey, cold)
    parts = {"rotation": rotation, "drag": drag, "journey": journey, "start": cold}
    return report(numbers, parts, machine, words(numbers))


def conclude(rotation: Figures, drag: Figures, journey: Figures, cold: Figures) -> Numbers:
    """Return the numbers of the summary."""
    blocks = lambda: max(block["wall_ms"] for block in journey["blocks"].values())  # noqa: E731
    return {
        "fps": _number(rotation, lambda: rotation["fps"]["ours"]),
        "fps_ratio_vs_pyvistaqt": _number(rotation, lambda: rotation["ratio"]["pyvistaqt"]),
        "fps_ratio_equal_multisampling": _number(rotation, lambda: rotation["ratio"]["pyvistaqt_no_multisampling"]),
        "drag_to_frame_p95_ms": _number(drag, lambda: drag["p95_ms"]),
        "cold_start_s": _number(cold, lambda: cold["lock_screen"]),
        "first_face_s": _number(cold, lambda: cold["first_frame"]),
        "stage_switch_ms": _number(journey, lambda: max(journey["stage_ms"].values())),
        "ui_block_max_ms": _number(journey, blocks),
    }


def _part(measure: Callable[[], Figures], needed: Figures | None = None) -> Figures:
    """Return the figures of a part, or why there are none."""
    if needed is not None and "why" in needed:
        return needed
    try:
        return measure()
    except ProgramFailed as error:
        return {"why": str(error)}


def _number(part: Figures, read: Callable[[], float]) -> float | Unmeasured:
    return Unmeasured(part["why"]) if "why" in part else read()


def _started(environment: Mapping[str, str], archive: str, times: int) -> Figures:
    """Start the window several times and return the median seconds to each step; the first warms the disk's cache."""
    rows = [ask("start", environment, str(time.time()), archive) for _ in range(times + 1)]
    return {name: statistics.median(row[name] for row in rows[1:]) for name in rows[0]} | {"starts": rows}
