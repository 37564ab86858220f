"""Faces seen from the side are found and marked, the right way round, and nothing else is."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Floats, Pixels
from clinic.reconstruction import landmarks, profile
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.profile.names import NAMES
from clinic.reconstruction.training.predictor.lessons import PROFILE, true_points
from clinic.reconstruction.training.predictor.studio import Shot, shoot

PHOTOS = Path(__file__).resolve().parents[4] / "shared" / "data" / "photos"
# Read off the picture by eye, pixels; it faces right.
BY_EYE = {"nasion": (812, 395), "pronasale": (874, 535), "subnasale": (826, 573), "labiale_superius": (843, 614),
          "cheilion": (741, 650), "pogonion": (798, 760), "exocanthion": (685, 390)}  # fmt: skip


def lateral(seed: int, yaw: float = -85.0) -> tuple[Pixels, Shot, Floats]:
    """A rendered sitter who faces right, with room around; the picture, the shot, its points."""
    shot = shoot(FaceSpace.load(), np.random.default_rng(seed), (yaw, yaw), 300)
    around = cv2.copyMakeBorder(shot.pixels, 80, 80, 80, 80, cv2.BORDER_REPLICATE)
    return np.asarray(around), shot, true_points(shot, PROFILE.embedding) + 80


def test_side_views_are_found_and_marked() -> None:
    """Three sitters never trained on: all found, on the right side, points within 4 % of the face in the mean."""
    errors = []
    for seed in range(3):
        pixels, _, truth = lateral(900 + seed)
        found = profile.detect(pixels)
        assert found is not None
        assert found.side == "r"
        errors.append(np.linalg.norm(found.points - truth, axis=1).mean() / np.ptp(truth, axis=0).max())
    assert np.mean(errors) < 0.04


def test_a_mirrored_picture_shows_the_other_side() -> None:
    pixels, _, _ = lateral(901)
    found, mirrored = profile.detect(pixels), profile.detect(np.ascontiguousarray(pixels[:, ::-1]))
    assert found is not None
    assert mirrored is not None
    assert (found.side, mirrored.side) == ("r", "l")
    assert np.abs(pixels.shape[1] - mirrored.points[:, 0] - found.points[:, 0]).max() < 0.05 * found.size_px


def test_the_pose_turns_the_mean_face_to_the_same_side() -> None:
    pixels, shot, _ = lateral(902)
    found = profile.detect(pixels)
    assert found is not None
    centre = np.array(pixels.shape[1::-1]) / 2
    rotation, translation = profile.pose(found, FaceSpace.load(), shot.camera.focal_px, centre)
    apart = np.degrees(np.arccos((np.trace(rotation @ shot.camera.rotation.T) - 1) / 2))
    assert apart < 20
    assert translation[2] > 0


def test_points_are_handed_over_as_spots_of_the_side_that_is_seen() -> None:
    pixels, _, _ = lateral(903)
    found = profile.detect(pixels)
    assert found is not None
    topology = FaceSpace.load().topology
    handed = profile.spots(found, topology)
    skin = topology.subdivide(FaceSpace.load().mean)
    placed = np.einsum("sk,skd->sd", handed.weights, skin[topology.triangles[handed.triangle]])
    assert placed[NAMES.index("exocanthion"), 0] < -30
    assert placed[NAMES.index("tragion"), 0] < -60
    assert np.linalg.norm(handed.whiten[NAMES.index("pronasale")]) > np.linalg.norm(
        handed.whiten[NAMES.index("trichion")]
    )


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_no_side_view_where_there_is_none(name: str) -> None:
    assert profile.detect(getattr(skimage.data, name)()) is None


def test_a_side_view_of_a_person_is_marked_as_by_eye() -> None:
    file = PHOTOS / "generated_profile.jpg"
    if not file.is_file():
        pytest.skip("the portraits of ../shared are not here")
    picture = np.asarray(cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB))
    found = profile.detect(picture)
    assert found is not None
    assert found.side == "r"
    marked = dict(zip(found.names, found.points, strict=True))
    apart = {name: float(np.linalg.norm(marked[name] - at)) / found.size_px for name, at in BY_EYE.items()}
    assert np.mean(list(apart.values())) < 0.04, apart


def test_a_front_view_stays_what_it_was_read_as() -> None:
    (face,) = landmarks.detect(skimage.data.astronaut())
    assert profile.instead(skimage.data.astronaut(), face) is None


def test_an_ear_taken_for_a_small_face_is_found_out() -> None:
    """The 478 points of somebody else, shrunk onto the ear of a side view."""
    pixels, _, truth = lateral(904)
    (face,) = landmarks.detect(skimage.data.astronaut())
    ear = truth[[NAMES.index("ear_top"), NAMES.index("ear_lobe")]].mean(axis=0)
    small = 0.3 * np.ptp(truth, axis=0).max() / face.size_px
    points = (face.points - np.append(face.points[:, :2].mean(axis=0), 0)) * small + np.append(ear, 0)
    box = np.concatenate([points[:, :2].min(axis=0), points[:, :2].max(axis=0)])
    wrong = replace(face, points=points, box=box)
    found = profile.instead(pixels, wrong)
    assert found is not None
    assert found.side == "r"


def test_a_face_turned_beyond_70_degrees_is_read_from_the_side_though_both_agree() -> None:
    """What both mark lies together; eyes of the 478 points lie one behind the other."""
    pixels, _, _ = lateral(905)
    side = profile.detect(pixels)
    assert side is not None
    marked = dict(zip(NAMES, side.points, strict=True))
    (face,) = landmarks.detect(skimage.data.astronaut())
    points = face.points.copy()
    for number, name in {4: "pronasale", 33: "exocanthion", 61: "cheilion"}.items():
        points[number, :2] = marked[name]
    points[263] = points[33] + (5, 0, 100)
    found = profile.instead(pixels, replace(face, points=points, box=side.box))
    assert found is not None
    assert found.side == "r"
    points[263] = points[33] + (100, 0, 60)
    assert profile.instead(pixels, replace(face, points=points, box=side.box)) is None
