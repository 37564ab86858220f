"""Pores and mottling where a photo shows none, so that filled skin does not look like wax beside real skin.

The noise lives in space, not in the chart: it has no seams and does not stretch where the chart does.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clinic.reconstruction.texture.chart import Chart, Image

_SEED = 20240917
_LATTICE = 64  # cells along an edge of the noise that repeats: its period is many times what the eye compares
# Size in mm, then the strength in log luminance: pores, fine relief, mottling, patches.
_BANDS = ((0.35, 0.030), (0.8, 0.022), (2.0, 0.010), (5.0, 0.010))
_PATCHES_MM = 1.5  # from this size blood shows: skin is redder where it is darker
_REDNESS = 0.35
_RESOLVED = 2.0  # photo pixels per size from which a photo shows it by itself


def add_grain(colour: Image, weight: Image, chart: Chart, px_per_mm: float) -> Image:
    """Return linear colour with the grain that is missing.

    weight: (size, size) how far a photo shows the texel. px_per_mm: of that photo: what is finer than its pixels is
    missing everywhere.
    """
    lattice = np.random.default_rng(_SEED).standard_normal((_LATTICE,) * 3, dtype=np.float32)
    grain = np.zeros(weight.shape, np.float32)
    patches = np.zeros_like(grain)
    for size_mm, strength in _BANDS:
        shown = weight * np.float32(np.clip(size_mm * px_per_mm / _RESOLVED - 0.5, 0, 1))
        # a band finer than its texels would only flicker
        held = np.clip(1.5 * size_mm / chart.longest_mm - 0.5, 0, 1)
        band = _noise(chart.position, lattice, size_mm) * (np.float32(strength) * (1 - shown) * held)
        grain += band
        if size_mm > _PATCHES_MM:
            patches += band
    tint = np.stack([grain + _REDNESS * patches, grain - _REDNESS * patches, grain], axis=-1)
    grained: Image = colour * np.exp(tint * (1 - chart.region("interior"))[..., None])
    return grained


def _noise(position: Image, lattice: NDArray[np.float32], size_mm: float) -> Image:
    """Return (rows, columns) smooth noise of one size over places in mm, with standard deviation 1."""
    noise: Image = _interpolated(position.reshape(-1, 3) / np.float32(size_mm), lattice).reshape(position.shape[:2])
    return noise / np.float32(max(float(noise.std()), 1e-6))


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _interpolated(places: Any, lattice: Any) -> Any:
    period = lattice.shape[0]
    values = np.empty(places.shape[0], np.float32)
    for k in range(places.shape[0]):
        x, y, z = places[k]
        i, j, m = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
        u, v, w = x - i, y - j, z - m
        u, v, w = u * u * (3 - 2 * u), v * v * (3 - 2 * v), w * w * (3 - 2 * w)
        total = 0.0
        for a in range(2):
            for b in range(2):
                for c in range(2):
                    share = (u if a else 1 - u) * (v if b else 1 - v) * (w if c else 1 - w)
                    total += share * lattice[(i + a) % period, (j + b) % period, (m + c) % period]
        values[k] = total
    return values
