"""A set with a photo that cannot be used is refused with the photo's name, and told what to do with the others."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Photo, Pixels
from clinic.reconstruction import quality
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.gate import LeavePhotosOut, remarks, sighting, sightings
from clinic.reconstruction.landmarks import Detection, detect
from clinic.reconstruction.profile import ProfileDetection
from clinic.reconstruction.training.predictor.studio import shoot

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def _photos(*pictures: Pixels) -> tuple[Photo, ...]:
    return tuple(
        Photo(np.ascontiguousarray(pixels), f"photo {number}") for number, pixels in enumerate(pictures, start=1)
    )


def test_every_photo_has_its_face() -> None:
    picture = skimage.data.astronaut()
    plain, mirrored = sightings(_photos(picture, picture[:, ::-1]))
    assert plain.box[0] == pytest.approx(512 - mirrored.box[2], abs=4)


def test_an_exact_side_view_is_sighted() -> None:
    """Its outline is read where the network for faces from the front finds nothing."""
    path = PHOTOS / "generated_profile.jpg"
    if not path.exists():
        pytest.skip("the shared test photos are not here")
    side = np.asarray(cv2.imread(str(path)))[..., ::-1]
    front, profile = sightings(_photos(skimage.data.astronaut(), side))
    assert isinstance(front, Detection)
    assert isinstance(profile, ProfileDetection)
    assert profile.side == "r"


def test_a_side_view_taken_for_a_tiny_face_is_sighted_from_the_side() -> None:
    """The network for faces from the front sometimes sees a small face in an ear, and is sure of it."""
    shot = shoot(FaceSpace.load(), np.random.default_rng(900), (-85.0, -85.0), 300)
    around = cv2.copyMakeBorder(shot.pixels, 80, 80, 80, 80, cv2.BORDER_REPLICATE)
    (face,) = detect(skimage.data.astronaut())
    box = np.array([230.0, 230.0, 260.0, 260.0])
    scale = 30 / (face.box[2] - face.box[0])
    tiny = replace(face, box=box, points=(face.points - [*face.box[:2], 0]) * scale + [*box[:2], 0])
    (photo,) = _photos(np.asarray(around))
    assert isinstance(sighting(photo, (tiny,)), ProfileDetection)
    with pytest.raises(quality.FaceTooSmall):
        sighting(_photos(skimage.data.coffee())[0], (tiny,))


def test_all_that_cannot_be_used_are_named_at_once() -> None:
    picture = skimage.data.astronaut()
    with pytest.raises(LeavePhotosOut) as refusal:
        sightings(_photos(skimage.data.chelsea(), picture, picture[::-1, ::-1], picture[:, ::-1]))
    words = str(refusal.value)
    assert words.startswith("Leave photo 1 and photo 3 out: photo 2 and photo 4 are enough.")
    assert "Photo 3 is upside down" in words


def test_without_any_usable_photo_the_first_refusal_stands() -> None:
    with pytest.raises(quality.NoFaceFound, match="photo 1"):
        sightings(_photos(skimage.data.chelsea(), skimage.data.rocket()))


def test_a_set_of_two_people_is_remarked_on() -> None:
    paths = [PHOTOS / f"{name}.jpg" for name in ("generated_front", "smile_front")]
    if not all(path.exists() for path in paths):
        pytest.skip("the shared test photos are not here")
    photos = _photos(*(np.asarray(cv2.imread(str(path)))[..., ::-1] for path in paths))
    (words,) = remarks(photos, sightings(photos))
    assert words == "Photo 1 and photo 2 may show different people. Check that both are of this patient."


def test_a_flipped_photo_is_remarked_on() -> None:
    picture = skimage.data.astronaut()
    photos = _photos(picture, (picture * 0.9)[:, ::-1].astype(np.uint8))
    (words,) = remarks(photos, sightings(photos))
    assert "mirror images" in words


def _fine() -> Pixels:
    return np.random.default_rng(8).integers(0, 256, (400, 500, 3), np.uint8)


def _coarse() -> Pixels:
    blocks = np.random.default_rng(9).integers(0, 256, (12, 15, 3), np.uint8)
    return np.asarray(cv2.resize(blocks, (600, 480), interpolation=cv2.INTER_CUBIC))


def _skin() -> Pixels:
    """A cheek, enlarged: skin without a face."""
    return np.asarray(cv2.resize(skimage.data.astronaut()[118:150, 180:205], (500, 640), interpolation=cv2.INTER_CUBIC))


def _from_skimage(name: str) -> Callable[[], Pixels]:
    def load() -> Pixels:
        picture = np.asarray(getattr(skimage.data, name)())
        rgb = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
        return np.ascontiguousarray(rgb[..., :3])

    return load


@pytest.mark.parametrize(
    "make",
    [_fine, _coarse, _skin, *(_from_skimage(name) for name in ("coffee", "brick", "grass", "clock", "text", "retina"))],
)
def test_nothing_is_taken_for_a_face(make: Callable[[], Pixels]) -> None:
    with pytest.raises(quality.PhotoRefused, match="photo 1"):
        sightings(_photos(make()))
