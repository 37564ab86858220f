"""The colour of the irises, read off the photo that shows them largest."""

from collections.abc import Sequence

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction.landmarks import Detection

_EYES = ((468, (469, 470, 471, 472)), (473, (474, 475, 476, 477)))  # centre and rim, person's right and left
_INNER, _OUTER = 0.45, 0.85  # of the radius: outside the pupil, inside the dark rim
_SLANT = 0.5  # sine: above, the upper lid and its shadow; highlights are passed over by the median

_DARKEST = (58, 38, 25)  # the iris of a very dark eye in good light; darker is the shadow of lid and brow


def iris_rgb(photos: Sequence[Photo], faces: Sequence[Detection]) -> tuple[int, int, int]:
    """Return one sRGB colour for both eyes."""
    photo, face = max(zip(photos, faces, strict=True), key=lambda pair: pair[1].eye_corners_px)
    ring = np.concatenate([_ring(photo, face, centre, rim) for centre, rim in _EYES])
    red, green, blue = np.maximum(np.median(ring, axis=0), _DARKEST).astype(int)
    return int(red), int(green), int(blue)


def _ring(photo: Photo, face: Detection, centre: int, rim: Sequence[int]) -> Floats:
    """Return (n, 3) colours on the coloured ring of one iris, below the upper lid's shadow."""
    middle = face.points[centre, :2]
    radius = float(np.linalg.norm(face.points[list(rim), :2] - middle, axis=1).mean())
    distance, angle = np.meshgrid(np.linspace(_INNER, _OUTER, 8) * radius, np.linspace(0, 2 * np.pi, 48, False))
    low = np.sin(angle) > -_SLANT  # rows grow downwards
    columns, rows = middle[0] + distance[low] * np.cos(angle[low]), middle[1] + distance[low] * np.sin(angle[low])
    pixel = np.clip(np.floor([rows, columns]).astype(int), 0, np.array([[photo.height - 1], [photo.width - 1]]))
    colours: Floats = photo.pixels[pixel[0], pixel[1]].astype(np.float64)
    return colours
