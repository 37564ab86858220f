"""The face's own colour, and colours brought towards it where the photo's light or a smile has marked the skin."""

import cv2
import numpy as np

from clinic.case import Floats
from clinic.reconstruction.texture.chart import Chart, Image

_SMOOTH_MM = 14.0  # shading is wider than this, features of the skin are narrower
_COARSE = 256  # texels: wide differences need no more
_CENTRE, _SIDES = 0.45, 0.95  # share of the wide differences that goes, in the face and at neck, ears and scalp
_LARGEST = 0.7  # in log units: more than this is not shading
_GLOSS = 0.08  # log luminance above the surroundings from which it is gloss, not skin
_GLOSS_LEFT = 0.35  # of the gloss that stays: skin without any looks powdered
_CREASE_MM = (0.8, 6.0)  # widths of the folds that a smile draws
_CREASE_LEFT = 0.3  # of a fold that stays at a full smile
_LUMINANCE = np.array([0.3, 0.6, 0.1], np.float32)  # of log colours


def face_tone(colour: Image, weight: Image, chart: Chart) -> Floats:
    """Return the (3,) linear colour of the cheeks, nose, chin and forehead: the median of what is seen."""
    skin = weight * chart.region("cheek_r", "cheek_l", "nose", "chin", "forehead") > 0.3
    seen = colour[skin] if skin.sum() > 100 else colour[weight > 0]
    if len(seen) == 0:
        return np.array([0.45, 0.27, 0.20])
    median: Floats = np.median(seen, axis=0).astype(np.float64)
    return median


def even(colour: Image, weight: Image, chart: Chart, tone: Floats) -> Image:
    """Return linear colour with gloss dulled and wide differences from the tone reduced.

    Half of a wide difference goes in the face, nearly all beside it, so that neck and ears match.
    """
    relative = np.log(np.maximum(colour, 1e-3) / tone.astype(np.float32))
    features = np.minimum(chart.region("upper_lip", "lower_lip", "lids", "interior"), 1)
    wide = _wide(relative, weight * (1 - features), chart)
    centre = cv2.GaussianBlur(chart.region("face"), (0, 0), _texels(chart, _SMOOTH_MM) / 2)
    share = _SIDES + (_CENTRE - _SIDES) * centre
    above = np.maximum((relative - wide) @ _LUMINANCE - _GLOSS, 0) * (1 - features)
    dulled = relative - wide - (1 - _GLOSS_LEFT) * _tinted(relative - wide, above)
    evened: Image = np.exp(dulled + (1 - share[..., None]) * wide) * tone.astype(np.float32)
    return evened


def without_smile(colour: Image, weight: Image, chart: Chart, smile: float) -> Image:
    """Return linear colour with the folds beside nose and mouth softened as far as the photo smiles (0…1)."""
    if smile < 0.05:
        return colour
    dark = np.log(np.maximum(colour, 1e-3))
    fine, wide = (_blurred(dark, weight, _texels(chart, width)) for width in _CREASE_MM)
    beside = chart.region("cheek_r", "cheek_l", "upper_lip", "chin") * (1 - chart.region("lower_lip"))
    beside = cv2.GaussianBlur(np.clip(beside, 0, 1), (0, 0), _texels(chart, 2.0))
    fold = np.minimum(fine - wide, 0) * (beside * min(smile, 1.0) * (1 - _CREASE_LEFT))[..., None]
    softened: Image = colour * np.exp(-fold)
    return softened


def _tinted(detail: Image, above: Image) -> Image:
    """Return what gloss adds to the log colours: its brightness, and the whiteness that comes with it."""
    brightness = detail @ _LUMINANCE
    gloss = np.clip(above / np.maximum(np.abs(brightness), 1e-3), 0, 1)
    tinted: Image = above[..., None] + (detail - brightness[..., None]) * gloss[..., None]
    return tinted


def _wide(relative: Image, weight: Image, chart: Chart) -> Image:
    """Return the wide differences, brows and stubble and moles left out: what is far from the tone counts little."""
    shape = (_COARSE, _COARSE)
    small = cv2.resize(relative, shape, interpolation=cv2.INTER_AREA)
    belief = cv2.resize(weight, shape, interpolation=cv2.INTER_AREA) / (1 + (small[..., 1] / 0.25) ** 2)
    sigma = _texels(chart, _SMOOTH_MM) * _COARSE / chart.size
    wide = _blurred(small, belief, sigma)
    whole: Image = cv2.resize(
        np.clip(wide, -_LARGEST, _LARGEST), (chart.size, chart.size), interpolation=cv2.INTER_LINEAR
    )
    return whole


def _blurred(values: Image, weight: Image, sigma: float) -> Image:
    known = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3)
    blurred: Image = cv2.GaussianBlur(values * weight[..., None], (0, 0), sigma) / known[..., None]
    return blurred


def _texels(chart: Chart, length_mm: float) -> float:
    return length_mm / float(np.median(chart.texel_mm[chart.region("face") > 0.5]))
