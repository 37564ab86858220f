"""The face landmarker finds faces, all of them and nothing else, and puts its points where its makers' code does."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Pixels
from clinic.reconstruction import landmarks

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"
# MediaPipe 1.2.2 on the same picture, pixels.
REFERENCE = {1: (223.5, 131.1), 33: (195.3, 100.6), 263: (255.3, 103.8), 291: (244.5, 140.6), 152: (221.4, 177.4)}


def test_points_agree_with_the_reference_implementation() -> None:
    (face,) = landmarks.detect(skimage.data.astronaut())
    distances = [float(np.hypot(*(face.points[index, :2] - at))) for index, at in REFERENCE.items()]
    assert np.mean(distances) < 0.8
    assert max(distances) < 2.2
    assert face.presence > 0.999


def test_the_astronaut_smiles() -> None:
    (face,) = landmarks.detect(skimage.data.astronaut())
    assert face.blendshape("mouthSmileLeft") == pytest.approx(0.90, abs=0.02)
    assert face.blendshape("mouthSmileRight") == pytest.approx(0.90, abs=0.02)
    assert face.blendshape("jawOpen") < 0.1


def test_a_mirrored_picture_gives_mirrored_points() -> None:
    picture = skimage.data.astronaut()
    (face,) = landmarks.detect(picture)
    (mirrored,) = landmarks.detect(np.ascontiguousarray(picture[:, ::-1]))
    assert picture.shape[1] - mirrored.points[263, 0] == pytest.approx(face.points[33, 0], abs=1.5)
    assert picture.shape[1] - mirrored.points[33, 0] == pytest.approx(face.points[263, 0], abs=1.5)


def test_points_follow_an_enlarged_and_moved_picture() -> None:
    """Corner-origin pixels: enlarging by 3 multiplies every coordinate by 3, without half-pixel shifts."""
    picture = skimage.data.astronaut()[:300]
    (face,) = landmarks.detect(picture)
    (large,) = landmarks.detect(np.asarray(cv2.resize(picture, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)))
    shift = large.points[:, :2] / 3 - face.points[:, :2]
    assert np.abs(shift.mean(axis=0)).max() < 0.12


def _two_faces() -> Pixels:
    picture = skimage.data.astronaut()[:300, 60:380]
    return np.concatenate([picture, picture[:, ::-1]], axis=1)


def test_two_faces_are_two() -> None:
    found = landmarks.detect(_two_faces())
    assert len(found) == 2
    assert abs(found[0].box[0] - found[1].box[0]) > 250


def test_a_small_face_in_a_large_picture_is_found() -> None:
    scene = np.zeros((2400, 2400, 3), np.uint8)
    scene[1500 : 1500 + 300, 1700 : 1700 + 320] = skimage.data.astronaut()[:300, 60:380]
    (face,) = landmarks.detect(scene)
    assert face.box[0] > 1700
    assert face.box[1] > 1500


def test_a_face_on_a_stage_is_found() -> None:
    photo = PHOTOS / "small_face_in_scene.jpg"
    if not photo.exists():
        pytest.skip("the shared test photos are not here")
    (face,) = landmarks.detect(np.asarray(cv2.imread(str(photo)))[..., ::-1].copy())
    assert 276 < face.points[1, 0] < 330


@pytest.mark.parametrize("name", ["chelsea", "rocket", "coffee", "coins"])
def test_no_face_is_no_face(name: str) -> None:
    picture = getattr(skimage.data, name)()
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], 3, axis=2)
    assert landmarks.detect(np.ascontiguousarray(picture[..., :3])) == ()


def test_a_tiny_picture_has_no_face() -> None:
    assert landmarks.detect(np.full((20, 20, 3), 128, np.uint8)) == ()


def test_detection_repeats_bit_for_bit() -> None:
    first, second = (landmarks.detect(skimage.data.astronaut())[0] for _ in range(2))
    assert np.array_equal(first.points, second.points)
    assert np.array_equal(first.blendshapes, second.blendshapes)
