"""What implants ask of the bone they lie on."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan
from clinic.planning.apply import loads

PEOPLE = (0, 1, 2, 3)


CHIN, MALAR = ("chin_implant", "projection_mm", 5.0), ("malar_implant", "thickness_mm", 4.0)


def load(asked: tuple[str, str, float], seed: int = 0, side: str = "both") -> Load:
    procedure, name, amount = asked
    return loads(Plan((Edit(procedure, ((name, amount),), side),)), person(seed))[0]


def thickness(asked: Load, seed: int = 0) -> np.ndarray:
    moved = np.zeros(len(person(seed).control))
    moved[asked.moved] = np.linalg.norm(asked.moved_by, axis=1)
    return moved


def volume_cc(asked: Load, seed: int = 0) -> float:
    """What an implant as long and wide as the skin over it holds; that on the bone below is about a quarter smaller."""
    face = person(seed)
    quads = face.control[face.topology.control_quads]
    area = 0.5 * np.linalg.norm(np.cross(quads[:, 2] - quads[:, 0], quads[:, 3] - quads[:, 1]), axis=1)
    return float(area @ thickness(asked, seed)[face.topology.control_quads].mean(axis=1)) / 1000


@pytest.mark.parametrize("seed", PEOPLE)
def test_a_chin_implant_is_thickest_in_the_middle_and_ends_without_an_edge(seed: int) -> None:
    thick, face = thickness(load(CHIN, seed), seed), person(seed)
    at = face.landmarks()
    assert 4.0 < thick.max() <= 5.0 + 1e-9
    assert abs(face.control[thick.argmax()][0]) < 8.0
    assert thick[np.linalg.norm(face.control - at["labiale_inferius"], axis=1).argmin()] == 0.0
    first, second = face.topology.control_quads, np.roll(face.topology.control_quads, 1, axis=1)
    length = np.linalg.norm(face.control[first] - face.control[second], axis=2)
    assert abs((thick[first] - thick[second]) / np.maximum(length, 1.0)).max() < 0.8  # at most 39°


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize(("asked", "cc"), [(CHIN, 2.5), (MALAR, 1.6)], ids=["chin", "malar"])
def test_an_implant_has_about_the_volume_that_its_slider_says(
    seed: int, asked: tuple[str, str, float], cc: float
) -> None:
    assert 0.75 * volume_cc(load(asked, seed), seed) == pytest.approx(cc, rel=0.25)


@pytest.mark.parametrize(("side", "sign"), [("left", 1), ("right", -1)])
def test_a_malar_implant_stands_out_on_its_own_side(side: str, sign: int) -> None:
    asked = load(MALAR, side=side)
    assert (sign * person().control[asked.moved][:, 0] > 10.0).all()
    assert (sign * asked.moved_by[:, 0] > 0).all()
    assert (asked.moved_by[:, 1] < 0).all()
    assert asked.gauges[0].direction @ asked.moved_by.mean(axis=0) > 0


def test_nothing_is_let_go_under_an_implant() -> None:
    assert len(load(CHIN).released) == 0
