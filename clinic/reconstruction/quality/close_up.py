"""A face cut out upright at a fixed size, so that what is measured in it does not depend on the photo's pixels."""

from dataclasses import dataclass

import cv2
import numpy as np

from clinic.case import Floats, Mask, Pixels
from clinic.case.arrays import freeze
from clinic.reconstruction.landmarks import Detection

_EYE_R, _EYE_L = 33, 263  # outer corners
_AROUND = 0.15  # of the distance of the eye corners
_HALVE = 0.6  # a picture that is shrunk by more is averaged first, so that nothing aliases
_LUMINANCE = (0.2126, 0.7152, 0.0722)
# Corners of skin that every face shows, in the detector's numbers.
PATCHES = {
    "cheek_r": (116, 117, 118, 101, 36, 205, 187, 123),
    "cheek_l": (345, 346, 347, 330, 266, 425, 411, 352),
    "forehead": (103, 67, 109, 10, 338, 297, 332, 333, 299, 337, 151, 108, 69, 104),
    "chin": (204, 106, 182, 18, 406, 335, 424, 262, 396, 175, 171, 32),
    "moustache": (98, 97, 2, 326, 327, 322, 267, 0, 37, 92),
    "jaw_r": (192, 214, 210, 169, 150, 136, 172),
    "jaw_l": (416, 434, 430, 394, 379, 365, 397),
}


@dataclass(frozen=True, slots=True, eq=False)
class CloseUp:
    """pixels: (rows, columns, 3) sRGB. points: (478, 2) in it."""

    pixels: Pixels
    points: Floats

    def __post_init__(self) -> None:
        freeze(self, pixels=(np.uint8, -1, -1, 3), points=(np.float64, -1, 2))

    @property
    def grey(self) -> Floats:
        """(rows, columns) grey values 0…255."""
        return np.asarray(cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY), np.float64)

    @property
    def luminance(self) -> Floats:
        """(rows, columns) light 0…1: not as it looks but as it adds."""
        linear: Floats = (self.pixels / 255.0) ** 2.2 @ np.array(_LUMINANCE)
        return linear

    def within(self, *numbers: int) -> Mask:
        """Return (rows, columns) what a polygon of points encloses."""
        canvas = np.zeros(self.pixels.shape[:2], np.uint8)
        cv2.fillPoly(canvas, [np.round(self.points[list(numbers)] * 16 - 8).astype(np.int32)], 1, shift=4)
        return canvas > 0

    def patch(self, name: str) -> Mask:
        """Return (rows, columns) one of the `PATCHES`."""
        return self.within(*PATCHES[name])


def close_up(pixels: Pixels, face: Detection, eyes_px: float) -> CloseUp:
    """Return the face with its eyes level and `eyes_px` between their outer corners, were it seen from the front."""
    points, factor = face.points[:, :2], eyes_px / face.eye_corners_px
    low = np.floor(face.box[:2] - _AROUND * face.size_px).astype(int).clip(0)
    high = np.ceil(face.box[2:] + _AROUND * face.size_px).astype(int)
    pixels, points = pixels[low[1] : high[1], low[0] : high[0]], points - low
    if factor < _HALVE:
        size = tuple(max(1, round(length * factor)) for length in pixels.shape[1::-1])
        ratio = np.array(size) / pixels.shape[1::-1]
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
        points, factor = points * ratio, factor / float(ratio.mean())
    along = points[_EYE_L] - points[_EYE_R]
    cosine, sine = factor * along / np.linalg.norm(along)
    turn = np.array([[cosine, sine], [-sine, cosine]])
    turned = points @ turn.T
    corner = turned.min(axis=0) - _AROUND * eyes_px
    columns, rows = np.ceil(turned.max(axis=0) + _AROUND * eyes_px - corner).astype(int).tolist()
    # OpenCV counts from the centre of the first pixel, we from its corner.
    warp = np.column_stack([turn, turn @ (0.5, 0.5) - corner - 0.5])
    cut = cv2.warpAffine(pixels, warp, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return CloseUp(np.asarray(cut), turned - corner)
