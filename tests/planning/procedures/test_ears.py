"""What an otoplasty asks of an ear."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Load, Plan, Points
from clinic.planning.apply import loads
from clinic.simulation.preview import on_ears

PEOPLE = (0, 1, 2, 3)


def turned(seed: int = 0, side: str = "left", angle_deg: float = 12.0) -> Load:
    (load,) = loads(Plan((Edit("otoplasty", (("angle_deg", angle_deg),), side),)), person(seed))
    return load


def moves(load: Load, seed: int = 0) -> Points:
    """The move of the cartilage under each control vertex, (c, 3) mm."""
    moved = np.zeros((len(person(seed).control), 3))
    moved[load.moved] = load.moved_by
    return moved


@pytest.mark.parametrize("seed", PEOPLE)
def test_the_helix_comes_to_the_head_and_the_front_of_the_ear_stays(seed: int) -> None:
    face = person(seed)
    moved, ear = moves(turned(seed), seed), face.topology.region("ears") & (face.control[:, 0] > 0)
    helix = np.flatnonzero(ear)[face.control[ear][:, 0].argmax()]
    assert -8.0 < moved[ear][:, 0].min() < -2.0
    assert moved[helix, 0] < 0.0
    tragus = np.linalg.norm(face.control - face.landmarks()["tragion_l"], axis=1).argmin()
    assert np.linalg.norm(moved[tragus]) < 0.5
    assert not moved[~ear].any()


@pytest.mark.parametrize("seed", PEOPLE)
def test_cartilage_keeps_its_length_to_the_axis(seed: int) -> None:
    """What has turned fully has turned on a circle: its distances among itself stay, for any angle."""
    load, points = turned(seed, angle_deg=20.0), person(seed).control
    whole = load.gauges[0].weights > 0.999
    after = points + moves(load, seed)
    assert whole.sum() > 20
    spread = [np.linalg.norm(p[whole] - p[whole].mean(axis=0), axis=1) for p in (points, after)]
    np.testing.assert_allclose(spread[1], spread[0], atol=0.02)


def test_both_ears_turn_to_the_head_as_mirror_images() -> None:
    mirror = person().topology.control_mirror
    left, right = (moves(turned(side=side)) for side in ("left", "right"))
    np.testing.assert_allclose(right[mirror] * (-1.0, 1.0, 1.0), left, atol=0.05)


def test_a_plan_that_turns_an_ear_is_simulated_with_ears_and_no_other() -> None:
    face = person()
    chin = loads(Plan((Edit("genioplasty", (("forward_mm", 2.0),)),)), face)
    assert on_ears(face, [*chin, turned()])
    assert not on_ears(face, chin)
