"""Bad photos are refused with words that say what to retake; usable ones carry their warnings."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Floats, Photo, Pixels
from clinic.reconstruction import quality
from clinic.reconstruction.landmarks import Detection, detect

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def _photo(pixels: Pixels, focal_35mm: float | None = 50.0) -> Photo:
    return Photo(pixels, "photo 1", focal_35mm)


def _shared(name: str) -> Pixels:
    path = PHOTOS / f"{name}.jpg"
    if not path.exists():
        pytest.skip("the shared test photos are not here")
    return np.ascontiguousarray(np.asarray(cv2.imread(str(path)))[..., ::-1])


def _face(pixels: Pixels) -> Detection:
    return quality.the_face(_photo(pixels), detect(pixels))


def _words(pixels: Pixels, focal_35mm: float | None = 50.0) -> str:
    return "\n".join(quality.photo_warnings(_photo(pixels, focal_35mm), _face(pixels)))


@pytest.mark.parametrize("name", ["chelsea", "rocket", "coffee", "coins"])
def test_a_picture_without_a_face_is_refused(name: str) -> None:
    picture = getattr(skimage.data, name)()
    rgb = np.ascontiguousarray(picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2))
    with pytest.raises(quality.NoFaceFound, match=r"No human face was found in photo 1"):
        _face(rgb[..., :3])


def test_a_twenty_pixel_picture_is_refused() -> None:
    thumbnail = cv2.resize(skimage.data.astronaut(), (20, 20), interpolation=cv2.INTER_AREA)
    with pytest.raises(quality.PhotoTooSmall, match="20 × 20 pixels"):
        _face(np.asarray(thumbnail))


def test_two_faces_are_refused() -> None:
    half = skimage.data.astronaut()[:300, 60:380]
    with pytest.raises(quality.SeveralFaces, match="shows 2 faces"):
        _face(np.concatenate([half, half[:, ::-1]], axis=1))


@pytest.mark.parametrize(("quarters", "words"), [(1, "lies on its side"), (2, "is upside down"), (3, "on its side")])
def test_a_photo_that_is_not_upright_is_refused(quarters: int, words: str) -> None:
    with pytest.raises(quality.PhotoNotUpright, match=f"Photo 1 .*{words}.*add it again"):
        _face(np.ascontiguousarray(np.rot90(skimage.data.astronaut(), quarters)))


@pytest.mark.parametrize("name", ["generated_front", "smile_front", "glasses_front"])
def test_portraits_upside_down_are_never_read_with_the_eyes_on_the_chin(name: str) -> None:
    upright = _shared(name)
    assert quality.the_face(_photo(upright), detect(upright)).presence > 0.999
    with pytest.raises(quality.PhotoNotUpright, match="is upside down"):
        _face(np.ascontiguousarray(upright[::-1, ::-1]))


def test_a_head_tilted_to_the_shoulder_is_read() -> None:
    picture = skimage.data.astronaut()
    turn = cv2.getRotationMatrix2D((223, 130), 40, 1)
    tilted = np.asarray(cv2.warpAffine(picture, turn, (512, 512), borderMode=cv2.BORDER_REPLICATE))
    assert _face(tilted).presence > 0.999


def test_a_much_smaller_face_behind_is_no_second_patient() -> None:
    large = np.array(cv2.resize(skimage.data.astronaut()[:300], None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))
    small = cv2.resize(skimage.data.astronaut()[:220, 120:330], None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    large[40 : 40 + small.shape[0], 1200 : 1200 + small.shape[1]] = small
    assert len(detect(large)) == 2
    assert _face(large).size_px > 200


def test_a_face_under_forty_pixels_is_refused() -> None:
    small = np.asarray(cv2.resize(skimage.data.astronaut(), (300, 300), interpolation=cv2.INTER_AREA))
    with pytest.raises(quality.FaceTooSmall, match="35 pixels between the outer eye corners"):
        _face(small)


def test_the_sample_patient_is_small_smiles_and_names_no_lens() -> None:
    words = _words(skimage.data.astronaut(), None)
    assert "60 pixels between the outer eye corners" in words
    assert "teeth are painted out" in words
    assert "names no lens" in words
    assert words.count("\n") == 2


def test_a_large_sharp_bright_photo_has_no_other_warning() -> None:
    large = cv2.resize(skimage.data.astronaut()[:300], None, fx=3, fy=3, interpolation=cv2.INTER_LANCZOS4)
    assert _words(np.asarray(large)) == f"Photo 1: {quality.SMILE}"


def test_blur_dark_and_burnt_out_are_told() -> None:
    picture = skimage.data.astronaut()
    assert "not sharp" in _words(np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.6)))
    assert "very dark" in _words((picture * 0.3).astype(np.uint8))
    assert "burnt out" in _words(np.clip(picture * 1.6, 0, 255).astype(np.uint8))


def test_closed_eyes_are_told() -> None:
    face = _face(skimage.data.astronaut())
    shut = face.blendshapes.copy()
    shut[9:11] = 0.8
    closed = Detection(face.points, face.presence, face.box, shut)
    assert "eyes are closed" in "\n".join(quality.photo_warnings(_photo(skimage.data.astronaut()), closed))


def test_near_single_and_turned_views_are_told() -> None:
    photo = _photo(skimage.data.astronaut())
    assert "Step back" in quality.view_warnings(photo, 300.0)[0]
    assert quality.view_warnings(photo, 1500.0) == ()
    assert quality.view_warnings(_photo(skimage.data.astronaut(), None), 300.0) == ()


def _towards(*turns_deg: float) -> Floats:
    turns = np.radians(turns_deg)
    return np.stack([np.sin(turns), -np.cos(turns), np.zeros(len(turns))], axis=1)


def test_a_set_without_obliques_or_front_is_told() -> None:
    assert len(quality.series_warnings(_towards(5.0))) == 1
    assert "far side" in quality.series_warnings(_towards(-45.0))[1]
    assert "far side" in quality.series_warnings(_towards(45.0, 80.0))[0]
    assert quality.series_warnings(_towards(0.0, 45.0, -45.0)) == ()


def test_photos_of_one_view_are_a_preview_like_one_photo() -> None:
    assert "are a preview" in quality.series_warnings(_towards(0.0, 10.0, 14.0))[0]
    assert quality.series_warnings(_towards(0.0, 16.0)) == ()


@pytest.mark.parametrize("name", ["dark", "soft"])
def test_a_fold_of_cloth_is_no_second_face(name: str) -> None:
    """In both variants the detector takes a part of her suit for a face, in one even the larger one."""
    picture = skimage.data.astronaut()
    variant = (picture * 0.55).astype(np.uint8) if name == "dark" else np.asarray(cv2.GaussianBlur(picture, (0, 0), 1))
    assert len(detect(variant)) == 2
    assert _face(variant).eye_corners_px == pytest.approx(60, abs=2)
