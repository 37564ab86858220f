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
