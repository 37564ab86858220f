"""How much brighter than it is soft tissue may be beside metal: fillings and plates cast rays within their slices."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, distance_transform_edt

from clinic.case import Mask, Volume
from clinic.reconstruction.tomography.head import Coarse
from clinic.reconstruction.tomography.levels import Levels

METAL = 2900  # HU; enamel has at most 2800
_FADE_MM = 28.0  # over which streaks fade
_NEAR_MM = 30.0  # around metal, where they are measured
_DARK = 98.0  # percentile of what is darker than soft tissue there: streaks are as bright as dark
_MOST_SHARE = 0.45  # of the way from soft tissue to dense bone, so that bone beside metal stays bone
_DENSE = 1200.0  # HU above soft tissue


def excess(volume: Volume, coarse: Coarse, levels: Levels) -> NDArray[np.float32]:
    """Return HU by which soft tissue may be too bright, on the coarse grid (z, y, x); 0 where no metal is."""
    metal = _blocks(volume.values, coarse)
    found = np.zeros(coarse.region.shape, np.float32)
    slices = np.flatnonzero(binary_dilation(metal.any(axis=(1, 2))))
    if not metal.any():
        return found
    column_mm, row_mm = (float(volume.spacing[k]) * coarse.factors[k] for k in (0, 1))
    for number in slices:
        around = metal[max(0, number - 1) : number + 2].any(axis=0)
        if around.any():
            away = distance_transform_edt(~around, sampling=(row_mm, column_mm))
            height = _height(volume, coarse, levels, int(number), away < _NEAR_MM)
            found[number] = height * np.exp(-away / _FADE_MM)
    return found


def _blocks(values: NDArray[np.int16], coarse: Coarse) -> Mask:
    """Return which blocks hold metal."""
    mask = np.zeros(coarse.region.shape, bool)
    places = np.argwhere(values > METAL) // np.array(coarse.factors[::-1])
    inside = (places < mask.shape).all(axis=1)
    mask[tuple(places[inside].T)] = True
    return mask


def _height(volume: Volume, coarse: Coarse, levels: Levels, number: int, near: Mask) -> float:
    """Return how bright streaks are in a slice, by how dark the dark ones are."""
    wide, high, deep = coarse.factors
    slice_ = volume.values[min(number * deep + deep // 2, len(volume.values) - 1)]
    head = (coarse.region[number] > 0.5) & (coarse.cavity[number] < 0.01) & near
    fine = head.repeat(high, axis=0).repeat(wide, axis=1)[: slice_.shape[0], : slice_.shape[1]]
    values = slice_[: fine.shape[0], : fine.shape[1]][fine]
    darker = levels.soft - values[(values < levels.soft) & (values > levels.skin)]
    if not len(darker):
        return 0.0
    return float(min(np.percentile(darker, _DARK), _MOST_SHARE * _DENSE))
