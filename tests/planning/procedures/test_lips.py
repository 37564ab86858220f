"""What filler and lift do to the lips."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan
from clinic.planning.apply import loads


def augmented(seed: int = 0, **amounts: float) -> tuple[Load, ...]:
    return loads(Plan((Edit("lip_augmentation", tuple(amounts.items())),)), person(seed))


def lifted(amount_mm: float, seed: int = 0) -> Load:
    (load,) = loads(Plan((Edit("lip_lift", (("amount_mm", amount_mm),)),)), person(seed))
    return load


def near(name: str, seed: int = 0) -> int:
    """The control vertex nearest to a landmark."""
    return int(np.linalg.norm(person(seed).control - person(seed).landmarks()[name], axis=1).argmin())


def test_each_lip_has_its_own_amount() -> None:
    upper, lower = augmented(upper_cc=0.4, lower_cc=0.6)
    assert (upper.growth_cc, lower.growth_cc) == (0.4, 0.6)
    assert [load.gauges[0].label for load in (upper, lower)] == ["Upper lip", "Lower lip"]
    inside = person().topology
    assert inside.region("upper_lip")[upper.growth > 0].all()
    assert inside.region("lower_lip")[lower.growth > 0].all()


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_filler_stays_in_the_red(seed: int) -> None:
    """Full in the middle of the red, half at its border, nothing on the philtrum or beyond the corners."""
    (upper,) = augmented(seed, upper_cc=0.5)
    at, face = person(seed).landmarks(), person(seed)
    assert upper.growth.max() > 0.8
    assert upper.growth[near("labiale_superius", seed)] < 0.6
    assert upper.growth[near("subnasale", seed)] == 0.0
    filled = face.control[upper.growth > 0.05]
    assert abs(filled[:, 0] - at["stomion"][0]).max() < abs(at["cheilion_l"] - at["cheilion_r"])[0] / 2 + 3


def test_both_halves_of_a_lip_are_filled_alike() -> None:
    mirror = person().topology.control_mirror
    for load in augmented(upper_cc=0.5, lower_cc=0.5):
        np.testing.assert_allclose(load.growth[mirror], load.growth, atol=1e-3)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_lip_lift_takes_skin_between_nose_and_red_alone(seed: int) -> None:
    load, face = lifted(3.0, seed), person(seed)
    assert load.shortening is not None
    assert load.to_reach
    share = np.linalg.norm(load.shortening, axis=1)
    at = face.landmarks()
    taken = face.control[share > 0.02]
    assert taken[:, 2].max() < at["subnasale"][2] + 2
    assert taken[:, 2].min() > at["labiale_superius"][2]
    assert abs(taken[:, 0]).max() < 1.3 * at["alar_crease_l"][0]
    assert share[near("labiale_superius", seed)] == 0.0


def test_as_much_skin_is_taken_as_is_asked() -> None:
    """The share that is taken, added up down the philtrum, is the amount, and it is taken down the skin."""
    load, face = lifted(3.0), person()
    assert load.shortening is not None
    at = face.landmarks()
    column = np.flatnonzero((abs(face.control[:, 0]) < 0.5) & face.topology.region("face"))
    column = column[np.argsort(-face.control[column, 2])]
    column = column[(face.control[column, 2] < at["subnasale"][2] + 3) & (face.control[column, 1] < -20)]
    share = np.linalg.norm(load.shortening[column], axis=1)
    length = np.linalg.norm(np.diff(face.control[column], axis=0), axis=1)
    taken = float(((share[1:] + share[:-1]) / 2 * length)[face.control[column[1:], 2] > at["stomion"][2]].sum())
    assert taken == pytest.approx(3.0, rel=0.15)
    assert load.shortening[share.argmax()][2] <= 0


def test_the_lift_is_read_upwards_at_the_border_of_the_red() -> None:
    (gauge,) = lifted(3.0).gauges
    assert (gauge.unit, gauge.asked) == ("mm", 3.0)
    assert gauge.weights.argmax() == near("labiale_superius")
    np.testing.assert_allclose(gauge.direction, (0.0, 0.0, 1.0))
