"""The face's own colour, and colours brought towards it where the photo's light or a smile has marked the skin."""

import cv2
import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats
from clinic.reconstruction.texture.chart import Chart, Image
from clinic.reconstruction.texture.features import Features
from clinic.reconstruction.texture.fill import from_outside_mm

# Shading is wide, features of the skin are narrow: how wide (mm), and the share of luminance and of colour that goes in
# the face. Skin is much of one colour, so that what differs in it over centimetres is the light's.
_SCALES = ((14.0, 0.75, 0.9), (5.0, 0.65, 0.8))
_SIDES = 0.95  # the share at neck, ears and scalp
# Log units off the tone from which skin at the sides is doubted, in luminance and in colour; at twice that it goes.
_SIDES_DARK, _SIDES_ODD = 0.6, 0.25
_SHADED_MM = 18.0  # how far hair and the edge of the face shade the skin
_LIT = (0.5, 0.95)  # quantiles of green between which skin is lit and not glossy
_COARSE = 512  # texels: wide differences need no more
_LARGEST = 0.7  # in log units: more than this is not shading
_ODD = 0.5  # log units off the tone from which skin says little of the light: beard, hair
_GLOSS = 0.08  # log luminance above the surroundings from which it is gloss, not skin
_GLOSS_LEFT = 0.35  # of the gloss that stays: skin without any looks powdered
_CREASE_MM = 8.0  # widest fold that a smile draws
_FINE_MM = 0.5
_CREASE_LEFT = 0.2  # of a fold that stays at a full smile
_LASHES = (0.22, 0.16, 0.13)  # of the colour of the lid
LUMINANCE = np.array([0.3, 0.6, 0.1], np.float32)  # of log colours


def face_tone(colour: Image, weight: Image, chart: Chart) -> Floats:
    """Return the (3,) linear colour of the cheeks, nose, chin and forehead, where it is lit: shadows are off colour."""
    skin = weight * chart.region("cheek_r", "cheek_l", "nose", "chin", "forehead") > 0.3
    seen = colour[skin] if skin.sum() > 100 else colour[weight > 0]
    if len(seen) == 0:
        return np.array([0.45, 0.27, 0.20])
    low, high = np.quantile(seen[:, 1], _LIT)
    lit = seen[(seen[:, 1] >= low) & (seen[:, 1] <= high)]
    median: Floats = np.median(lit, axis=0).astype(np.float64)
    return median


def even(colour: Image, weight: Image, chart: Chart, features: Features, tone: Floats) -> Image:
    """Return linear colour with gloss dulled and wide differences from the tone reduced.

    About half of a wide difference goes in the face, nearly all beside it, so that neck and ears match.
    """
    relative = np.log(np.maximum(colour, 1e-3) / tone.astype(np.float32))
    apart = np.minimum(chart.region("lids", "interior") + features.brows + features.lips, 1)
    centre = _centre(weight, chart)[..., None]
    for width_mm, luminance, tint in _SCALES:
        wide = _wide(relative, weight * (1 - apart), chart, width_mm)
        bright = (wide @ LUMINANCE)[..., None]
        in_the_face = luminance * bright + tint * (wide - bright)
        relative = dulled(relative, wide, apart) - centre * in_the_face - (1 - centre) * _SIDES * wide
    evened: Image = np.exp(relative) * tone.astype(np.float32)
    return evened


def _centre(weight: Image, chart: Chart) -> Image:
    """Return 1 in the face, falling to 0 towards its sides and towards hair, which shades the skin beside it."""
    shape = (_COARSE, _COARSE)
    inside = np.clip(from_outside_mm(weight, chart) / _SHADED_MM, 0, 1) * chart.region("face")
    small = cv2.resize(inside, shape, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 0.3 * _SHADED_MM / chart.typical_mm * _COARSE / chart.size)
    whole: Image = cv2.resize(soft, (chart.size, chart.size), interpolation=cv2.INTER_LINEAR)
    return whole


def believable(colour: Image, weight: Image, chart: Chart, features: Features, tone: Floats) -> Image:
    """Return weight without what is far from the face's tone at its sides: cast shadows, cloth, hair.

    The sides are neck, ears, scalp, and a border of what is seen; brows, lids and lips are left alone.
    """
    relative = np.log(np.maximum(colour, 1e-3) / tone.astype(np.float32))
    smooth = cv2.GaussianBlur(relative, (0, 0), 1.5 / chart.typical_mm)
    bright = smooth @ LUMINANCE
    odd = np.maximum(np.abs(bright) / _SIDES_DARK, np.abs(smooth - bright[..., None]).max(axis=2) / _SIDES_ODD)
    kept = np.clip(2 - odd, 0, 1)
    own = np.minimum(chart.region("lids", "upper_lip", "lower_lip") + features.brows + features.lips, 1)
    beside = (1 - _centre(weight, chart)) * (1 - own)
    likely: Image = weight * (1 - beside * (1 - kept))
    return likely


