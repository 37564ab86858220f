"""A head stands upright in a photo or the photo is refused, from the front and from the side."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import skimage.data

from clinic.case import Photo, Pixels
from clinic.reconstruction import gate, landmarks, profile, quality
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training.predictor.studio import shoot
from clinic.reconstruction.upright import tilt_deg


def lateral(seed: int) -> Pixels:
    """A rendered sitter seen from the side, with room around."""
    shot = shoot(FaceSpace.load(), np.random.default_rng(seed), (-85.0, -85.0), 300)
    return np.asarray(cv2.copyMakeBorder(shot.pixels, 80, 80, 80, 80, cv2.BORDER_REPLICATE))


@pytest.mark.parametrize("seed", [901, 904])
def test_a_side_view_that_is_not_upright_is_never_taken(seed: int) -> None:
    upright = lateral(seed)
    assert isinstance(gate.sighting(Photo(upright, "p"), landmarks.detect(upright)), profile.ProfileDetection)
    for quarters in (1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(upright, quarters))
        with pytest.raises(quality.PhotoRefused):
            gate.sighting(Photo(turned, "p"), landmarks.detect(turned))


def test_an_ear_that_is_read_as_a_face_upside_down_does_not_turn_the_head_over() -> None:
    face = landmarks.detect(skimage.data.astronaut())[0]
    ear = replace(face, points=face.points * (-1, -1, 1), presence=0.94)
    assert abs(tilt_deg(lateral(902), (ear,))) < 1
    plain = np.full((400, 400, 3), 128, np.uint8)
    assert abs(tilt_deg(plain, (ear,))) > 150  # where nothing tells otherwise it is believed


def test_a_face_surely_read_upside_down_is_compared_with_the_picture_turned() -> None:
    """Of some pictures the network is sure either way up; one way it is a hundred times surer."""
    picture = skimage.data.astronaut()
    face = landmarks.detect(picture)[0]
    sure = replace(face, presence=1 - 1e-7)
    upside_down = np.ascontiguousarray(picture[::-1, ::-1])
    assert abs(tilt_deg(upside_down, (sure,))) > 150
    assert abs(tilt_deg(picture, (sure,))) < 30
