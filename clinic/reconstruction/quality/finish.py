"""Whether the skin was smoothed after the photo was taken, or the photo has no colours.

A beauty filter takes noise and pores from the skin and leaves eyes and brows sharp. Heavy make-up and strong noise
reduction do the same, so the words only suspect.
"""

import cv2
import numpy as np

from clinic.case import Floats
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.quality.close_up import CloseUp

MOST_EYES_PX = 240.0
_LEAST_EYES_PX = 150.0  # a small face has no pores to lose
_FINE_PX = 1.5
_LEAST_TEXTURE = 0.55  # % of the skin's brightness; unfiltered photos and renders with noise have 0.7 and more
_LEAST_EYES = 10.0  # grey values: sharp lashes
_SKIN = ("cheek_r", "cheek_l", "forehead", "chin")
_EYES = ((33, 144, 145, 153, 133, 158, 159, 160), (263, 373, 374, 380, 362, 385, 386, 387))
_COLOURLESS = 3.0  # grey values between the channels


def is_smoothed(face: CloseUp, detection: Detection) -> bool:
    """Return whether skin has no texture beside sharp eyes. face: no more pixels than the photo has."""
    if detection.eye_corners_px < _LEAST_EYES_PX:
        return False
    grey = face.grey
    fine = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), _FINE_PX))
    skin = [_texture(grey, fine, face, name) for name in _SKIN]
    eyes = max(float(np.percentile(fine[face.within(*eye)], 90)) for eye in _EYES)
    return float(np.median(skin)) < _LEAST_TEXTURE and eyes > _LEAST_EYES


def is_colourless(face: CloseUp) -> bool:
    """Return whether the face has no colours: a grey photo, an engraving, a bust."""
    red, _, blue = np.moveaxis(face.pixels[face.patch("cheek_r") | face.patch("cheek_l")].astype(float), -1, 0)
    return float(np.median(np.abs(red - blue))) < _COLOURLESS


def _texture(grey: Floats, fine: Floats, face: CloseUp, name: str) -> float:
    """Return the fine detail of a patch in % of its brightness, as the standard deviation of most of its pixels."""
    patch = face.patch(name)
    return 100 * 1.48 * float(np.median(fine[patch])) / max(float(np.median(grey[patch])), 20.0)
