"""Cuts a turned square out of a picture, as networks want to see it."""

import cv2
import numpy as np

from clinic.case import Floats, Pixels

_SHRUNK = 1.5  # pixels of the picture for one of the crop, from which the picture is shrunk first


def crop(pixels: Pixels, matrix: Floats, corner: Floats, side: int) -> Pixels:
    """Return the (side, side, 3) crop whose point p lies at matrix · p + corner in the picture; 0 outside.

    Points are counted in pixels from the corner of the first, matrix: (2, 2). A crop that shrinks the picture is taken
    from a picture reduced by area first, so that nothing aliases.
    """
    shrink = np.sqrt(abs(np.linalg.det(matrix)))
    if shrink > _SHRUNK:
        size = tuple(max(1, round(length / shrink)) for length in pixels.shape[1::-1])
        ratio = np.array(size) / pixels.shape[1::-1]
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
        matrix, corner = matrix * ratio[:, None], corner * ratio
    # OpenCV counts from the centre of the first pixel, we from its corner.
    offset = matrix @ (0.5, 0.5) + corner - 0.5
    warp = np.column_stack([matrix, offset])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(pixels, warp, (side, side), flags=flags, borderMode=cv2.BORDER_CONSTANT))
