"""Loops over voxels, compiled. Arrays are (z, y, x); points and factors are (x, y, z)."""

from collections.abc import Sequence

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray


def block_means(values: NDArray[np.int16], factors: Sequence[int]) -> NDArray[np.float32]:
    """Return the mean of each block of voxels; what fills no block is left out."""
    means: NDArray[np.float32] = _block_means(values, factors[0], factors[1], factors[2])
    return means


@njit(cache=True, nogil=True, parallel=True)  # type: ignore[untyped-decorator]
def _block_means(values: NDArray[np.int16], fx: int, fy: int, fz: int) -> NDArray[np.float32]:  # pragma: no cover
    slices, rows, columns = values.shape[0] // fz, values.shape[1] // fy, values.shape[2] // fx
    means = np.zeros((slices, rows, columns), np.float32)
    share = np.float32(1.0 / (fx * fy * fz))
    for k in prange(slices):
        for z in range(k * fz, k * fz + fz):
            for y in range(rows * fy):
                for x in range(columns * fx):
                    means[k, y // fy, x // fx] += share * values[z, y, x]
    return means


def cleaned(
    values: NDArray[np.int16],
    begin: Sequence[int],
    factors: Sequence[int],
    region: NDArray[np.float32],
    cavity: NDArray[np.float32],
    excess: NDArray[np.float32],
    air: int,
    soft: int,
) -> NDArray[np.int16]:
    """Return voxels with air where the region ends and soft tissue in cavities, inside a border of air one voxel wide.

    begin: voxel (z, y, x) of the whole volume at which `values` begins; the others are grids of blocks of it. excess:
    what is taken off what is brighter than soft tissue, down to that.
    """
    out = np.full([size + 2 for size in values.shape], air, np.int16)
    places = [
        _between(first, size, factor, count)
        for first, size, factor, count in zip(begin, values.shape, factors[::-1], region.shape, strict=True)
    ]
    _clean(values, out, region, cavity, excess, *places[0], *places[1], *places[2], np.float32(air), np.float32(soft))
    return out


def _between(first: int, size: int, factor: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return for each voxel the block before it and the share of the next one."""
    place = np.clip((first + np.arange(size) + 0.5) / factor - 0.5, 0.0, count - 1.0)
    before = np.minimum(place.astype(np.int64), max(count - 2, 0))
    return before, (place - before).astype(np.float32)


@njit(cache=True, nogil=True, parallel=True)  # type: ignore[untyped-decorator]
def _clean(
    values: NDArray[np.int16],
    out: NDArray[np.int16],
    region: NDArray[np.float32],
    cavity: NDArray[np.float32],
    excess: NDArray[np.float32],
    bz: NDArray[np.int64],
    sz: NDArray[np.float32],
    by: NDArray[np.int64],
    sy: NDArray[np.float32],
    bx: NDArray[np.int64],
    sx: NDArray[np.float32],
    air: np.float32,
    soft: np.float32,
) -> None:  # pragma: no cover
    one = np.float32(1.0)
    slices, rows, columns = values.shape
    for z in prange(slices):
        for y in range(rows):
            row_r, row_c = np.empty(region.shape[2], np.float32), np.empty(region.shape[2], np.float32)
            row_e = np.empty(region.shape[2], np.float32)
            k, j, u, v = bz[z], by[y], sz[z], sy[y]
            for i in range(region.shape[2]):
                row_r[i] = (one - u) * ((one - v) * region[k, j, i] + v * region[k, j + 1, i]) + u * (
                    (one - v) * region[k + 1, j, i] + v * region[k + 1, j + 1, i]
                )
                row_c[i] = (one - u) * ((one - v) * cavity[k, j, i] + v * cavity[k, j + 1, i]) + u * (
                    (one - v) * cavity[k + 1, j, i] + v * cavity[k + 1, j + 1, i]
                )
                row_e[i] = (one - u) * ((one - v) * excess[k, j, i] + v * excess[k, j + 1, i]) + u * (
                    (one - v) * excess[k + 1, j, i] + v * excess[k + 1, j + 1, i]
                )
            for x in range(columns):
                i, w = bx[x], sx[x]
                inside = (one - w) * row_r[i] + w * row_r[i + 1]
                filled = (one - w) * row_c[i] + w * row_c[i + 1]
                value = np.float32(values[z, y, x])
                if value < soft:
                    value += filled * (soft - value)
                else:
                    value = max(soft, value - ((one - w) * row_e[i] + w * row_e[i + 1]))
                if value > air:
                    value = air + inside * (value - air)
                out[z + 1, y + 1, x + 1] = np.int16(round(value))


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _at(values: NDArray[np.int16], x: float, y: float, z: float) -> float:  # pragma: no cover
    """Return the value between voxels, trilinear, held beyond the border."""
    x = min(max(x, 0.0), values.shape[2] - 1.001)
    y = min(max(y, 0.0), values.shape[1] - 1.001)
    z = min(max(z, 0.0), values.shape[0] - 1.001)
    i, j, k = int(x), int(y), int(z)
    u, v, w = x - i, y - j, z - k
    a = (1 - u) * values[k, j, i] + u * values[k, j, i + 1]
    b = (1 - u) * values[k, j + 1, i] + u * values[k, j + 1, i + 1]
    c = (1 - u) * values[k + 1, j, i] + u * values[k + 1, j, i + 1]
    d = (1 - u) * values[k + 1, j + 1, i] + u * values[k + 1, j + 1, i + 1]
    value: float = (1 - w) * ((1 - v) * a + v * b) + w * ((1 - v) * c + v * d)
    return value


_REACH, _STEP = 12, 0.25  # a profile has so many samples to each side, so many voxels apart
_MOST = 1.5  # voxels that a vertex may move


def to_half_height(
    values: NDArray[np.int16], points: NDArray[np.float64], spacing: NDArray[np.float64], tolerance: float
) -> NDArray[np.float64]:
    """Return (n, 3) moves, in voxels, that take points on an edge to half of its own height (Spoor 1993).

    points: (n, 3) in voxels. The height is what the values rise by along the gradient, from where they begin to rise
    to where they stop; a dip of less than `tolerance` is noise.
    """
    moves: NDArray[np.float64] = _to_half_height(values, points, spacing, tolerance)
    return moves


@njit(cache=True, nogil=True, parallel=True)  # type: ignore[untyped-decorator]
def _to_half_height(
    values: NDArray[np.int16], points: NDArray[np.float64], spacing: NDArray[np.float64], tolerance: float
) -> NDArray[np.float64]:  # pragma: no cover
    moves = np.zeros_like(points)
    for n in prange(len(points)):
        x, y, z = points[n]
        gx = (_at(values, x + 0.75, y, z) - _at(values, x - 0.75, y, z)) / spacing[0]
        gy = (_at(values, x, y + 0.75, z) - _at(values, x, y - 0.75, z)) / spacing[1]
        gz = (_at(values, x, y, z + 0.75) - _at(values, x, y, z - 0.75)) / spacing[2]
        dx, dy, dz = gx / spacing[0], gy / spacing[1], gz / spacing[2]
        size = np.sqrt(dx * dx + dy * dy + dz * dz)
        if size == 0.0:
            continue
        dx, dy, dz = dx / size, dy / size, dz / size
        profile = np.empty(2 * _REACH + 1)
        for s in range(2 * _REACH + 1):
            t = (s - _REACH) * _STEP
            profile[s] = _at(values, x + t * dx, y + t * dy, z + t * dz)
        low, high = profile[_REACH], profile[_REACH]
        for s in range(_REACH - 1, -1, -1):
            if profile[s] > low + tolerance:
                break
            low = min(low, profile[s])
        for s in range(_REACH + 1, 2 * _REACH + 1):
            if profile[s] < high - tolerance:
                break
            high = max(high, profile[s])
        half = 0.5 * (low + high)
        shift = 0.0
        if profile[_REACH] < half:
            for s in range(_REACH, 2 * _REACH):
                if profile[s + 1] >= half:
                    shift = (s - _REACH + (half - profile[s]) / (profile[s + 1] - profile[s])) * _STEP
                    break
        else:
            for s in range(_REACH, 0, -1):
                if profile[s - 1] <= half:
                    shift = (s - _REACH - (profile[s] - half) / (profile[s] - profile[s - 1] + 1e-9)) * _STEP
                    break
        shift = min(max(shift, -_MOST), _MOST)
        moves[n, 0], moves[n, 1], moves[n, 2] = shift * dx, shift * dy, shift * dz
    return moves
