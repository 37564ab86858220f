"""Handles: skin anywhere, brought along any direction."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan
from clinic.planning.apply import PlanNotPossible, loads

CHEEK, TIP = "malar_l", "pronasale"


def place(landmark: str) -> tuple[float, float]:
    """Where a landmark lies on the map of the skin."""
    topology = person().topology
    number = topology.landmarks.names.index(landmark)
    corners = topology.uv[topology.triangles[topology.landmarks.triangle[number]]]
    u, v = topology.landmarks.weights[number] @ corners
    return float(u), float(v)


def handle(landmark: str, **amounts: float) -> tuple[Load, ...]:
    edit = Edit("freehand", (*amounts.items(), ("radius_mm", 20.0)), place=place(landmark))
    return loads(Plan((edit,)), person())


@pytest.mark.parametrize("landmark", [CHEEK, TIP, "pogonion", "cheilion_r", "glabella"])
def test_a_handle_sits_where_it_was_put(landmark: str) -> None:
    """Its weights are the largest at the place, and read there."""
    (load,) = handle(landmark, forward_mm=2.0)
    centre = person().landmarks()[landmark]
    weights = load.gauges[0].weights
    middle = weights @ person().control / weights.sum()
    assert np.linalg.norm(middle - centre) < 6.0
    assert load.to_reach


def test_each_direction_is_asked_for_by_itself() -> None:
    left, up, forward = handle(CHEEK, lateral_mm=1.0, up_mm=-2.0, forward_mm=3.0)
    assert [load.gauges[0].asked for load in (left, up, forward)] == [1.0, -2.0, 3.0]
    np.testing.assert_array_equal(
        [load.gauges[0].direction for load in (left, up, forward)], np.diag([1, -1, 1])[[0, 2, 1]]
    )


def test_what_skin_is_tied_to_moves_and_off_the_nose_sutures_pull_too() -> None:
    (nose,) = handle(TIP, forward_mm=2.0)
    (cheek,) = handle(CHEEK, forward_mm=2.0)
    assert nose.traction is None
    assert cheek.traction is not None
    pulled = np.linalg.norm(cheek.traction, axis=1)
    for load in (nose, cheek):
        assert np.linalg.norm(load.moved_by, axis=1).max() == pytest.approx(2.0, abs=0.3)
    np.testing.assert_allclose(
        pulled[cheek.moved] / pulled.max(),
        np.linalg.norm(cheek.moved_by, axis=1) / np.linalg.norm(cheek.moved_by, axis=1).max(),
    )


@pytest.mark.parametrize("amount", [-6.0, 6.0])
def test_more_than_a_handle_can_do_is_refused(amount: float) -> None:
    with pytest.raises(PlanNotPossible, match="−5 to 5 mm"):
        handle(CHEEK, up_mm=amount)


def test_a_larger_radius_takes_more_with_it() -> None:
    small, large = (
        loads(Plan((Edit("freehand", (("up_mm", 1.0), ("radius_mm", radius)), place=place(CHEEK)),)), person())[0]
        for radius in (10.0, 30.0)
    )
    assert small.traction is not None
    assert large.traction is not None
    assert (small.traction.any(axis=1) <= large.traction.any(axis=1)).all()


def test_two_handles_may_be_set_and_one_needs_a_place() -> None:
    edits = [Edit("freehand", (("up_mm", 1.0),), place=place(name)) for name in (CHEEK, TIP)]
    assert len(loads(Plan(tuple(edits)), person())) == 2
    with pytest.raises(PlanNotPossible, match="Point at the place"):
        loads(Plan((Edit("freehand", (("up_mm", 1.0),)),)), person())
