"""At which values skin and bone begin, read off the histogram."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from skimage.filters import threshold_otsu

from clinic.case import CT, Volume

_SAMPLES = 4  # every so many voxels along each axis
_BIN = 10.0
_SOFT_ABOVE_AIR = (500.0, 1500.0)  # HU; cone beams are off by some hundreds
_BONE_ABOVE_SOFT, _METAL = 250.0, 2500.0
_LEAST_BONE, _BONE_SHARE = 180.0, 0.25  # above soft tissue; of the way to dense bone
_MR_SHARE = 0.5  # of Otsu's threshold: noise around a head in MR is low


@dataclass(frozen=True, slots=True)
class Levels:
    """Values from which a voxel is skin or what lies under it, and bone; None where bone cannot be told (MR).

    air and soft: the usual values around the head and in it.
    """

    skin: float
    bone: float | None
    air: float
    soft: float


def levels(volume: Volume) -> Levels:
    """Return the levels for a volume: halfway from air to soft tissue, and a quarter of the way to dense bone."""
    sample = volume.values[::_SAMPLES, ::_SAMPLES, ::_SAMPLES].astype(np.float32).ravel()
    if volume.modality != CT:
        otsu = float(threshold_otsu(sample))
        inside = sample[sample > otsu]
        soft = float(np.median(inside)) if inside.size else otsu
        return Levels(_MR_SHARE * otsu, None, float(np.median(sample[sample <= otsu])), soft)
    low, high = np.percentile(sample, (0.5, 99.5))
    air = _mode(sample, float(low), float(low + 0.35 * (high - low)))
    soft = _mode(sample, air + _SOFT_ABOVE_AIR[0], air + _SOFT_ABOVE_AIR[1])
    hard = sample[(sample > soft + _BONE_ABOVE_SOFT) & (sample < _METAL)]
    dense = float(np.percentile(hard, 75)) if hard.size else soft
    bone = soft + max(_LEAST_BONE, _BONE_SHARE * (dense - soft))
    return Levels((air + soft) / 2, bone, air, soft)


def _mode(sample: NDArray[np.float32], low: float, high: float) -> float:
    counts, edges = np.histogram(sample, np.arange(low - _BIN / 2, max(high, low + _BIN) + _BIN, _BIN))
    return float(edges[int(np.argmax(gaussian_filter1d(counts.astype(float), 2.0)))] + _BIN / 2)
