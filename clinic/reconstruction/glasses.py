"""Whether the patient wears glasses: a dark rim that crosses the cheek below both eyes.

Thin, pale or rimless glasses are not found. The smallest of the four dips was at most 0.033 of the skin's brightness on
four bare portraits (also mirrored, darkened and blurred) and 36 views of rendered heads, and 0.26 to 0.40 on the one
portrait with dark rims.
"""

import cv2
import numpy as np

from clinic.case import Floats, Pixels
from clinic.reconstruction.landmarks import Detection

# From below the lower lid down the cheek: inner and outer line of the person's right eye, then of the left.
_LINES = ((230, 205), (31, 50), (450, 425), (261, 280))
_EYES_PX = 96.0  # between the outer eye corners, so that a rim is a few pixels thick in every photo
_LEAST_DIP = 0.15
_HALF_WIDTH_PX = 3.0
_STEPS = 40


def wears_glasses(pixels: Pixels, face: Detection) -> bool:
    """Return whether all four lines cross a rim. pixels: (rows, columns, 3) sRGB."""
    grey, points = _close_up(pixels, face)
    return min(_dip(grey, points[top], points[bottom]) for top, bottom in _LINES) > _LEAST_DIP


def _close_up(pixels: Pixels, face: Detection) -> tuple[Floats, Floats]:
    """Return the face's box as grey values at a fixed size, and the 478 points (478, 2) in it."""
    low = np.maximum(np.floor(face.box[:2]), 0).astype(int)
    high = np.ceil(face.box[2:]).astype(int)
    grey = cv2.cvtColor(pixels[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2GRAY)
    factor = _EYES_PX / face.eye_corners_px
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    resized = np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=method), np.float64)
    return resized, (face.points[:, :2] - low) * factor


def _dip(grey: Floats, top: Floats, bottom: Floats) -> float:
    """Return how much darker a line is than what lies above and below it, over the brightest of the line."""
    along = bottom - top
    across = np.array([-along[1], along[0]]) / np.linalg.norm(along)
    offsets = np.linspace(-_HALF_WIDTH_PX, _HALF_WIDTH_PX, 5)[:, None, None] * across
    at = (top + np.linspace(0, 1, _STEPS)[:, None] * along + offsets).astype(np.float32)
    read = cv2.remap(grey, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    values = np.median(np.asarray(read), axis=0)
    above, below = np.maximum.accumulate(values), np.maximum.accumulate(values[::-1])[::-1]
    return float((np.minimum(above, below) - values).max() / max(float(values.max()), 1.0))
