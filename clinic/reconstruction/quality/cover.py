"""What covers the skin: hair over the forehead, a beard.

Hair is darker than the cheeks and full of detail; a shadow is dark and smooth, and redder than lit skin.
"""

import cv2
import numpy as np

from clinic.case import Floats, Mask
from clinic.reconstruction.quality.close_up import CloseUp

EYES_PX = 180.0  # 2 pixels a millimetre
_DARK = 0.5  # of the light of the cheeks
_FINE_PX = 3.0
_GRAINY = 0.035  # detail over the square root of light; bare skin has 0.01 to 0.03
_HAIR_SHARE = 0.35  # of the forehead
_BEARD_SHARE = 0.7  # of the chin; stubble of a few days has up to 0.6


def has_hair_on_forehead(face: CloseUp) -> bool:
    """Return whether hair falls over a good part of the forehead."""
    return _hair_share(face, face.patch("forehead")) > _HAIR_SHARE


def has_beard(face: CloseUp) -> bool:
    """Return whether hair covers the chin; a moustache alone hides little."""
    return _hair_share(face, face.patch("chin")) > _BEARD_SHARE


def _hair_share(face: CloseUp, patch: Mask) -> float:
    """Return which share of a patch looks like hair."""
    light = face.luminance
    cheeks = max(float(np.median(light[face.patch(name)])) for name in ("cheek_r", "cheek_l"))
    return float(np.mean((light < _DARK * cheeks)[patch] & (_grain(light) > _GRAINY)[patch]))


def _grain(light: Floats) -> Floats:
    """Return how much fine detail surrounds each pixel, over the square root of its light, as noise would be even."""
    bright = np.sqrt(np.maximum(light, 1e-4))
    fine = bright - cv2.GaussianBlur(bright, (0, 0), _FINE_PX)
    around = 2 * _FINE_PX
    spread = np.sqrt(cv2.GaussianBlur(fine**2, (0, 0), around))
    return np.asarray(spread / np.maximum(cv2.GaussianBlur(bright, (0, 0), around), 0.05))
