"""A bridge over the nose with rims is glasses, thick or thin; shadows, folds and smiles are not."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Floats, Photo, Pixels
from clinic.reconstruction import quality
from clinic.reconstruction.landmarks import Detection, detect
from clinic.reconstruction.quality import glasses
from clinic.reconstruction.quality.close_up import close_up

PHOTOS = Path(__file__).resolve().parents[4] / "shared" / "data" / "photos"
_SHIFT = 3  # bits of a fraction of a pixel


def _picture(name: str) -> Pixels:
    if name == "astronaut":
        return np.asarray(skimage.data.astronaut())
    path = PHOTOS / f"{name}.jpg"
    if not path.exists():
        pytest.skip("the shared test photos are not here")
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)))[..., ::-1])


def _face(pixels: Pixels) -> Detection:
    return quality.the_face(Photo(pixels, "photo 1"), detect(pixels))


def _wears(pixels: Pixels) -> bool:
    return glasses.wears_glasses(close_up(pixels, _face(pixels), glasses.EYES_PX))


def _variants(pixels: Pixels) -> tuple[Pixels, ...]:
    dark = (pixels * 0.6).astype(np.uint8)
    soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), pixels.shape[0] / 500))
    return pixels, np.ascontiguousarray(pixels[:, ::-1]), dark, soft


def _with_glasses(pixels: Pixels, colour: tuple[int, int, int], thick: float, rims: bool = True) -> Pixels:
    """Draw oval rims, a bridge and temples; thick: of the width of an eye."""
    points = _face(pixels).points[:, :2]
    drawn = pixels.copy()
    right, left = ((points[a] + points[b]) / 2 for a, b in ((33, 133), (263, 362)))
    eye = float(np.linalg.norm(points[33] - points[133]))
    line = max(1, round(thick * eye))
    away = (left - right) / np.linalg.norm(left - right)

    def at(place: Floats) -> tuple[int, int]:
        column, row = np.round(place * 2**_SHIFT).astype(int)
        return int(column), int(row)

    for centre in (right, left) if rims else ():
        axes = (round(0.82 * eye * 2**_SHIFT), round(0.62 * eye * 2**_SHIFT))
        cv2.ellipse(drawn, at(centre + np.array([0, 0.12 * eye])), axes, 0, 0, 360, colour, line, cv2.LINE_AA, _SHIFT)
    cv2.line(drawn, at(right + 0.8 * eye * away), at(left - 0.8 * eye * away), colour, line, cv2.LINE_AA, _SHIFT)
    for centre, sign, temple in ((right, -1, 127), (left, 1, 356)):
        cv2.line(drawn, at(centre + sign * 0.82 * eye * away), at(points[temple]), colour, line, cv2.LINE_AA, _SHIFT)
    return drawn


def test_glasses_are_seen_and_told() -> None:
    picture = _picture("glasses_front")
    assert all(map(_wears, _variants(picture)))
    photo = Photo(picture, "photo 1")
    words = quality.photo_warnings(photo, quality.the_face(photo, detect(picture)))
    assert any("wears glasses" in sentence for sentence in words)


@pytest.mark.parametrize("name", ["astronaut", "generated_front", "smile_front"])
def test_bare_faces_wear_none(name: str) -> None:
    assert not any(map(_wears, _variants(_picture(name))))


@pytest.mark.parametrize("name", ["generated_front", "smile_front"])
@pytest.mark.parametrize(
    ("colour", "thick", "rims"),
    [((30, 25, 25), 0.09, True), ((40, 35, 35), 0.03, True), ((190, 160, 90), 0.04, True), ((90, 85, 80), 0.03, False)],
    ids=["thick", "thin", "golden", "rimless"],
)
def test_drawn_glasses_are_seen(name: str, colour: tuple[int, int, int], thick: float, rims: bool) -> None:
    assert _wears(_with_glasses(_picture(name), colour, thick, rims))


def test_a_shadow_below_one_eye_is_no_rim() -> None:
    picture = skimage.data.astronaut().copy()
    picture[112:116, 190:218] //= 3
    assert not _wears(picture)


def test_a_faint_fold_across_the_nose_is_no_bridge() -> None:
    picture = skimage.data.astronaut().copy()
    fold = np.zeros(picture.shape[:2])
    points = _face(picture).points
    fold[round(points[6, 1]), round(points[133, 0]) : round(points[362, 0])] = 1
    dark = 1 - 0.25 * cv2.GaussianBlur(fold, (0, 0), 1.2) / cv2.GaussianBlur(fold, (0, 0), 1.2).max()
    assert not _wears((picture * dark[..., None]).astype(np.uint8))
