"""Bad photos are refused with words that say what to retake; usable ones carry their warnings."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Floats, Photo, Pixels
from clinic.reconstruction import quality
from clinic.reconstruction.landmarks import Detection, detect

PHOTOS = Path(__file__).resolve().parents[4] / "shared" / "data" / "photos"


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


def test_the_sample_patient_is_small_smiles_wears_a_fringe_and_names_no_lens() -> None:
    words = _words(skimage.data.astronaut(), None)
    assert "60 pixels between the outer eye corners" in words
    assert "teeth are painted out" in words
    assert "Hair covers the forehead" in words
    assert "names no lens" in words
    assert words.count("\n") == 3


def test_a_large_sharp_bright_photo_has_no_other_warning() -> None:
    large = cv2.resize(skimage.data.astronaut()[:300], None, fx=3, fy=3, interpolation=cv2.INTER_LANCZOS4)
    words = _words(np.asarray(large)).splitlines()
    assert [sentence.split(". ")[0] for sentence in words] == [
        "Photo 1: The patient smiles or shows teeth",
        "Photo 1: Hair covers the forehead, whose shape is an estimate there",
    ]


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


def _smeared(pixels: Pixels, length: int, upright: bool) -> Pixels:
    return np.asarray(cv2.blur(pixels, (1, length) if upright else (length, 1)))


@pytest.mark.parametrize("upright", [False, True])
def test_a_smear_is_told_apart_from_a_blur(upright: bool) -> None:
    words = _words(_smeared(skimage.data.astronaut(), 7, upright))  # the face is 85 pixels wide
    assert "smeared by motion" in words
    assert "not sharp" not in words
    assert "smeared" not in _words(np.asarray(cv2.GaussianBlur(skimage.data.astronaut(), (0, 0), 1.6)))


def test_light_from_one_side_is_told() -> None:
    picture = skimage.data.astronaut()
    nose = int(_face(picture).points[4, 0])
    shade = np.interp(np.arange(picture.shape[1]), [nose - 20, nose + 20], [1.0, 0.45])
    assert "lies in shadow" in _words((picture * shade[None, :, None]).astype(np.uint8))
    assert "lies in shadow" not in _words(picture)


def _bearded(pixels: Pixels) -> Pixels:
    """Cover jaw and chin with short dark strokes."""
    points = _face(pixels).points[:, :2]
    jaw = [
        *range(132, 133),
        172,
        136,
        150,
        149,
        176,
        148,
        152,
        377,
        400,
        378,
        379,
        365,
        397,
        361,
        425,
        335,
        18,
        106,
        205,
    ]
    area = np.zeros(pixels.shape[:2], np.uint8)
    cv2.fillPoly(area, [np.round(points[jaw]).astype(np.int32)], 1)
    noise = np.random.default_rng(3).uniform(0.05, 0.6, (*pixels.shape[:2], 1))
    hair = cv2.blur(noise, (1, 3))[..., None] * (110, 85, 70)
    return np.where(area[..., None] > 0, hair, pixels).astype(np.uint8)


def test_a_beard_is_told() -> None:
    large = np.asarray(cv2.resize(skimage.data.astronaut()[:300], None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))
    assert "A beard covers" in _words(_bearded(large))
    assert "A beard covers" not in _words(large)


def test_filtered_skin_beside_sharp_eyes_is_suspected() -> None:
    picture = _shared("smile_front")
    points = _face(picture).points[:, :2]
    keep = np.zeros(picture.shape[:2], np.float32)
    for eye in ((33, 133), (263, 362)):
        middle, width = points[list(eye)].mean(axis=0), float(np.linalg.norm(points[eye[0]] - points[eye[1]]))
        cv2.circle(keep, tuple(np.round(middle).astype(int).tolist()), round(0.9 * width), 1.0, -1)
    smooth = cv2.bilateralFilter(cv2.bilateralFilter(picture, 0, 25, 6), 0, 25, 6)
    filtered = np.where(keep[..., None] > 0, picture, smooth).astype(np.uint8)
    assert "beauty filter" in _words(filtered)
    assert "beauty filter" not in _words(picture)


def test_a_grey_picture_is_told() -> None:
    grey = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2GRAY)
    assert "no colours" in _words(np.repeat(np.asarray(grey)[..., None], 3, axis=2))


def test_an_ear_is_no_second_face() -> None:
    """The network takes an ear in a half profile for a small face, and is sure of it."""
    whole = _face(skimage.data.astronaut())
    edge = np.array([whole.box[0], whole.box[1] + 30])
    ear = Detection(
        whole.points * 0.35, 0.9995, np.r_[edge - np.array([15, 0]), edge + np.array([15, 30])], whole.blendshapes
    )
    assert quality.comparable((whole, ear)) == (whole,)


def test_near_single_and_turned_views_are_told() -> None:
    photo = _photo(skimage.data.astronaut())
    assert "Step back" in quality.view_warnings(photo, 300.0)[0]
    assert quality.view_warnings(photo, 1500.0) == ()
    unnamed = _photo(skimage.data.astronaut(), None)
    assert "Perhaps taken from nearer than 40 cm" in quality.view_warnings(unnamed, 530.0)[0]
    assert quality.view_warnings(unnamed, 800.0) == ()


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
