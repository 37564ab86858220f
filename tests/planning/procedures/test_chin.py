"""What a genioplasty asks of the bony chin."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan
from clinic.planning.apply import loads


def load(name: str, amount: float, seed: int = 0) -> Load:
    return loads(Plan((Edit("genioplasty", ((name, amount),)),)), person(seed))[0]


def near(name: str) -> int:
    """The control vertex nearest to a landmark."""
    return int(np.linalg.norm(person().control - person().landmarks()[name], axis=1).argmin())


def test_the_chin_moves_as_one_piece() -> None:
    """One load for each amount; together they move the same piece of bone along all three."""
    edit = Edit("genioplasty", (("forward_mm", 4.0), ("vertical_mm", 1.5), ("lateral_mm", -2.0)))
    made = loads(Plan((edit,)), person())
    together = np.unique(sum(one.moved_by for one in made), axis=0)
    np.testing.assert_allclose(together, [(-2.0, -4.0, -1.5)])
    assert {near("pogonion"), near("menton"), near("gnathion")} <= set(made[0].moved.tolist())


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_around_the_cut_tissue_is_let_go(seed: int) -> None:
    """No point that stays on its bone is nearer than 8 mm to one that moves, or joined to it by an edge."""
    asked, topology, control = load("forward_mm", 4.0, seed), person(seed).topology, person(seed).control
    moved, free = (np.isin(np.arange(len(control)), which) for which in (asked.moved, asked.released))
    fixed = topology.region("face") & ~moved & ~free
    assert np.linalg.norm(control[fixed][:, None] - control[moved][None], axis=2).min() > 7.5
    assert not (moved & free).any()
    quads = topology.control_quads
    sides = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    assert not (fixed[sides].any(axis=1) & moved[sides].any(axis=1)).any()


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_the_cut_lies_alike_on_both_sides(seed: int) -> None:
    mirror = person(seed).topology.control_mirror
    for which in (load("forward_mm", 4.0, seed).moved, load("forward_mm", 4.0, seed).released):
        assert set(mirror[which].tolist()) == set(which.tolist())


def test_the_lips_are_not_on_the_chin_segment() -> None:
    moved = load("forward_mm", 4.0).moved
    assert not person().topology.region("upper_lip")[moved].any()
    assert near("labiale_inferius") not in moved


def test_nothing_holds_the_floor_of_the_mouth_behind_the_chin() -> None:
    """Halfway from menton to the rim of the simulated neck; else a hollow line shows under an advanced chin."""
    free, control = load("forward_mm", 4.0).released, person().control
    below = np.linalg.norm(control[free] - (person().landmarks()["menton"] + (0.0, 25.0, -3.0)), axis=1)
    assert below.min() < 8.0


def test_only_amounts_that_are_asked_have_a_gauge() -> None:
    made = loads(Plan((Edit("genioplasty", (("forward_mm", 4.0), ("vertical_mm", 0.0))),)), person())
    assert [gauge.label for load in made for gauge in load.gauges] == ["Chin forward"]


@pytest.mark.parametrize(
    ("name", "direction"),
    [("forward_mm", (0.0, -1.0, 0.0)), ("vertical_mm", (0.0, 0.0, -1.0)), ("lateral_mm", (1.0, 0.0, 0.0))],
)
def test_a_positive_amount_goes_where_its_tooltip_says_and_is_read_there(
    name: str, direction: tuple[float, float, float]
) -> None:
    """Forward, down, to the patient's left: x grows to the left, y to the back, z up."""
    asked = load(name, 3.0)
    np.testing.assert_allclose(asked.moved_by, np.tile(3.0 * np.array(direction), (len(asked.moved), 1)), atol=1e-12)
    np.testing.assert_allclose(asked.gauges[0].direction, direction)
