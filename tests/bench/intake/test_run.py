"""The bench fills its summary, and its distances are distances."""

from pathlib import Path

import numpy as np
import pytest
from trimesh.creation import icosphere

from clinic.bench.intake import run
from clinic.bench.intake.distance import apart, open_edges

KEYS = (
    "phantom_skin_mean_voxel",
    "phantom_bone_mean_voxel",
    "phantom_seconds",
    "phantom_peak_mib",
    "scan_fit_median_mm",
)


def test_two_balls_are_as_far_apart_as_their_radii_and_closed() -> None:
    made = icosphere(subdivisions=4)
    points, triangles = np.asarray(made.vertices), np.asarray(made.faces, np.int32)
    between = apart(10 * points, (10 * points, triangles), 11 * points, (11 * points, triangles))
    assert between.mean_mm == pytest.approx(1.0, abs=0.01)
    assert open_edges(points, triangles) == 0
    assert open_edges(points, triangles[1:]) == 3


def test_the_summary_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "scan_fit", lambda progress: (None, {"why": "not in this test"}))
    figures = run.bench((100, 140, 140), tmp_path / "absent.inv3").figures
    summary = figures["summary"]
    assert isinstance(summary, dict)
    assert set(KEYS) <= set(summary)
    assert summary["phantom_skin_mean_voxel"] < 0.3
    assert summary["why"]["scan_fit_median_mm"] == "not in this test"
    assert "invesalius-examples" in str(figures["real_head"])
