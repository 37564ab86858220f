"""The face's own colour, and colours brought towards it where the photo's light has coloured the skin."""

import cv2
import numpy as np

from clinic.case import Floats
from clinic.reconstruction.texture.chart import Chart, Image

_SMOOTH_MM = 14.0  # shading is wider than this, features of the skin are narrower
_COARSE = 256  # texels: wide differences need no more
_CENTRE, _SIDES = 0.45, 0.95  # share of the wide differences that goes, in the face and at neck, ears and scalp
_LARGEST = 0.7  # in log units: more than this is not shading


def face_tone(colour: Image, weight: Image, chart: Chart) -> Floats:
    """Return the (3,) linear colour of the cheeks, nose, chin and forehead: the median of what is seen."""
    skin = weight * chart.region("cheek_r", "cheek_l", "nose", "chin", "forehead") > 0.3
    seen = colour[skin] if skin.sum() > 100 else colour[weight > 0]
    if len(seen) == 0:
        return np.array([0.45, 0.27, 0.20])
    median: Floats = np.median(seen, axis=0).astype(np.float64)
    return median


def even(colour: Image, weight: Image, chart: Chart, tone: Floats) -> Image:
    """Return linear colour with wide differences from the tone reduced: half in the face, nearly all beside it."""
    shape = (_COARSE, _COARSE)
    relative = np.log(np.maximum(colour, 1e-3) / tone.astype(np.float32))
    features = chart.region("upper_lip", "lower_lip", "lids", "interior")
    belief = cv2.resize(weight * (1 - np.minimum(features, 1)), shape, interpolation=cv2.INTER_AREA)
    small = cv2.resize(relative, shape, interpolation=cv2.INTER_AREA)
    # brows, stubble and moles are no shading: far from the tone counts little
    belief = belief / (1 + (small[..., 1] / 0.25) ** 2)
    sigma = _SMOOTH_MM / (float(np.median(chart.texel_mm[chart.used])) * chart.size / _COARSE)
    wide = cv2.GaussianBlur(small * belief[..., None], (0, 0), sigma)
    wide /= np.maximum(cv2.GaussianBlur(belief, (0, 0), sigma), 1e-3)[..., None]
    wide = cv2.resize(np.clip(wide, -_LARGEST, _LARGEST), chart.raster.triangle.shape, interpolation=cv2.INTER_LINEAR)
    centre = cv2.GaussianBlur(chart.region("face"), (0, 0), sigma * chart.size / _COARSE / 2)
    share = _SIDES + (_CENTRE - _SIDES) * centre
    evened: Image = colour * np.exp(-share[..., None] * wide)
    return evened
