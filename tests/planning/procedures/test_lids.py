"""What brow lift and blepharoplasty ask of a face."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan, Points
from clinic.planning.apply import loads

PEOPLE = (0, 1, 2, 3)
BOTH = ("upper_blepharoplasty", "lower_blepharoplasty")


def asked(procedure: str, seed: int = 0, side: str = "left", **amounts: float) -> Load:
    (load,) = loads(Plan((Edit(procedure, tuple(amounts.items()), side),)), person(seed))
    return load


def moves(load: Load, seed: int = 0) -> Points:
    """The move of the support under each control vertex, (c, 3) mm."""
    moved = np.zeros((len(person(seed).control), 3))
    moved[load.moved] = load.moved_by
    return moved


def middle_of_brow(seed: int) -> Points:
    at = person(seed).landmarks()
    middle, high = (at["endocanthion_l"] + at["exocanthion_l"]) / 2, at["glabella"][2] - at["nasion"][2]
    place: Points = middle + np.array([0.0, -8.0, high])
    return place


@pytest.mark.parametrize("seed", PEOPLE)
def test_a_brow_lift_draws_the_brow_and_leaves_midline_and_cheek(seed: int) -> None:
    load, points = asked("brow_lift", seed, amount_mm=3.0), person(seed).control
    size = np.linalg.norm(moves(load, seed), axis=1)
    assert size[np.linalg.norm(points - middle_of_brow(seed), axis=1).argmin()] > 1.5  # eyes stand as scans have them
    assert size.max() <= 3.0 + 1e-9
    assert not size[points[:, 0] < 0.0].any()
    for name in ("glabella", "nasion", "orbitale_l", "malar_l", "exocanthion_l", "trichion"):
        nearest = np.linalg.norm(points - person(seed).landmarks()[name], axis=1).argmin()
        assert size[nearest] < 0.5, name


@pytest.mark.parametrize("angle", [0.0, 20.0, 45.0])
def test_the_vector_of_a_brow_lift_turns_outwards_on_either_side(angle: float) -> None:
    for side, sign in (("left", 1.0), ("right", -1.0)):
        direction = asked("brow_lift", side=side, amount_mm=3.0, vector_deg=angle).gauges[0].direction
        assert np.degrees(np.arctan2(sign * direction[0], direction[2])) == pytest.approx(angle, abs=9.0)


def test_the_sides_of_a_brow_lift_are_mirror_images() -> None:
    mirror = person().topology.control_mirror
    left, right = (moves(asked("brow_lift", side=side, amount_mm=3.0)) for side in ("left", "right"))
    np.testing.assert_allclose(right[mirror] * (-1.0, 1.0, 1.0), left, atol=0.02)


def test_skin_is_taken_out_above_a_lifted_brow_and_not_below() -> None:
    load = asked("brow_lift", amount_mm=3.0)
    assert load.shortening is not None
    taken = person().control[np.linalg.norm(load.shortening, axis=1) > 0.02]
    assert taken[:, 2].min() > middle_of_brow(0)[2]


@pytest.mark.parametrize("procedure", BOTH)
@pytest.mark.parametrize("seed", PEOPLE)
def test_a_lid_lies_back_between_its_margin_and_what_is_beyond_the_orbit(procedure: str, seed: int) -> None:
    """Little is done at nose or cheekbone, and what is done goes straight back, by a part of the skin taken."""
    load, face = asked(procedure, seed, skin_mm=6.0), person(seed)
    moved = moves(load, seed)
    assert 0.8 * load.gauges[0].asked < moved[:, 1].max() <= load.gauges[0].asked + 1e-9
    assert 0.5 < load.gauges[0].asked <= 0.2 * 6.0
    assert not moved[:, [0, 2]].any()
    for name in ("glabella", "nasion", "malar_l", "endocanthion_r", "rhinion"):
        nearest = np.linalg.norm(face.control - face.landmarks()[name], axis=1).argmin()
        assert moved[nearest, 1] < 0.35 * load.gauges[0].asked, name


@pytest.mark.parametrize("procedure", BOTH)
def test_fat_comes_out_from_behind_the_septum_and_part_of_it_shows(procedure: str) -> None:
    load = asked(procedure, fat_cc=-0.5)
    assert load.growth_layer == "deep_fat"
    assert load.growth_cc == load.gauges[0].asked == pytest.approx(-0.15)
    assert (person().control[load.growth > 0.0][:, 0] > 0.0).all()
    upper = person().control[load.growth > 0.5][:, 2] > person().landmarks()["exocanthion_l"][2]
    assert upper.all() if procedure == "upper_blepharoplasty" else not upper.any()


def test_skin_and_fat_are_asked_for_by_themselves() -> None:
    edit = Edit("upper_blepharoplasty", (("skin_mm", 6.0), ("fat_cc", -0.3)), "right")
    skin, fat = loads(Plan((edit,)), person())
    assert [skin.gauges[0].label, fat.gauges[0].label] == ["Upper lid fold back, right", "Upper lid outside, right"]
    assert skin.growth_cc == 0.0
    assert not len(fat.moved)
