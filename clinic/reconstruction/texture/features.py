"""Where brows, lips and lashes lie on the chart, from the detected points that are known on the mesh."""

from dataclasses import dataclass

import cv2
import numpy as np

from clinic.case import Embedding, Floats
from clinic.case.arrays import freeze
from clinic.reconstruction.texture.chart import Chart, Image

_BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
_LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
_UPPER_LASHES = ((33, 246, 161, 160, 159, 158, 157, 173), (263, 466, 388, 387, 386, 385, 384, 398))
_LOWER_LASHES = ((33, 7, 163, 144, 145, 153, 154), (263, 249, 390, 373, 374, 380, 381))
_BROW_MM, _LIP_MM = 1.5, 0.8  # softness of their borders
MISSED_MM = 2.0  # of a brow or a lip, by its outline
_UPPER_MM, _LOWER_MM = 1.1, 0.7  # thickness of a lash line
_LOWER = 0.35  # how dark the lower lashes are against the upper ones


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """(size, size) masks in 0…1: hair of the brows, red of the lips, roots of the lashes."""

    brows: Image
    lips: Image
    lashes: Image

    def __post_init__(self) -> None:
        freeze(self, brows=(np.float32, -1, -1), lips=(np.float32, -1, -1), lashes=(np.float32, -1, -1))


def features(chart: Chart, guide: Embedding | None) -> Features:
    """Draw the features on a chart; all are empty without a guide."""
    none = np.zeros((chart.size, chart.size), np.float32)
    if guide is None:
        return Features(none, none, none)
    flat = guide.on(np.pad(chart.topology.uv, ((0, 0), (0, 1))), chart.topology.triangles)[:, :2]
    texels = flat * (chart.size, -chart.size) + (0, chart.size)
    place = {int(name): texel for name, texel in zip(guide.names, texels, strict=True)}
    texel = chart.typical_mm
    brows = np.maximum(*(_area(chart, place, ring, _BROW_MM / texel) for ring in _BROWS))
    lips = _area(chart, place, _LIPS, _LIP_MM / texel)
    upper = np.maximum(*(_line(chart, place, lid, _UPPER_MM / texel) for lid in _UPPER_LASHES))
    lower = np.maximum(*(_line(chart, place, lid, _LOWER_MM / texel) for lid in _LOWER_LASHES))
    return Features(brows, lips, np.maximum(upper, lower * np.float32(_LOWER)))


def around(feature: Image, chart: Chart) -> Image:
    """Widen a mask by what the outline of a feature may miss of it."""
    across = 2 * round(MISSED_MM / chart.typical_mm) + 1
    widened: Image = cv2.dilate(feature, np.ones((across, across), np.uint8))
    return widened


def _corners(place: dict[int, Floats], numbers: tuple[int, ...]) -> Floats:
    return np.array([place[number] for number in numbers if number in place])


def _area(chart: Chart, place: dict[int, Floats], ring: tuple[int, ...], softness: float) -> Image:
    canvas = np.zeros((chart.size, chart.size), np.float32)
    corners = _corners(place, ring)
    if len(corners) > 2:
        cv2.fillPoly(canvas, [np.round(corners * 16 - 8).astype(np.int32)], 1.0, shift=4)
    soft: Image = cv2.GaussianBlur(canvas, (0, 0), softness)
    return soft


def _line(chart: Chart, place: dict[int, Floats], run: tuple[int, ...], thickness: float) -> Image:
    canvas = np.zeros((chart.size, chart.size), np.float32)
    corners = _corners(place, run)
    if len(corners) > 1:
        whole = [np.round(corners * 16 - 8).astype(np.int32)]
        cv2.polylines(canvas, whole, False, 1.0, max(1, round(thickness)), cv2.LINE_AA, shift=4)
    soft: Image = cv2.GaussianBlur(canvas, (0, 0), max(0.35 * thickness, 0.6))
    return soft
