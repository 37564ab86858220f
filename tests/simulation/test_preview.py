"""The linear answer that follows a slider."""

import time
from dataclasses import replace

import numpy as np
import pytest
from builders import plan
from people import person

from clinic.case import Edit, Plan, Simulation
from clinic.geometry import reached
from clinic.planning.apply import loads
from clinic.simulation.aims import Gain
from clinic.simulation.loading import Demand, demands
from clinic.simulation.preview import Preview


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
    """After the first answer a slider's next ones take 1 ms; ten times that is allowed on a busy machine."""
    shown(preview, hump(-2), filler(1))
    asked = loads(Plan((hump(-2.1), filler(1.05))), person())
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        preview.displacement(asked)
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.01


def test_a_gain_is_inverted() -> None:
    """reading(s) = 2 s + 0.3 s² + 0.1 s³ = 2.4 at s = 1, of a scale of 5; and nothing is taken that is not there."""
    gain, (load, _) = Gain(np.array([2.0, 0.3, 0.1]), 5.0, -2.0), loads(Plan((filler(1.0),)), person())
    for asked, expected in ((2.4, 5.0), (-2.0, -2.0)):
        demand = Demand(replace(load, growth_cc=asked), True)
        assert gain.amount(demand) == pytest.approx(expected, abs=1e-12)


def test_support_that_is_let_go_moves_smoothly_with_its_neighbours(preview: Preview) -> None:
    """Between the moved chin and the bone above its cut the support goes a part of the way, the same on both sides."""
    (load,) = loads(Plan((Edit("genioplasty", (("forward_mm", 4.0),)),)), person())
    unit = preview.ground.unit(demands((load,))[0])
    assert unit.moved is not None
    moved = -unit.moved[preview.volume.support, 1]
    carry = preview.volume.patch.from_control
    released = preview.ground.released((load,))[preview.volume.support]
    segment = carry @ np.isin(np.arange(carry.shape[1]), load.moved).astype(float) > 0
    assert moved[segment].max() == pytest.approx(1.0)
    assert (moved[released] > 0.0).any()
    assert moved[released].max() < 1.0
    assert not moved[~released & ~segment].any()


def test_the_same_edit_by_another_amount_is_no_new_response(preview: Preview) -> None:
    first, second = (demands(loads(Plan((hump(amount),)), person()))[0] for amount in (-2.0, -3.1))
    assert preview.response(first) is preview.response(second)
    assert second.size / first.size == pytest.approx(3.1 / 2.0)


def test_drags_bring_display_and_control_alike(preview: Preview) -> None:
    asked = loads(Plan((hump(-2), filler(0.6))), person())
    control, display = preview.displacement(asked)
    np.testing.assert_allclose(person().topology.subdivide(control), display, atol=1e-12)
