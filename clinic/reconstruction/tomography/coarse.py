"""A head on a coarse grid, table and head rest left out: what is turned under the mouse."""

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Volume
from clinic.reconstruction.tomography import head, voxels
from clinic.reconstruction.tomography.levels import Levels

_SHOWN_MM = 1.4


def coarse(volume: Volume, levels: Levels) -> tuple[NDArray[np.int16], Floats]:
    """Return (z, y, x) values and their spacing (3,), mm; everything, where there is no head."""
    factors = tuple(max(1, round(_SHOWN_MM / float(step))) for step in volume.spacing)
    values = voxels.block_means(volume.values, factors)
    try:
        found = head.find(volume, levels)
    except head.NoHead:
        return np.rint(values).astype(np.int16), volume.spacing * factors
    region = _resampled(found.region, found.factors, factors, values.shape)
    kept = np.where(region, values, levels.air)
    box = tuple(
        slice(side.start // factor, -(-side.stop // factor))
        for side, factor in zip(found.box, factors[::-1], strict=True)
    )
    return np.rint(kept[box]).astype(np.int16), volume.spacing * factors


def _resampled(
    region: NDArray[np.float32], own: tuple[int, ...], wanted: tuple[int, ...], shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    places = [
        np.minimum(((np.arange(size) + 0.5) * new / old).astype(int), count - 1)
        for size, new, old, count in zip(shape, wanted[::-1], own[::-1], region.shape, strict=True)
    ]
    inside: NDArray[np.bool_] = region[np.ix_(*places)] > 0.5
    return inside
