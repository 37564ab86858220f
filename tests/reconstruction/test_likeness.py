"""Photos of different people are told; photos of one person, in other light or with another mien, are not."""

import functools
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Acquisition, Floats, Photo, Pixels
from clinic.jobs import Progress
from clinic.reconstruction import joint, likeness, quality
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import detect
from clinic.reconstruction.reconstruct import reconstruct

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def _shared(name: str) -> Pixels:
    path = PHOTOS / f"{name}.jpg"
    if not path.exists():
        pytest.skip("the shared test photos are not here")
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)))[..., ::-1])


def _identity(photo: Photo) -> Floats:
    face = quality.the_face(photo, detect(photo.pixels))
    (solution,) = joint.alone(joint.observed(FaceSpace.load(), (photo,), [face]))
    return solution.identity


@functools.cache
def _astronaut() -> tuple[Photo, Floats]:
    photo = Photo(skimage.data.astronaut(), "photo 1")
    return photo, _identity(photo)


def _words(*others: Pixels) -> tuple[str, ...]:
    photo, identity = _astronaut()
    more = [Photo(pixels, f"photo {number + 2}") for number, pixels in enumerate(others)]
    return likeness.warnings([photo, *more], [identity, *map(_identity, more)], FaceSpace.load())


@pytest.mark.parametrize("name", ["smile_front", "glasses_front"])
def test_somebody_else_is_told(name: str) -> None:
    assert _words(_shared(name)) == (
        "Photo 1 and photo 2 may show different people. Check that both are of this patient.",
    )


def test_the_pair_that_differs_most_is_named() -> None:
    darker = (skimage.data.astronaut() * 0.8).astype(np.uint8)
    (words,) = _words(darker, _shared("smile_front"))
    assert "photo 3 may show different people" in words


def test_the_same_woman_in_other_light_size_and_tilt_is_not() -> None:
    picture = skimage.data.astronaut()
    tilt = cv2.getRotationMatrix2D((223, 130), 12, 1)
    assert _words((picture * 0.7).astype(np.uint8)) == ()
    assert _words(np.asarray(cv2.resize(picture, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA))) == ()
    assert _words(np.asarray(cv2.warpAffine(picture, tilt, (512, 512), borderMode=cv2.BORDER_REPLICATE))) == ()
    assert _words(np.ascontiguousarray(picture[:, ::-1])) == ()


def test_one_photo_is_compared_with_nothing() -> None:
    assert _words() == ()


def test_the_face_carries_the_warning() -> None:
    other = Photo(_shared("smile_front"), "photo 2")
    face = reconstruct(Acquisition((_astronaut()[0], other)), Progress())
    assert "different people" in face.warnings[0]
