"""A photo that was flipped among others of one person is told; unflipped ones, other light and other people are not."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Photo, Pixels
from clinic.reconstruction import mirrored, quality
from clinic.reconstruction.landmarks import detect

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def _shared(name: str) -> Pixels:
    path = PHOTOS / f"{name}.jpg"
    if not path.exists():
        pytest.skip("the shared test photos are not here")
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)))[..., ::-1])


def _words(*pictures: Pixels) -> tuple[str, ...]:
    photos = [Photo(np.ascontiguousarray(pixels), f"photo {n}") for n, pixels in enumerate(pictures, start=1)]
    return mirrored.warnings(photos, [quality.the_face(photo, detect(photo.pixels)) for photo in photos])


def _retaken(pixels: Pixels) -> Pixels:
    """The same face in other light, from a slightly other place, grainier."""
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float32)
    moved = corners + np.array([[8, 3], [-5, 0], [0, -6], [-9, 4]], np.float32) * (width / 512)
    warped = cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(corners, moved), (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    shaded = warped * np.linspace(0.75, 1.0, width)[None, :, None]
    noise = np.random.default_rng(2).normal(0, 3, shaded.shape)
    return np.asarray(np.clip(shaded + noise, 0, 255), np.uint8)


@pytest.mark.parametrize("name", ["astronaut", "generated_front", "glasses_front", "smile_front"])
def test_one_of_two_photos_was_flipped(name: str) -> None:
    picture = skimage.data.astronaut() if name == "astronaut" else _shared(name)
    again = _retaken(picture)
    assert _words(picture, again) == ()
    (words,) = _words(picture, again[:, ::-1])
    assert words.startswith("Photo 1 and photo 2 seem to be mirror images of each other")
    assert "Compare a mole" in words


def test_of_three_photos_the_flipped_one_is_named() -> None:
    picture = skimage.data.astronaut()
    small = cv2.resize(picture, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    (words,) = _words(picture, _retaken(picture)[:, ::-1], np.asarray(small))
    assert words.startswith("Photo 2 seems to be mirrored")


def test_other_people_are_no_mirror_image() -> None:
    assert _words(_shared("generated_front"), skimage.data.astronaut()) == ()
    assert _words(_shared("generated_front"), _shared("smile_front")[:, ::-1]) == ()


def test_hard_light_from_opposite_sides_says_nothing() -> None:
    picture = skimage.data.astronaut()
    nose = 223

    def lit(left: float, right: float) -> Pixels:
        shade = np.interp(np.arange(picture.shape[1]), [nose - 5, nose + 5], [left, right])
        return np.asarray(picture * shade[None, :, None], np.uint8)

    assert _words(picture, lit(1.0, 0.9)[:, ::-1]) != ()
    assert _words(lit(1.0, 0.35), lit(1.0, 0.35)[:, ::-1]) == ()


def test_one_photo_is_compared_with_nothing() -> None:
    assert _words(skimage.data.astronaut()) == ()
