"""The red of the lips: of one colour, and ending where the mesh's lips end."""

import cv2
import numpy as np

from clinic.case import Floats
from clinic.reconstruction.texture.chart import Chart, Image
from clinic.reconstruction.texture.features import Features, around
from clinic.reconstruction.texture.tone import LUMINANCE, blurred, dulled

_WIDE_MM, _EVENED = 3.0, 0.6  # lips are brought to one colour over this width by this share
_LEAST = 200  # texels
_MARGIN_MM = 8.0  # around the lips: more than any blur reaches
_FINE_MM = 0.5  # what is smaller is not a smear of red
_DARK, _TINT = 0.25, 0.06  # log units by which skin beside the lips may be darker than the tone, and off its colour


def with_even_lips(colour: Image, weight: Image, chart: Chart, features: Features, tone: Floats) -> Image:
    """Return linear colour with even lips and no red beside them: a smile lights and stretches them unevenly.

    weight: (size, size) how far a photo shows them. tone: (3,) linear colour of the skin.
    """
    rows, columns = np.nonzero(features.lips > 0)
    if len(rows) < _LEAST:
        return colour
    margin = round(_MARGIN_MM / chart.typical_mm)
    box = np.s_[
        max(0, rows.min() - margin) : rows.max() + margin, max(0, columns.min() - margin) : columns.max() + margin
    ]
    beside = around(features.lips[box], chart) * (1 - features.lips[box]) * (1 - chart.region("interior")[box])
    completed = colour.copy()
    completed[box] = _evened(_cleared(colour[box], beside, chart, tone), weight[box], features.lips[box], chart)
    return completed


def _cleared(colour: Image, beside: Image, chart: Chart, tone: Floats) -> Image:
    """Take red and the dark line of the lips out of the skin beside them, (rows, columns) in 0…1."""
    relative = np.log(np.maximum(colour, 1e-3) / tone.astype(np.float32))
    smooth = cv2.GaussianBlur(relative, (0, 0), _FINE_MM / chart.typical_mm)
    bright = (smooth @ LUMINANCE)[..., None]
    tint = smooth - bright
    excess = np.minimum(bright + _DARK, 0) + tint - np.clip(tint, -_TINT, _TINT)
    soft = cv2.GaussianBlur(beside, (0, 0), _FINE_MM / chart.typical_mm)[..., None]
    cleared: Image = colour * np.exp(-excess * soft)
    return cleared


def _evened(colour: Image, weight: Image, lips: Image, chart: Chart) -> Image:
    known = weight * (lips > 0.5)
    if (known > 0.5).sum() < _LEAST:
        return colour
    red = np.median(colour[known > 0.5], axis=0).astype(np.float32)
    relative = np.log(np.maximum(colour, 1e-3) / red)
    wide = blurred(relative, lips, _WIDE_MM / chart.typical_mm)
    share = _EVENED + (1 - _EVENED) * (1 - weight[..., None])
    dry = dulled(relative, wide, np.zeros_like(weight)) - share * wide
    evened: Image = colour * np.exp(lips[..., None] * (dry - relative))
    return evened
