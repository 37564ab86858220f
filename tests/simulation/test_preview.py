"""The linear answer that follows a slider."""

import time

import numpy as np
import pytest
from builders import plan
from people import person

from clinic.case import Edit, Plan, Simulation
from clinic.geometry import reached
from clinic.planning.apply import loads
from clinic.simulation.preview import Preview, Response


def hump(amount: float) -> Edit:
    return Edit("dorsal_hump", (("amount_mm", amount),))


def filler(amount: float) -> Edit:
    return Edit("malar_filler", (("amount_cc", amount),))


def shown(preview: Preview, *edits: Edit) -> Simulation:
    return preview.simulate(loads(Plan(edits), person()))


def test_edits_superpose(preview: Preview) -> None:
    """The model is linear: the answer to two edits is the sum of the answers to each."""
    both, one, other = shown(preview, hump(-2), filler(1)), shown(preview, hump(-2)), shown(preview, filler(1))
    assert abs(both.displacement - one.displacement - other.displacement).max() < 1e-10


def test_twice_the_move_is_twice_the_answer(preview: Preview) -> None:
    assert abs(shown(preview, hump(-4)).displacement - 2 * shown(preview, hump(-2)).displacement).max() < 1e-7


def test_filler_brings_its_volume_to_the_skin(preview: Preview) -> None:
    answer = shown(preview, filler(0.7))
    for load in answer.loads:
        got = reached(load.gauges[0], person().topology, person().points, answer.displacement)
        assert got == pytest.approx(0.7, rel=1e-3)


def test_is_marked_as_not_solved(preview: Preview) -> None:
    assert not shown(preview, hump(-1)).solved


def test_lies_close_to_the_solved_answer(preview: Preview, outcome: Simulation) -> None:
    """For the demo plan the linear model is off by the figure that the solution reports, and by no more."""
    linear = preview.simulate(loads(plan(), person()))
    gap = np.linalg.norm(linear.displacement - outcome.displacement, axis=1).max()
    assert 0.3 * outcome.figures.linear_gap_mm < gap < 1.1 * outcome.figures.linear_gap_mm


def test_a_drag_is_fast(preview: Preview) -> None:
    """After the first answer a slider's next ones take 50 ms at most; ten times that is allowed on a busy machine."""
    shown(preview, hump(-2), filler(1))
    began = time.perf_counter()
    shown(preview, hump(-2.1), filler(1.05))
    assert time.perf_counter() - began < 0.5


def test_strength_inverts_the_cubic_gain() -> None:
    """gain(s) = 2 s + 0.3 s² + 0.1 s³ = 2.4 at s = 1."""
    assert Response(np.zeros((1, 3)), np.array([2.0, 0.3, 0.1])).strength(2.4) == pytest.approx(1.0, abs=1e-12)
