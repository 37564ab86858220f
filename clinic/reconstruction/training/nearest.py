"""The nearest place of a triangulated surface, for many points at once."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.geometry import triangle_normals, vertex_normals

_CANDIDATES = 24  # triangles whose centres lie nearest
_AT_ONCE = 4000


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
        parts = range(0, len(points), _AT_ONCE)
        rows = [
            self._nearest(
                points[i : i + _AT_ONCE], None if normals is None else normals[i : i + _AT_ONCE], least_cosine
            )
            for i in parts
        ]
        triangle = np.concatenate([row[0] for row in rows]).astype(np.int32)
        weights = np.concatenate([row[1] for row in rows])
        corners = self.triangles[triangle]
        smooth = np.einsum("nk,nkd->nd", weights, self.normals[corners])
        smooth /= np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), 1e-12)
        return Places(triangle, weights, np.einsum("nk,nkd->nd", weights, self.points[corners]), smooth)

    def _nearest(self, points: Points, normals: Points | None, least_cosine: float) -> tuple[Ints, Floats]:
        _, close = self._tree.query(points, k=min(_CANDIDATES, len(self.numbers)))
        triangle = self.numbers[close]
        corners = self.points[self.triangles[triangle]]
        weights = barycentric(points[:, None], corners)
        distance = np.linalg.norm(np.einsum("nmk,nmkd->nmd", weights, corners) - points[:, None], axis=2)
        if normals is not None:
            distance += 1e3 * (np.einsum("nmd,nd->nm", self.flat_normals[triangle], normals) < least_cosine)
        rows, best = np.arange(len(points)), distance.argmin(1)
        return triangle[rows, best], weights[rows, best]


def barycentric(points: Points, corners: Points) -> Floats:
    """Return (..., 3) weights of the nearest point of each triangle. points: (..., 3), corners: (..., 3, 3)."""
    inside = _in_plane(points, corners)
    options = [inside, *(_on_edge(points, corners, first) for first in range(3))]
    apart = [np.linalg.norm(np.einsum("...k,...kd->...d", w, corners) - points, axis=-1) for w in options]
    apart[0] = np.where((inside >= 0).all(-1), -1.0, np.inf)
    best = np.argmin(apart, axis=0)
    chosen: Floats = np.take_along_axis(np.stack(options), best[None, ..., None], 0)[0]
    return chosen


def _in_plane(points: Points, corners: Points) -> Floats:
    first, second = corners[..., 1, :] - corners[..., 0, :], corners[..., 2, :] - corners[..., 0, :]
    off = points - corners[..., 0, :]
    aa, ab, bb = (first * first).sum(-1), (first * second).sum(-1), (second * second).sum(-1)
    ap, bp = (first * off).sum(-1), (second * off).sum(-1)
    size = np.maximum(aa * bb - ab * ab, 1e-18)
    u, v = (bb * ap - ab * bp) / size, (aa * bp - ab * ap) / size
    return np.stack([1 - u - v, u, v], axis=-1)


def _on_edge(points: Points, corners: Points, first: int) -> Floats:
    second = (first + 1) % 3
    edge = corners[..., second, :] - corners[..., first, :]
    off = points - corners[..., first, :]
    part = np.clip((edge * off).sum(-1) / np.maximum((edge * edge).sum(-1), 1e-18), 0, 1)
    weights = np.zeros((*part.shape, 3))
    weights[..., first], weights[..., second] = 1 - part, part
    return weights
