"""The report of `clinic bench reconstruction`, on invented faces; and on none."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clinic.bench.machine import Machine
from clinic.bench.reconstruction.face import Face
from clinic.bench.reconstruction.family import LENGTHS, REGIONS
from clinic.bench.reconstruction.run import KEYS, Beside, conclude, run
from clinic.cli.bench import Report

POINTS = 50
OFF = {"meanface": 2.4, "landmark_fit": 2.0, "photo1": 1.8, "photo3": 1.2, "photo5": 0.8}
BESIDE = Beside(seconds=(20.0, 24.0), facespace_mm=(0.25, 0.4))


def face(hard: float, *, refused: tuple[str, ...] = (), ruler: str = "ruler") -> Face:
    """A face whose every way is off by a fixed length times how hard the face is; one side's half of it in depth."""
    told = {way: off for way, off in OFF.items() if way not in refused}
    return Face(
        apart={way: np.full(POINTS, hard * off) for way, off in told.items()},
        to_surface={way: np.full(POINTS, hard * off / 2) for way, off in told.items()},
        within=dict.fromkeys([way for way in told if "photo" in way], 0.9),
        lengths_within={"photo5": np.array([1.0] * 9 + [0.0])},
        ruler_off=np.array([0.5, -0.7] * (len(LENGTHS) // 2)),
        ruler_source=ruler,
        yaw_deg={"photo1": 3.0, "turned1": -44.0, "turned3": 91.0},
        seconds={way: 1.0 for way in told if "photo" in way},
        refused=dict.fromkeys(refused, "No human face was found."),
    )


def concluded(*faces: Face) -> tuple[Report, Any]:
    regions = np.zeros((len(REGIONS), POINTS), bool)
    regions[:, :10] = True
    found = conclude(faces, regions, BESIDE, Machine())
    return found, json.loads(json.dumps(found.figures, allow_nan=False))


def test_the_summary_holds_what_was_measured() -> None:
    """Three faces as hard as 1, 2 and 4 to 1: the median is that of the middle one."""
    found, figures = concluded(face(0.5), face(1.0), face(2.0))
    summary = figures["summary"]
    assert set(summary) == {*KEYS, "why"}
    assert summary["why"] == {}
    assert summary["photo1_median_mm"] == 1.8
    assert summary["photo5_median_mm"] == 0.8
    assert summary["meanface_median_mm"] == 2.4
    assert summary["photo1_gain_vs_meanface_pct"] == pytest.approx(25.0)
    assert summary["photo1_gain_vs_landmark_fit_pct"] == pytest.approx(10.0)
    assert summary["coverage90_pct"] == pytest.approx(90.0)
    assert summary["photo5_seconds"] == 22.0
    assert summary["ruler_error_mm"] == pytest.approx(0.6)
    assert summary["facespace_median_mm"] == 0.25
    assert "5 photos" in found.words
    assert "No photos with a scan of the same real face" in found.words


def test_differences_are_paired_by_face_and_region() -> None:
    _, figures = concluded(face(0.5), face(1.0), face(2.0))
    nose = figures["paired_mm"]["photo1 − meanface"]["nose"]
    assert nose["median"] == pytest.approx(-0.6)
    assert (nose["low"], nose["high"]) == pytest.approx((-1.2, -0.3))


def test_what_was_refused_is_counted_and_said() -> None:
    found, figures = concluded(face(1.0, refused=("photo5", "turned3")), face(1.0, refused=("photo5",)))
    assert figures["summary"]["photo5_median_mm"] is None
    assert "No human face" in figures["summary"]["why"]["photo5_median_mm"]
    assert "2 of 2" in found.words
    assert [row["refused"] for row in figures["yaw"]] == [0, 2, 2]  # invented faces have no turned photos at all


def test_lengths_without_the_ruler_are_not_lengths_by_the_ruler() -> None:
    _, figures = concluded(face(1.0, ruler="iris"))
    assert figures["summary"]["ruler_error_mm"] is None
    assert "ruler" in figures["summary"]["why"]["ruler_error_mm"]


def test_without_the_foreign_heads_every_number_is_null_and_says_why(tmp_path: Path) -> None:
    found = run(Namespace(data=tmp_path, full=False))
    summary: Any = found.figures["summary"]
    assert all(summary[key] is None and "ict_head.npz" in summary["why"][key] for key in KEYS)
    assert "absent" in found.words
