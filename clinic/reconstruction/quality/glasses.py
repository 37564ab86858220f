"""Whether the patient wears glasses: a bridge over the nose, with rims around both eyes.

Each is looked for as the strongest unbroken line, darker than its surroundings. The line over the nose reached at most
0.027 on four bare portraits and 40 rendered heads of another family, and 0.042 to 0.060 on the one portrait with
glasses and on 15 that were drawn on bare portraits: thick and thin, dark, grey and golden, and without rims. A deep
fold across the root of the nose may be taken for a bridge where the cheeks are deeply lined too.
"""

import cv2
import numpy as np

from clinic.case import Floats
from clinic.reconstruction.quality.close_up import CloseUp

EYES_PX = 128.0  # so that a thin rim is about as wide as the filter
_LINE_PX = 1.2
_STRONGEST = 0.06  # more says no more: a single black spot is no line
_BRIDGE, _SURE_BRIDGE, _RIM = 0.040, 0.050, 0.033
_EYES = ((33, 133), (263, 362))  # outer and inner corner
_RIM_DEG = np.radians(np.arange(15, 166, 4))  # below the eye: brow and lashes lie above
_RIM_OVER_EYE = (0.42, 1.15)  # distance from the middle of the eye over its width
_ACROSS, _HIGH, _LOW = 0.28, -0.35, 0.55  # where a bridge may run, over the distance of the inner corners


def wears_glasses(face: CloseUp) -> bool:
    """Return whether a line crosses the nose between the eyes and, unless it is a strong one, lines run below both."""
    lines = _dark_lines(np.sqrt(face.grey / 255 + 1e-3))
    bridge = _best_path(_over_the_nose(lines, face.points))
    if bridge < _BRIDGE:
        return False
    rim = min(_best_path(_around(lines, *face.points[list(corners)])) for corners in _EYES)
    return bool(bridge > _SURE_BRIDGE or rim > _RIM)


def _dark_lines(bright: Floats) -> Floats:
    """Return how much darker each pixel is than both sides of the line it may be part of (largest curvature)."""
    smooth = cv2.GaussianBlur(bright, (0, 0), _LINE_PX)
    xx, yy, xy = (cv2.Sobel(smooth, cv2.CV_64F, *order, ksize=3) for order in ((2, 0), (0, 2), (1, 1)))
    largest: Floats = (xx + yy) / 2 + np.hypot((xx - yy) / 2, xy)
    return largest.clip(0, _STRONGEST)


def _over_the_nose(lines: Floats, points: Floats) -> Floats:
    """Return the lines between the inner eye corners: rows run down the nose, columns across it."""
    right, left = points[133], points[362]
    apart = float(np.linalg.norm(left - right))
    across, down = np.meshgrid(np.linspace(-_ACROSS, _ACROSS, 15), np.linspace(_HIGH, _LOW, 40))
    column, row = (right + left)[:, None, None] / 2 + apart * np.stack([across, down])
    return _read(lines, column, row)


def _around(lines: Floats, outer: Floats, inner: Floats) -> Floats:
    """Return the lines below an eye: rows lead away from it, columns around it."""
    width = float(np.linalg.norm(outer - inner))
    near, far = (share * width for share in _RIM_OVER_EYE)
    distance = np.arange(near, far)[:, None]
    column, row = (outer + inner)[:, None, None] / 2 + distance * np.stack([np.cos(_RIM_DEG), np.sin(_RIM_DEG)])[
        :, None
    ]
    return _read(lines, column, row)


def _read(lines: Floats, column: Floats, row: Floats) -> Floats:
    at = (column.astype(np.float32), row.astype(np.float32))
    return np.asarray(cv2.remap(lines.astype(np.float32), *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _best_path(strength: Floats) -> float:
    """Return the mean strength along the best way through all columns that changes its row by at most one a step."""
    total = strength[:, 0]
    for column in strength.T[1:]:
        padded = np.pad(total, 1, constant_values=-np.inf)
        total = column + np.maximum(np.maximum(padded[:-2], padded[2:]), total)
    return float(total.max() / strength.shape[1])
