"""One problem with SfePy and with us."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from cushions import cushion

from clinic.bench.simulation.naive import BaselineFailed, Naive, Settled
from clinic.bench.simulation.pair import AnswersDiffer, paired
from clinic.case import Points


def test_both_find_the_same_equilibrium() -> None:
    """Two codes that share no line of mechanics, one energy: the dented, swollen cushion to a millionth of a mm."""
    found = paired(cushion(), 2)
    assert found.max_difference_mm < 1e-6
    assert len(found.naive_s) == len(found.ours_s) == 2
    assert found.ratio["min"] <= found.ratio["median"] <= found.ratio["max"]
    figures: Mapping[str, Any] = found.details
    assert figures["naive_residual_n"] <= figures["tolerance_n"]
    assert figures["residual_n"] <= figures["tolerance_n"]
    assert min(figures["naive_newton_iterations"], figures["newton_iterations"]) >= 2


def test_the_cushion_moves() -> None:
    """So that the two do not agree on nothing: its top is pushed up by the dent and by the swelling."""
    problem = cushion()
    still = np.where(problem.held[:, None], problem.prescribed, 0.0)
    top = Naive(problem, 1e-9).solve(still).moved[: len(problem.points) // 5, 2]
    assert 0.2 < top.max() < 1.5


def off_by(millimetres: float, honest: Callable[..., Settled]) -> Callable[..., Settled]:
    def solve(self: Naive, start: Points) -> Settled:
        found = honest(self, start)
        return Settled(found.moved + millimetres, found.iterations, found.residual)

    return solve


def test_gives_no_times_where_the_answers_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Naive, "solve", off_by(1.1e-4, Naive.solve))
    with pytest.raises(AnswersDiffer, match="differ by"):
        paired(cushion(), 1)


def test_a_baseline_that_does_not_settle_is_said() -> None:
    """Asked for less than rounding leaves."""
    problem = cushion()
    with pytest.raises(BaselineFailed, match="did not settle"):
        Naive(problem, 0.0).solve(problem.prescribed)
