"""What each procedure asks of bone, cartilage and fat."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan
from clinic.planning.apply import loads
from clinic.planning.procedures import PROCEDURES, Procedure


def load(procedure: str, side: str = "both", **amounts: float) -> Load:
    return loads(Plan((Edit(procedure, tuple(amounts.items()), side),)), person())[0]


def near(name: str) -> int:
    """The control vertex nearest to a landmark."""
    return int(np.linalg.norm(person().control - person().landmarks()[name], axis=1).argmin())


def move(asked: Load) -> np.ndarray:
    moves = np.zeros((len(person().control), 3))
    moves[asked.moved] = asked.moved_by
    return moves


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.id)
def test_every_slider_has_a_sensible_range(procedure: Procedure) -> None:
    for parameter in procedure.parameters:
        assert parameter.minimum <= parameter.default <= parameter.maximum
        assert parameter.name.endswith({"mm": "_mm", "cc": "_cc", "°": "_deg"}[parameter.unit])
        assert 0 < parameter.step <= (parameter.maximum - parameter.minimum) / 20
        assert parameter.sign


def test_a_hump_is_lowered_at_the_rhinion_and_neither_at_radix_nor_tip() -> None:
    moves = np.linalg.norm(move(load("dorsal_hump", amount_mm=-2.0)), axis=1)
    assert moves.max() == pytest.approx(2.0)
    assert moves[near("rhinion")] > 1.8
    for still in ("nasion", "pronasale", "subnasale", "alare_r", "endocanthion_l"):
        assert moves[near(still)] < 0.2


def test_a_hump_goes_straight_into_the_dorsum() -> None:
    """Perpendicular to the line nasion–pronasale, in the sagittal plane, backwards for a negative amount."""
    at, asked = person().landmarks(), load("dorsal_hump", amount_mm=-2.0)
    assert abs(asked.moved_by @ (at["pronasale"] - at["nasion"])).max() < 1e-9
    assert abs(asked.moved_by[:, 0]).max() < 1e-6
    assert (asked.moved_by[:, 1] >= 0).all()
    assert (load("dorsal_hump", amount_mm=2.0).moved_by == -asked.moved_by).all()


def test_the_dorsum_is_lowered_over_its_width_without_an_edge() -> None:
    """From the midline to the side wall, 15 mm away, the move falls to nothing and never by more than 1 mm an edge."""
    moves, quads = np.linalg.norm(move(load("dorsal_hump", amount_mm=-2.0)), axis=1), person().topology.control_quads
    assert abs(person().control[moves > 0.01][:, 0]).max() < 15
    assert abs(moves[quads] - moves[np.roll(quads, 1, axis=1)]).max() < 1.0


def test_the_chin_moves_as_one_piece() -> None:
    """One load for each amount; together they move the same piece of bone along both."""
    edit = Edit("genioplasty", (("forward_mm", 4.0), ("vertical_mm", 1.5)))
    forward, down = loads(Plan((edit,)), person())
    np.testing.assert_allclose(np.unique(forward.moved_by + down.moved_by, axis=0), [(0.0, -4.0, -1.5)])
    assert {near("pogonion"), near("menton"), near("gnathion")} <= set(forward.moved.tolist())


def test_a_longer_chin_goes_down() -> None:
    assert load("genioplasty", vertical_mm=3.0).moved_by[0, 2] == -3.0


def test_around_the_cut_tissue_is_let_go_over_five_millimetres() -> None:
    """No point that stays on its bone is nearer than 5 mm, or fewer than three edges, to one that moves."""
    asked, topology = load("genioplasty", forward_mm=4.0), person().topology
    moved, free = (np.isin(np.arange(len(person().control)), which) for which in (asked.moved, asked.released))
    fixed = topology.region("face") & ~moved & ~free
    gap = person().control[fixed][:, None] - person().control[moved][None]
    assert np.linalg.norm(gap, axis=2).min() >= 5.0
    assert not (moved & free).any()
    quads = topology.control_quads
    sides = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    one_edge = np.isin(np.arange(len(moved)), sides[moved[sides].any(axis=1)])
    two_edges = np.isin(np.arange(len(moved)), sides[one_edge[sides].any(axis=1)])
    assert not (two_edges & fixed).any()


def test_the_lips_are_not_on_the_chin_segment() -> None:
    moved = load("genioplasty", forward_mm=4.0).moved
    assert not person().topology.region("upper_lip")[moved].any()
    assert near("labiale_inferius") not in moved


def test_only_amounts_that_are_asked_have_a_gauge() -> None:
    labels = [gauge.label for gauge in load("genioplasty", forward_mm=4.0, vertical_mm=0.0).gauges]
    assert labels == ["Chin forward"]


@pytest.mark.parametrize(("side", "sign"), [("left", 1), ("right", -1)])
def test_filler_stays_on_its_side(side: str, sign: int) -> None:
    asked = load("malar_filler", side, amount_cc=1.0)
    depot = asked.growth > 0
    assert (sign * person().control[depot][:, 0] > 0).all()
    assert depot.sum() > 10
    assert asked.growth.argmax() in np.flatnonzero(
        np.linalg.norm(person().control - person().landmarks()[f"malar_{side[0]}"], axis=1) < 8
    )
    assert asked.gauges[0].asked == asked.growth_cc == 1.0
    assert asked.gauges[0].weights[depot].all()
