"""A second reading of a face agrees with the first on a clear photo and not on a wrong one."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Photo, Pixels
from clinic.reconstruction import dlib_points, landmarks, quality
from clinic.reconstruction.landmarks import Detection

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def portrait(name: str) -> Pixels:
    file = PHOTOS / f"{name}.jpg"
    if not file.is_file():
        pytest.skip("the portraits of ../shared are not here")
    return np.asarray(cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB))


def _photo(pixels: Pixels) -> Photo:
    return Photo(pixels, "photo 1", 50.0)


def moved(face: Detection, by: float) -> Detection:
    """The same points, slid down the face by a share of the distance of the eyes."""
    points = face.points + np.array([0, by * face.eye_corners_px, 0])
    return replace(face, points=points, box=face.box + np.array([0, by, 0, by]) * face.eye_corners_px)


def test_a_clear_photo_is_read_twice_alike() -> None:
    picture = skimage.data.astronaut()
    (face,) = landmarks.detect(picture)
    assert dlib_points.disagreement(picture, face) < dlib_points.UNCERTAIN


@pytest.mark.parametrize("name", ["smile_front", "glasses_front", "generated_front"])
def test_portraits_raise_no_alarm(name: str) -> None:
    picture = portrait(name)
    assert dlib_points.disagreement(picture, landmarks.detect(picture)[0]) < dlib_points.UNCERTAIN


def test_points_that_lie_off_the_features_are_noticed() -> None:
    picture = skimage.data.astronaut()
    (face,) = landmarks.detect(picture)
    off = moved(face, 0.3)
    assert any("landmarks are uncertain" in words for words in quality.photo_warnings(_photo(picture), off))
    assert not any("landmarks are uncertain" in words for words in quality.photo_warnings(_photo(picture), face))


def test_the_features_are_found_and_not_only_repeated() -> None:
    """Started from points that are off, the reading returns to where the eyes and the mouth are."""
    picture = skimage.data.astronaut()
    (face,) = landmarks.detect(picture)
    straight = dlib_points.read_68(picture, face)
    shifted = dlib_points.read_68(picture, moved(face, 0.12))
    assert np.median(np.linalg.norm(shifted - straight, axis=1)) < 0.05 * face.eye_corners_px
