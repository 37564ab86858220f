"""What a facelift asks of a face."""

import numpy as np
import pytest
from people import person

from clinic.case import Edit, FaceModel, Load, Plan
from clinic.planning.apply import loads

PEOPLE = (0, 1, 2, 3)


def pulled(seed: int = 0, pull_mm: float = 20.0, side: str = "left", **shape: float) -> Load:
    edit = Edit("facelift", (("pull_mm", pull_mm), *shape.items()), side)
    (load,) = loads(Plan((edit,)), person(seed))
    return load


def sizes(load: Load, face: FaceModel) -> np.ndarray:
    """How far the support moves under each control vertex, (c,) mm."""
    moved = np.zeros(len(face.control))
    moved[load.moved] = np.linalg.norm(load.moved_by, axis=1)
    return moved


@pytest.mark.parametrize("angle", [30.0, 60.0, 90.0])
@pytest.mark.parametrize("seed", PEOPLE)
def test_mouth_nose_eye_and_chin_stay(seed: int, angle: float) -> None:
    """The ligaments along the fold hold: neither a wide mouth nor a drawn lid."""
    load, face = pulled(seed, 30.0, vector_deg=angle), person(seed)
    size = sizes(load, face)
    for name in ("cheilion_l", "alare_l", "exocanthion_l", "pogonion", "menton", "subnasale", "orbitale_l"):
        assert size[np.linalg.norm(face.control - face.landmarks()[name], axis=1).argmin()] < 0.6, name


@pytest.mark.parametrize("seed", PEOPLE)
def test_cheek_and_jowl_are_drawn_on_their_side_alone(seed: int) -> None:
    load, face = pulled(seed), person(seed)
    size, at = sizes(load, face), face.landmarks()
    cheek = 0.4 * at["gonion_l"] + 0.3 * at["malar_l"] + 0.3 * at["cheilion_l"]
    skin = np.flatnonzero(face.topology.region("face"))
    nearest = skin[np.linalg.norm(face.control[skin] - cheek, axis=1).argmin()]
    assert 3.0 < size[nearest] < 8.0
    assert not size[face.control[:, 0] <= 0.0].any()


def test_a_steeper_vector_lifts_more_and_draws_back_less() -> None:
    flat, steep = (pulled(vector_deg=angle).gauges[0].direction for angle in (30.0, 90.0))
    assert steep[2] > flat[2] + 0.3
    assert steep[1] < flat[1] - 0.3


@pytest.mark.parametrize("seed", PEOPLE)
def test_skin_is_taken_out_where_the_flap_comes_up_against_ear_and_temple(seed: int) -> None:
    """None near the mouth, where the flap pulls, and all of it along the vector."""
    load, face = pulled(seed), person(seed)
    assert load.shortening is not None
    share = np.linalg.norm(load.shortening, axis=1)
    at = face.landmarks()
    assert 0.1 < share.max() <= 0.6
    cut = face.control[share > 0.05]
    assert (cut[:, 1] > at["cheilion_l"][1] + 10.0).all()


def test_the_jowl_gauge_is_asked_for_the_pull_that_is_made() -> None:
    """What reaches the jowl is read there, and nothing is scaled until it would be as much."""
    load = pulled(pull_mm=20.0)
    assert load.gauges[0].asked == 20.0
    assert load.gauges[0].label == "Jowl, left"
    assert not load.to_reach
