"""The benchmark of the nonlinear solve, on a small block."""

import json

import numpy as np
import pytest
from solids import block

from clinic.bench import BENCHES, simulation
from clinic.bench.simulation import AnswersDiffer, Task, paired
from clinic.case import Floats, Points
from clinic.simulation.reference import Reference


@pytest.fixture
def task() -> Task:
    """A block of three layers that is stretched by a tenth while its middle grows."""
    points, cells = block(3, shake=0.2)
    height = points[cells].mean(axis=1)[:, 2]
    held = (points[:, 2] == 0.0) | (points[:, 2] == 10.0)
    prescribed = np.where(held[:, None], 0.1 * points, 0.0)
    growth = np.where(abs(height - 5.0) < 2.0, 1.2, 1.0)
    return Task(points, cells, (height // 3.4).astype(np.int32), held, prescribed, growth)


def test_times_both_sides_of_the_same_problem(task: Task) -> None:
    figures = paired(task, 2)
    assert figures["tetrahedra"] == len(task.cells)
    assert figures["unknowns"] == 3 * (~task.held).sum()
    assert figures["pairs"] == 2
    assert figures["max_difference_mm"] < 1e-9  # type: ignore[operator]
    for side in ("baseline", "fast"):
        measured = figures[side]
        assert measured["residual"] <= 1e-7  # type: ignore[index]
        assert measured["iterations"] >= 2  # type: ignore[index]
        assert 0 < measured["wall_s"]["min"] <= measured["wall_s"]["median"] <= measured["wall_s"]["max"]  # type: ignore[index]
    assert f"{len(task.cells)} tetrahedra" in str(figures["summary"])
    json.dumps(figures)


def test_gives_no_times_where_the_answers_differ(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference whose tissue is pulled aside by a little more than the fast one's."""
    honest = Reference.residual

    def pulled(self: Reference, moved: Points) -> Floats:
        return honest(self, moved) + 1e-5

    monkeypatch.setattr(Reference, "residual", pulled)
    with pytest.raises(AnswersDiffer, match="differ by"):
        paired(task, 1)


def test_is_offered_by_the_command_line() -> None:
    assert BENCHES["simulation"] is simulation.bench