def without_smile(colour: Image, weight: Image, chart: Chart, features: Features, smile: float) -> Image:
    """Return linear colour with the folds around nose, mouth and eyes softened as far as the photo smiles (0…1)."""
    if smile < 0.05:
        return colour
    apart = np.minimum(chart.region("lids", "forehead", "interior") + features.brows + features.lips, 1)
    beside = cv2.GaussianBlur(chart.region("face") * (1 - apart), (0, 0), 1.0 / chart.typical_mm)
    folds = _valleys(np.log(np.maximum(colour, 1e-3)), weight, chart)
    softened: Image = colour * np.exp(folds * (beside * smile * (1 - _CREASE_LEFT))[..., None])
    return softened


def _valleys(relative: Image, weight: Image, chart: Chart) -> Image:
    """Return (size, size, 3) how much darker a fold is than the skin to both sides of it: what closing fills.

    What closing along a line fills in every direction is a mole, not a fold, and stays.
    """
    shape = (_COARSE, _COARSE)
    known = cv2.resize((weight > 0.5).astype(np.float32), shape, interpolation=cv2.INTER_AREA) > 0.999
    small = cv2.resize(relative, shape, interpolation=cv2.INTER_AREA)
    small[~known] = -9  # so that closing does not carry it inwards
    texel_mm = chart.typical_mm * chart.size / _COARSE
    reach = max(1, round(0.5 * _CREASE_MM / texel_mm))
    whole = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    depth = np.where(known[..., None], cv2.morphologyEx(small, cv2.MORPH_CLOSE, whole) - small, 0)
    bright = small @ LUMINANCE
    along = np.min([cv2.morphologyEx(bright, cv2.MORPH_CLOSE, line) for line in _lines(reach)], axis=0)
    drawn_out = 1 - np.clip((along - bright) / np.maximum(depth @ LUMINANCE, 1e-3), 0, 1)
    smooth = cv2.GaussianBlur(depth * drawn_out[..., None], (0, 0), _FINE_MM / texel_mm)
    valleys: Image = cv2.resize(smooth, (chart.size, chart.size), interpolation=cv2.INTER_LINEAR)
    return valleys


def _lines(reach: int) -> list[NDArray[np.uint8]]:
    """Return lines through a square's centre in eight directions, as structuring elements."""
    lines = []
    for angle in np.arange(8) * np.pi / 8:
        element = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
        aside, down = round(reach * float(np.cos(angle))), round(reach * float(np.sin(angle)))
        lines.append(cv2.line(element, (reach - aside, reach - down), (reach + aside, reach + down), 1))
    return lines


def with_lashes(colour: Image, features: Features) -> Image:
    """Return linear colour with the roots of the lashes drawn where eyes were left out; photos show them as smears."""
    dark = features.lashes[..., None]
    drawn: Image = colour * (1 - dark * (1 - np.array(_LASHES, np.float32)))
    return drawn


def dulled(relative: Image, wide: Image, apart: Image) -> Image:
    """Return log colours with gloss reduced: its brightness, and the whiteness that comes with it."""
    detail = relative - wide
    bright = detail @ LUMINANCE
    above = np.maximum(bright - _GLOSS, 0) * (1 - apart)
    gloss = above / np.maximum(np.abs(bright), 1e-3)
    added = above[..., None] + (detail - bright[..., None]) * gloss[..., None]
    return (relative - (1 - _GLOSS_LEFT) * added).astype(np.float32)


def _wide(relative: Image, weight: Image, chart: Chart, width_mm: float) -> Image:
    """Return the wide differences, stubble and moles left out: what is far from the tone counts little."""
    shape = (_COARSE, _COARSE)
    small = cv2.resize(relative, shape, interpolation=cv2.INTER_AREA)
    belief = cv2.resize(weight, shape, interpolation=cv2.INTER_AREA) / (1 + (small[..., 1] / _ODD) ** 2)
    wide = blurred(small, belief, width_mm / chart.typical_mm * _COARSE / chart.size)
    limited = np.clip(wide, -_LARGEST, _LARGEST)
    whole: Image = cv2.resize(limited, (chart.size, chart.size), interpolation=cv2.INTER_LINEAR)
    return whole


def blurred(values: Image, weight: Image, sigma: float) -> Image:
    """Return (rows, columns, k) values blurred by sigma texels, counted by weight (rows, columns)."""
    known = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3)
    mean: Image = cv2.GaussianBlur(values * weight[..., None], (0, 0), sigma) / known[..., None]
    return mean
