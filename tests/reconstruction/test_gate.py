"""A set with a photo that cannot be used is refused with the photo's name, and told what to do with the others."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Photo, Pixels
from clinic.reconstruction import quality
from clinic.reconstruction.gate import LeavePhotosOut, sightings, the_faces
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.profile import ProfileDetection

PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def _photos(*pictures: Pixels) -> tuple[Photo, ...]:
    return tuple(
        Photo(np.ascontiguousarray(pixels), f"photo {number}") for number, pixels in enumerate(pictures, start=1)
    )


def test_every_photo_has_its_face() -> None:
    picture = skimage.data.astronaut()
    plain, mirrored = the_faces(_photos(picture, picture[:, ::-1]))
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
    with pytest.raises(LeavePhotosOut, match="Leave photo 2 out: photo 1 is enough for a preview"):
        the_faces(_photos(skimage.data.astronaut(), side))


def test_all_that_cannot_be_used_are_named_at_once() -> None:
    picture = skimage.data.astronaut()
    with pytest.raises(LeavePhotosOut) as refusal:
        the_faces(_photos(skimage.data.chelsea(), picture, picture[::-1, ::-1], picture[:, ::-1]))
    words = str(refusal.value)
    assert words.startswith("Leave photo 1 and photo 3 out: photo 2 and photo 4 are enough.")
    assert "Photo 3 is upside down" in words


def test_without_any_usable_photo_the_first_refusal_stands() -> None:
    with pytest.raises(quality.NoFaceFound, match="photo 1"):
        sightings(_photos(skimage.data.chelsea(), skimage.data.rocket()))
