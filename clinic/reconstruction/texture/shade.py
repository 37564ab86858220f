"""Shade with a border: under brows, beside the nose, in folds, where hard light leaves off.

The colour of skin is split at a few millimetres by a median, which follows borders where a blur would smear them. What
of the wide part is farther from the face's tone than skin varies is light, and goes; the fine part is skin, and stays.
"""

import cv2
import numpy as np

from clinic.case import Floats
from clinic.reconstruction.texture.chart import Chart, Image
from clinic.reconstruction.texture.features import MISSED_MM, Features, around
from clinic.reconstruction.texture.tone import LUMINANCE
from clinic.rendering.pull_push import pull_push

_COARSE = 512  # texels: the wide part needs no more
_WIDE_MM = 9.0  # the median's width: moles and freckles are smaller than half of it
_SOFT_MM = 0.8  # takes the corners off the median
_BRIGHT, _LIDS, _TINT = 0.14, 0.35, 0.05  # log units that skin varies by itself: luminance, that of the lids, colour
_GREATEST = 2.0  # log units: beyond is black
_NOSTRIL_MM = 3.0  # how far the nostrils' own darkness reaches over their rim
_REACH_MM = 12.0  # how far skin says what lies under brows and lips
_LIPS = 0.6  # of the shade on the skin around that also lies on the lips


def without_shade(colour: Image, weight: Image, chart: Chart, features: Features, tone: Floats) -> Image:
    """Return linear colour with bordered shade brought to within what skin varies from the tone (3,).

    weight: (size, size) belief in 0…1. Brows and nostrils keep their darkness, lips their red.
    """
    relative = np.log(np.maximum(colour, 1e-3) / tone.astype(np.float32))
    inside = chart.region("interior")
    wide = _wide(relative, weight * (1 - around(np.minimum(inside + features.brows + features.lips, 1), chart)), chart)
    bright = (wide @ LUMINANCE)[..., None]
    held = _BRIGHT + (_LIDS - _BRIGHT) * chart.region("lids")[..., None]
    darker, tinted = bright - _limited(bright, held), wide - bright - _limited(wide - bright, np.float32(_TINT))
    lips = features.lips[..., None]
    brows = cv2.GaussianBlur(around(features.brows, chart), (0, 0), MISSED_MM / chart.typical_mm)[..., None]
    own = np.max([(1 - _LIPS) * lips, brows, _rim(chart)[..., None]], axis=0)
    excess = darker * (1 - own) + tinted * (1 - (1 - _LIPS) * lips)
    excess = excess * (1 - np.maximum(inside, features.brows))[..., None]
    # in the dark the photo's noise and its errors of colour are larger
    fine = (relative - wide) * np.exp(-np.abs(excess @ LUMINANCE) * (1 - features.lips))[..., None]
    shown = fine + wide - excess
    # beside a border the light side may be taken for shade
    glare = (shown @ LUMINANCE) - np.maximum(relative @ LUMINANCE, _BRIGHT)
    lit: Image = np.exp(shown - np.maximum(glare, 0)[..., None]) * tone.astype(np.float32)
    return lit


def _limited(values: Image, most: Image | np.float32) -> Image:
    """Leave small values alone and let none exceed `most`."""
    limited: Image = most * np.tanh(values / most)
    return limited


def _rim(chart: Chart) -> Image:
    inside = cv2.GaussianBlur(chart.region("interior"), (0, 0), 0.5 * _NOSTRIL_MM / chart.typical_mm)
    rim: Image = np.clip(2 * inside, 0, 1) * chart.region("nose")
    return rim


def _wide(relative: Image, belief: Image, chart: Chart) -> Image:
    """Return (size, size, 3) the median over some millimetres of skin, feature holes filled from around."""
    shape = (_COARSE, _COARSE)
    texel_mm = chart.typical_mm * chart.size / _COARSE
    share = cv2.resize(belief, shape, interpolation=cv2.INTER_AREA)
    summed = cv2.resize(relative * belief[..., None], shape, interpolation=cv2.INTER_AREA)
    known = np.clip(summed / np.maximum(share, 1e-3)[..., None], -_GREATEST, _GREATEST)
    whole = pull_push(known, np.clip(2 * share, 0, 1), max(1, round(float(np.log2(_REACH_MM / texel_mm)))), 1e-3)
    levels = cv2.convertScaleAbs((whole + _GREATEST) * np.float32(255 / (2 * _GREATEST)))
    across = 2 * round(0.5 * _WIDE_MM / texel_mm) + 1
    median = cv2.medianBlur(levels, across).astype(np.float32) * np.float32(2 * _GREATEST / 255) - _GREATEST
    soft = cv2.GaussianBlur(median, (0, 0), _SOFT_MM / texel_mm)
    wide: Image = cv2.resize(soft, (chart.size, chart.size), interpolation=cv2.INTER_LINEAR)
    return wide
