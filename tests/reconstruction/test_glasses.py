"""Dark rims below both eyes are glasses; shadows, folds and smiles are not."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Photo, Pixels
from clinic.reconstruction import quality
from clinic.reconstruction.glasses import wears_glasses
from clinic.reconstruction.landmarks import detect

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def _picture(name: str) -> Pixels:
    if name == "astronaut":
        return np.asarray(skimage.data.astronaut())
    path = PHOTOS / f"{name}.jpg"
    if not path.exists():
        pytest.skip("the shared test photos are not here")
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)))[..., ::-1])


def _wears(pixels: Pixels) -> bool:
    return wears_glasses(pixels, quality.the_face(Photo(pixels, "photo 1"), detect(pixels)))


def _variants(pixels: Pixels) -> tuple[Pixels, ...]:
    dark = (pixels * 0.6).astype(np.uint8)
    soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), pixels.shape[0] / 500))
    return pixels, np.ascontiguousarray(pixels[:, ::-1]), dark, soft


def test_glasses_are_seen_and_told() -> None:
    picture = _picture("glasses_front")
    assert all(map(_wears, _variants(picture)))
    photo = Photo(picture, "photo 1")
    words = quality.photo_warnings(photo, quality.the_face(photo, detect(picture)))
    assert any("wears glasses" in sentence for sentence in words)


@pytest.mark.parametrize("name", ["astronaut", "generated_front", "smile_front"])
def test_bare_faces_wear_none(name: str) -> None:
    assert not any(map(_wears, _variants(_picture(name))))


def test_a_shadow_below_one_eye_is_no_rim() -> None:
    picture = skimage.data.astronaut().copy()
    picture[112:116, 190:218] //= 3
    assert not _wears(picture)


def test_painted_rims_are_seen() -> None:
    """Dark rings around both eyes of a bare face."""
    picture = np.asarray(cv2.resize(skimage.data.astronaut()[:300], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
    (face,) = detect(picture)
    for eye in (468, 473):
        centre = tuple(int(value) for value in face.points[eye, :2])
        cv2.ellipse(picture, centre, (30, 24), 0, 0, 360, (25, 20, 20), 3)
    assert wears_glasses(picture, face)
