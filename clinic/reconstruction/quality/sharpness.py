"""Whether a face is in focus, and whether it or the camera moved.

Sharpness is read at one size, so that large pictures are not called sharp for their size: there a blur by 1 % of the
face's width (1.4 mm) brings portraits and rendered heads from 0.49…0.74 to 0.18…0.26. A smear over 7 % of the width
(1 cm) brings the detail across it from 0.16…0.33 to 0.06…0.17, and to 0.25…0.72 of the detail along it.
"""

import cv2
import numpy as np

from clinic.case import Floats, Pixels

_WIDTH_PX = 96
_LEAST = 0.25
_LEAST_ACROSS, _LEAST_SHARE = 0.155, 0.65
_NOISE_PX, _STEP_PX = 0.7, 1.5
_DIRECTIONS = np.radians(np.arange(0, 180, 15))


def is_blurred(pixels: Pixels, box: Floats) -> bool:
    """Return whether the face in a box (4,) px is out of focus, in all directions alike."""
    grey = _face(pixels, box)
    return float(np.std(cv2.Laplacian(grey, cv2.CV_32F))) < _LEAST * _contrast(grey)


def is_smeared(pixels: Pixels, box: Floats) -> bool:
    """Return whether detail is missing in one direction only, as when something moved."""
    grey = _face(pixels, box)
    smooth = cv2.GaussianBlur(grey, (0, 0), _NOISE_PX)
    detail = [_detail_along(smooth, angle) / _contrast(grey) for angle in _DIRECTIONS]
    return min(detail) < _LEAST_ACROSS and min(detail) < _LEAST_SHARE * max(detail)


def _detail_along(grey: Floats, angle: float) -> float:
    """Return how far the grey values bend along a direction, root mean square."""
    x, y = _STEP_PX * np.cos(angle), _STEP_PX * np.sin(angle)
    size = grey.shape[1::-1]
    ahead, behind = (
        cv2.warpAffine(grey, np.array([[1, 0, sign * x], [0, 1, sign * y]]), size, borderMode=cv2.BORDER_REPLICATE)
        for sign in (1, -1)
    )
    return float(np.sqrt(np.mean((2 * grey - ahead - behind) ** 2)))


def _contrast(grey: Floats) -> float:
    return max(float(np.std(grey)), 1e-6)


def _face(pixels: Pixels, box: Floats) -> Floats:
    """Return the box as grey values, no wider than a fixed width."""
    left, top = np.maximum(np.floor(box[:2]), 0).astype(int)
    right, bottom = np.ceil(box[2:]).astype(int)
    grey = cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_RGB2GRAY).astype(np.float32)
    factor = min(1.0, _WIDTH_PX / grey.shape[1])
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
