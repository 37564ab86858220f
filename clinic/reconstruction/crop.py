"""Cuts a turned square out of a picture, as networks want to see it."""

import cv2
import numpy as np

from clinic.case import Floats, Pixels

_SHRUNK = 1.5  # pixels of the picture for one of the crop, from which the picture is shrunk first


def crop(pixels: Pixels, matrix: Floats, corner: Floats, side: int) -> Pixels:
    """Return the (side, side, 3) crop whose point p lies at matrix · p + corner in the picture; 0 outside.

    Points are counted in pixels from the corner of the first, matrix: (2, 2).
    """
    return cut(pixels, matrix, corner, side, cv2.BORDER_CONSTANT)


def cut(pixels: Pixels, matrix: Floats, corner: Floats, side: int, border: int) -> Pixels:
    """Return the same crop; border says in OpenCV's terms what lies outside the picture.

    A crop that shrinks the picture is taken from one reduced by area first, so that nothing aliases.
    """
    shrink = float(np.sqrt(abs(np.linalg.det(matrix))))
    if shrink > _SHRUNK:
        pixels, matrix, corner = _reduced(pixels, matrix, corner, side, shrink)
    # OpenCV counts from the centre of the first pixel, we from its corner.
    offset = matrix @ (0.5, 0.5) + corner - 0.5
    warp = np.column_stack([matrix, offset])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(pixels, warp, (side, side), flags=flags, borderMode=border))


def _reduced(pixels: Pixels, matrix: Floats, corner: Floats, side: int, shrink: float) -> tuple[Pixels, Floats, Floats]:
    """Return the part of a picture that a crop shows, shrunk, and the crop's matrix and corner in it."""
    ends = np.array([(0, 0), (side, 0), (0, side), (side, side)]) @ matrix.T + corner
    whole = pixels.shape[1::-1]
    low = np.clip(np.floor(ends.min(axis=0) - 2 * shrink), 0, np.subtract(whole, 1)).astype(int)
    high = np.clip(np.ceil(ends.max(axis=0) + 2 * shrink), low + 1, whole).astype(int)
    size = tuple(max(1, round(float(length) / shrink)) for length in high - low)
    ratio = np.array(size) / (high - low)
    part = cv2.resize(pixels[low[1] : high[1], low[0] : high[0]], size, interpolation=cv2.INTER_AREA)
    return np.asarray(part), matrix * ratio[:, None], (corner - low) * ratio
