"""Colour where no photo shows the skin: from the other side of the face, else from what lies around, else its tone."""

import cv2
import numpy as np

from clinic.case import Floats
from clinic.reconstruction.texture.chart import Chart, Image
from clinic.reconstruction.texture.features import Features, around
from clinic.rendering.pull_push import pull_push

_REACH_MM = 25.0  # how far a colour at the border of what is seen tints what is not
_OFFSET_MM = 60.0  # how far a difference between the two sides of the face carries
_ODD = 0.10  # log luminance off the tone: what is farther off says nothing of the skin around
_DEEP_MM = 12.0  # from the border, where skin is surely free of hair and shadow
_TONGUE_MM = 7.0  # half the width of a tongue of seen skin that is given up
_COARSE = 256  # texels: enough for a border
_FEATURES = 0.05  # weight of brows and lips in what lies around them
_BELIEF = 0.25  # weight of "no difference from the tone" against a fully seen surrounding


def complete(colour: Image, weight: Image, chart: Chart, features: Features, tone: Floats) -> Image:
    """Return (size, size, 3) linear colour without gaps.

    colour: linear, believed by weight (size, size) in 0…1. features: they say nothing of the skin beside them. tone:
    (3,) the face's own linear colour.
    """
    relative = np.log(np.maximum(colour, 1e-3) / tone.astype(np.float32))
    apart = around(np.maximum(features.brows, features.lips), chart)
    known, belief = _with_other_side(relative, weight, chart, apart)
    skin = belief * (1 - (1 - _FEATURES) * apart)
    nearby = pull_push(_typical(known, belief, chart), skin, _levels(chart, _REACH_MM), _BELIEF)
    nearby = _with_lips(nearby, known, belief, features.lips, _levels(chart, _REACH_MM))
    shown = known * belief[..., None] + nearby * (1 - belief[..., None])
    return (np.exp(shown) * tone).astype(np.float32)


def _with_lips(nearby: Image, known: Image, belief: Image, lips: Image, levels: int) -> Image:
    """Let gaps in the lips take the colour of the lips, not that of the skin around them."""
    rows, columns = np.nonzero(lips > _FEATURES)
    if len(rows) == 0:
        return nearby
    box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    share = lips[box][..., None]
    own = pull_push(known[box], belief[box] * lips[box], levels, 1e-3)
    completed = nearby.copy()
    completed[box] = nearby[box] * (1 - share) + own * share
    return completed


def from_outside_mm(belief: Image, chart: Chart) -> Image:
    """Return (size, size) how far a texel lies inside what is seen; eyes, mouth and nostrils are no border.

    Tongues and bays of the border are smoothed away: what is seen ends in a calm line.
    """
    small = cv2.resize(belief, (_COARSE, _COARSE), interpolation=cv2.INTER_AREA)
    framed = np.pad((small < 0.5).astype(np.uint8), 1, constant_values=1)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    inside = (labels != labels[0, 0])[1:-1, 1:-1].astype(np.uint8)
    texel_mm = chart.typical_mm * chart.size / _COARSE
    across = 2 * round(_TONGUE_MM / texel_mm) + 1
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (across, across))
    calm = cv2.copyMakeBorder(inside, *(across,) * 4, cv2.BORDER_CONSTANT, value=0)
    calm = cv2.morphologyEx(calm, cv2.MORPH_OPEN, disk)[across:-across, across:-across]
    distance = cv2.distanceTransform(calm, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    whole: Image = cv2.resize(distance, (chart.size, chart.size), interpolation=cv2.INTER_LINEAR)
    return whole * chart.texel_mm * np.float32(chart.size / _COARSE)


def _typical(relative: Image, belief: Image, chart: Chart) -> Image:
    """Limit colours at the border: there hair and shadows darken the skin, and must not tint what lies behind them."""
    off = np.abs(relative @ np.array([0.3, 0.6, 0.1], np.float32))
    limited = np.minimum(_ODD / np.maximum(off, 1e-6), 1)
    deep = np.clip(from_outside_mm(belief, chart) / _DEEP_MM, 0, 1)
    typical: Image = relative * (limited + (1 - limited) * deep)[..., None]
    return typical


def _with_other_side(relative: Image, weight: Image, chart: Chart, apart: Image) -> tuple[Image, Image]:
    """Take gaps from the mirrored texel, shifted by the smooth difference between the sides' skin (not `apart`)."""
    where = chart.mirror - np.float32(0.5)
    mirrored = cv2.remap(relative * weight[..., None], where, None, cv2.INTER_LINEAR)
    belief = cv2.remap(weight, where, None, cv2.INTER_LINEAR) * chart.used
    other = mirrored / np.maximum(belief, 1e-3)[..., None]
    both = weight * belief * (1 - apart)
    other = other + pull_push((relative - other) * (both > 0.05)[..., None], both, _levels(chart, _OFFSET_MM), _BELIEF)
    gap = belief * (1 - weight)
    total = weight + gap
    known = (relative * weight[..., None] + other * gap[..., None]) / np.maximum(total, 1e-6)[..., None]
    return known, np.minimum(total, 1)


def _levels(chart: Chart, reach_mm: float) -> int:
    texel = float(np.median(chart.texel_mm[chart.used]))
    return max(1, round(float(np.log2(reach_mm / texel))))
