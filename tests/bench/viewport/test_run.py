import json
import os
import sys
from pathlib import Path

import pytest

from clinic.bench.report import Unmeasured
from clinic.bench.viewport.run import conclude
from clinic.bench.viewport.screen import ProgramFailed, ask, screen
from clinic.bench.viewport.words import words

ROTATION = {"fps": {"ours": 12.0}, "ratio": {"pyvistaqt": 6.0, "pyvistaqt_no_multisampling": 3.0}}
DRAG = {"p95_ms": 80.0}
JOURNEY = {
    "stage_ms": {"plan": 90.0, "share": 120.0},
    "blocks": {"solve": {"wall_ms": 70.0, "cpu_ms": 9.0}, "undo": {"wall_ms": 40.0, "cpu_ms": 30.0}},
}
COLD = {"lock_screen": 1.5, "first_frame": 4.5}


def test_the_summary_holds_the_slowest_stage_and_the_longest_block() -> None:
    numbers = conclude(ROTATION, DRAG, JOURNEY, COLD)
    assert numbers["fps_ratio_vs_pyvistaqt"] == 6.0
    assert numbers["stage_switch_ms"] == 120.0
    assert numbers["ui_block_max_ms"] == 70.0
    assert numbers["first_face_s"] == 4.5


def test_a_part_that_could_not_be_measured_says_why_and_leaves_the_others() -> None:
    numbers = conclude(ROTATION, {"why": "no slider"}, JOURNEY, COLD)
    assert numbers["drag_to_frame_p95_ms"] == Unmeasured("no slider")
    assert numbers["fps"] == 12.0
    assert "no slider" in words(numbers)


@pytest.mark.skipif(sys.platform != "linux", reason="a virtual screen is made on Linux alone")
def test_without_a_screen_a_virtual_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY")
    with screen() as environment:
        number = environment["DISPLAY"].removeprefix(":")
        assert Path(f"/tmp/.X11-unix/X{number}").exists()
    assert "DISPLAY" not in os.environ


def test_the_window_turns_faster_than_two_plain_interactors() -> None:
    """The least that a loaded machine shows too: processor time per frame, in turns with the baseline."""
    figures = ask("rotation", dict(os.environ), "1", "4")
    assert figures["triangles"] > 100_000
    assert figures["cpu_s_per_frame"]["pyvistaqt"] > 2 * figures["cpu_s_per_frame"]["ours"]
    json.dumps(figures)


def test_a_program_that_fails_is_told() -> None:
    with pytest.raises(ProgramFailed, match="rotation"):
        ask("rotation", dict(os.environ), "none")
