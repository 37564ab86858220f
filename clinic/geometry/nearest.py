"""The nearest place of a triangulated surface, for many points at once.

Kept out of the package's own names, because importing it loads numba and SciPy.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from scipy.spatial import cKDTree

from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.geometry.surfaces import triangle_normals, vertex_normals

_CANDIDATES = 24  # triangles whose centres lie nearest
_AT_ONCE = 65536  # bounds the memory for candidates


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where on a surface. triangle: (n,). weights: (n, 3) barycentric. points: (n, 3). normals: (n, 3) unit, smooth."""

    triangle: Ints
    weights: Floats
    points: Points
    normals: Points


class Surface:
    """A triangulated surface that can be asked for its nearest places."""

    def __init__(self, points: Points, triangles: Triangles, allowed: Mask | None = None) -> None:
        self.points, self.triangles = points, triangles
        self.numbers = np.arange(len(triangles)) if allowed is None else np.flatnonzero(allowed)
        self.normals = vertex_normals(points, triangles)
        self.flat_normals = triangle_normals(points, triangles)
        self._tree = cKDTree(points[triangles[self.numbers]].mean(1))

    def nearest(self, points: Points, normals: Points | None = None, least_cosine: float = -1.0) -> Places:
        """Return the nearest place for each of (n, 3) points.

        normals: (n, 3); triangles that face away from them by more than the cosine allows are passed over where any
        other is near.
        """
        triangle, weights = self.where(points, normals, least_cosine)
        corners = self.triangles[triangle]
        smooth = np.einsum("nk,nkd->nd", weights, self.normals[corners])
        smooth /= np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), 1e-12)
        return Places(triangle, weights, np.einsum("nk,nkd->nd", weights, self.points[corners]), smooth)

    def where(
        self,
        points: Points,
        normals: Points | None = None,
        least_cosine: float = -1.0,
        candidates: int = _CANDIDATES,
    ) -> tuple[Ints, Floats]:
        """Return the (n,) triangles and (n, 3) weights of `nearest`, of so many triangles whose centres are nearest."""
        triangle, weights = np.empty(len(points), np.int32), np.empty((len(points), 3))
        count = min(candidates, len(self.numbers))
        for first in range(0, len(points), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            _, close = self._tree.query(points[part], k=count)
            triangle[part], weights[part] = _best(
                np.ascontiguousarray(points[part], np.float64),
                np.zeros((0, 3)) if normals is None else np.ascontiguousarray(normals[part], np.float64),
                least_cosine,
                self.numbers[close.reshape(-1, count)],
                self.points,
                self.triangles,
                self.flat_normals,
            )
        return triangle, weights


def barycentric(points: Points, corners: Points) -> Floats:
    """Return (..., 3) weights of the nearest point of each triangle. points: (..., 3), corners: (..., 3, 3)."""
    shape = np.broadcast_shapes(points.shape[:-1], corners.shape[:-2])
    flat = np.broadcast_to(points, (*shape, 3)).reshape(-1, 3)
    weights = _all(flat.astype(np.float64), np.broadcast_to(corners, (*shape, 3, 3)).reshape(-1, 3, 3))
    return np.asarray(weights).reshape(*shape, 3)


@njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator]
def _weights(abx: Any, aby: Any, abz: Any, acx: Any, acy: Any, acz: Any, apx: Any, apy: Any, apz: Any) -> Any:
    """The nearest point of a triangle by the region of its plane that the point falls in (Ericson 2005, 5.1.5).

    ab, ac: the sides from the first corner; ap: to the point. In single numbers, because arrays so small cost more
    than the sums.
    """
    d1, d2 = abx * apx + aby * apy + abz * apz, acx * apx + acy * apy + acz * apz
    if d1 <= 0 and d2 <= 0:
        return 1.0, 0.0, 0.0
    bpx, bpy, bpz = apx - abx, apy - aby, apz - abz
    d3, d4 = abx * bpx + aby * bpy + abz * bpz, acx * bpx + acy * bpy + acz * bpz
    if d3 >= 0 and d4 <= d3:
        return 0.0, 1.0, 0.0
    vc = d1 * d4 - d3 * d2
    if vc <= 0 and d1 >= 0 and d3 <= 0 and d1 - d3 > 0:
        v = d1 / (d1 - d3)
        return 1 - v, v, 0.0
    cpx, cpy, cpz = apx - acx, apy - acy, apz - acz
    d5, d6 = abx * cpx + aby * cpy + abz * cpz, acx * cpx + acy * cpy + acz * cpz
    if d6 >= 0 and d5 <= d6:
        return 0.0, 0.0, 1.0
    vb = d5 * d2 - d1 * d6
    if vb <= 0 and d2 >= 0 and d6 <= 0 and d2 - d6 > 0:
        w = d2 / (d2 - d6)
        return 1 - w, 0.0, w
    va = d3 * d6 - d5 * d4
    if va <= 0 and d4 - d3 >= 0 and d5 - d6 >= 0 and d4 - d3 + d5 - d6 > 0:
        w = (d4 - d3) / (d4 - d3 + d5 - d6)
        return 0.0, 1 - w, w
    total = va + vb + vc
    if total <= 0:  # no area at all
        return 1.0, 0.0, 0.0
    return va / total, vb / total, vc / total


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _all(points: Any, corners: Any) -> Any:
    weights = np.empty((len(points), 3))
    for i in range(len(points)):
        p, a, b, c = points[i], corners[i, 0], corners[i, 1], corners[i, 2]
        weights[i, 0], weights[i, 1], weights[i, 2] = _weights(
            b[0] - a[0], b[1] - a[1], b[2] - a[2], c[0] - a[0], c[1] - a[1], c[2] - a[2],
            p[0] - a[0], p[1] - a[1], p[2] - a[2],
        )  # fmt: skip
    return weights


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _best(
    points: Any, normals: Any, least_cosine: float, close: Any, skin: Any, triangles: Any, flat_normals: Any
) -> Any:
    chosen = np.empty(len(points), np.int32)
    weights = np.empty((len(points), 3))
    for i in range(len(points)):
        least = np.inf
        for k in range(close.shape[1]):
            t = close[i, k]
            a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            abx, aby, abz = skin[b, 0] - skin[a, 0], skin[b, 1] - skin[a, 1], skin[b, 2] - skin[a, 2]
            acx, acy, acz = skin[c, 0] - skin[a, 0], skin[c, 1] - skin[a, 1], skin[c, 2] - skin[a, 2]
            apx, apy, apz = points[i, 0] - skin[a, 0], points[i, 1] - skin[a, 1], points[i, 2] - skin[a, 2]
            u, v, w = _weights(abx, aby, abz, acx, acy, acz, apx, apy, apz)
            x, y, z = v * abx + w * acx - apx, v * aby + w * acy - apy, v * abz + w * acz - apz
            distance = np.sqrt(x * x + y * y + z * z)
            if len(normals) > 0:
                n = flat_normals[t, 0] * normals[i, 0] + flat_normals[t, 1] * normals[i, 1]
                if n + flat_normals[t, 2] * normals[i, 2] < least_cosine:
                    distance += 1e3
            if distance < least:
                least = distance
                chosen[i] = t
                weights[i, 0], weights[i, 1], weights[i, 2] = u, v, w
    return chosen, weights
