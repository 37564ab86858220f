"""How much of each voxel a closed surface fills: a phantom whose truth is a triangle mesh, partial volume included.

Rays run along x through `_RAYS` × `_RAYS` places of every voxel's face. Each crossing adds what lies behind it with the
sign of the surface's side, so nothing has to be sorted and only the sub-rows are approximate.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clinic.case import Points, Triangles

_RAYS = 3


def coverage(points: Points, triangles: Triangles, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """Return (slices, rows, columns) shares from 0 to 1 of the voxels inside an outward-facing surface.

    points: (n, 3) in voxels (x, y, z), the centre of the first voxel at 0.
    """
    filled = np.zeros(shape, np.float32)
    _add(np.ascontiguousarray(points, np.float64), triangles, filled, _RAYS)
    for layer in filled:
        np.cumsum(layer, axis=1, out=layer)
    np.clip(filled, 0.0, 1.0, out=filled)
    return filled


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _add(
    points: NDArray[np.float64], triangles: NDArray[np.int32], out: NDArray[np.float32], rays: int
) -> None:  # pragma: no cover
    share = np.float32(1.0 / (rays * rays))
    slices, rows, columns = out.shape
    for t in range(len(triangles)):
        corners = triangles[t]
        # Corners by height, ties by number: neighbours then cut a shared edge at the very same place.
        a, b, c = corners[0], corners[1], corners[2]
        if points[a, 2] > points[b, 2] or (points[a, 2] == points[b, 2] and a > b):
            a, b = b, a
        if points[b, 2] > points[c, 2] or (points[b, 2] == points[c, 2] and b > c):
            b, c = c, b
        if points[a, 2] > points[b, 2] or (points[a, 2] == points[b, 2] and a > b):
            a, b = b, a
        u = points[corners[1]] - points[corners[0]]
        v = points[corners[2]] - points[corners[0]]
        facing = u[1] * v[2] - u[2] * v[1]
        if facing == 0.0:
            continue
        sign = share if facing < 0.0 else -share  # a ray along +x enters where the outward normal looks back
        low = max(math.ceil((points[a, 2] + 0.5) * rays - 0.5), 0)
        high = min(math.ceil((points[c, 2] + 0.5) * rays - 0.5), slices * rays)
        for k in range(low, high):
            z = (k + 0.5) / rays - 0.5
            s = (z - points[a, 2]) / (points[c, 2] - points[a, 2])
            y0, x0 = points[a, 1] + s * (points[c, 1] - points[a, 1]), points[a, 0] + s * (points[c, 0] - points[a, 0])
            lower = z < points[b, 2]
            p, q = (a, b) if lower else (b, c)
            if points[p, 2] >= points[q, 2]:
                continue  # a level edge: rounding put the row onto it
            s = (z - points[p, 2]) / (points[q, 2] - points[p, 2])
            y1, x1 = points[p, 1] + s * (points[q, 1] - points[p, 1]), points[p, 0] + s * (points[q, 0] - points[p, 0])
            if y0 > y1:
                y0, x0, y1, x1 = y1, x1, y0, x0
            first = max(math.ceil((y0 + 0.5) * rays - 0.5), 0)
            last = min(math.ceil((y1 + 0.5) * rays - 0.5), rows * rays)
            for j in range(first, last):
                y = (j + 0.5) / rays - 0.5
                x = x0 + (y - y0) / (y1 - y0) * (x1 - x0) + 0.5  # voxel i reaches from i to i + 1
                column = math.floor(x)
                if column < 0:
                    out[k // rays, j // rays, 0] += sign
                elif column < columns:
                    behind = np.float32(column + 1 - x)
                    out[k // rays, j // rays, column] += sign * behind
                    if column + 1 < columns:
                        out[k // rays, j // rays, column + 1] += sign * (1 - behind)
