"""How a face's displacement moves any other surface of the same patient: a scan, the skin of a CT."""

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import FaceModel, Floats, Points, Triangles

FULLY_MM, LIMIT_MM = 5.0, 10.0  # a point moves as the face does up to the first distance from it, from the other not
_CANDIDATES = 12  # triangles nearest by their middle, one of which mostly holds the nearest place
_AT_ONCE = 50_000  # points


def carried(face: FaceModel, displacement: Points, points: Points) -> Points:
    """Return the (m, 3) displacement of points (m, 3) of another surface in the patient frame, mm.

    displacement: (n, 3) of the face's display mesh. Every point moves as the nearest place of the face's outer skin
    does (barycentric), up to FULLY_MM from it; from there it fades, and beyond LIMIT_MM nothing moves.
    """
    skin, triangles = face.points, _outer_triangles(face)
    tree = cKDTree(skin[triangles].mean(axis=1))
    moved = np.zeros_like(points)
    for first in range(0, len(points), _AT_ONCE):
        some = points[first : first + _AT_ONCE]
        candidates = triangles[tree.query(some, _CANDIDATES)[1]]  # (m, candidates, 3)
        weights, away = _nearest(some[:, None], skin[candidates])
        best = np.arange(len(some)), away.argmin(axis=1)
        follows = np.clip((LIMIT_MM - away[best]) / (LIMIT_MM - FULLY_MM), 0.0, 1.0)
        there = np.einsum("mk,mkd->md", weights[best], displacement[candidates[best]])
        moved[first : first + _AT_ONCE] = follows[:, None] * there
    return moved


def _outer_triangles(face: FaceModel) -> Triangles:
    """Return the triangles that are no lining of mouth, nostrils or eye sockets."""
    inner = face.topology.subdivide(face.topology.region("interior").astype(np.float64)[:, None])[:, 0]
    outer: Triangles = face.topology.triangles[(inner[face.topology.triangles] < 0.5).all(axis=1)]
    return outer


def _nearest(points: Points, corners: Floats) -> tuple[Floats, Floats]:
    """Return weights of the place of each triangle (…, 3, 3) that is nearest to points (…, 3), and how far it is."""
    inside = _clamped_inside(points, corners)
    weights = [inside]
    for k in range(3):
        a, b = corners[..., k, :], corners[..., (k + 1) % 3, :]
        along = ((points - a) * (b - a)).sum(axis=-1) / np.maximum(((b - a) ** 2).sum(axis=-1), 1e-12)
        on_edge = np.zeros_like(inside)
        on_edge[..., (k + 1) % 3] = np.clip(along, 0.0, 1.0)
        on_edge[..., k] = 1.0 - on_edge[..., (k + 1) % 3]
        weights.append(on_edge)
    tried = np.stack(weights)
    away = np.linalg.norm(np.einsum("e...k,...kd->e...d", tried, corners) - points, axis=-1)
    best = away.argmin(axis=0)[None]
    chosen = np.take_along_axis(tried, best[..., None], axis=0)[0]
    return chosen, np.take_along_axis(away, best, axis=0)[0]


def _clamped_inside(points: Points, corners: Floats) -> Floats:
    """Return the weights of the foot on each triangle's plane; of its first corner where that foot lies outside."""
    u, v, w = (
        corners[..., 1, :] - corners[..., 0, :],
        corners[..., 2, :] - corners[..., 0, :],
        points - corners[..., 0, :],
    )
    uu, uv, vv = (u * u).sum(axis=-1), (u * v).sum(axis=-1), (v * v).sum(axis=-1)
    wu, wv = (w * u).sum(axis=-1), (w * v).sum(axis=-1)
    determinant = np.maximum(uu * vv - uv**2, 1e-12)
    b, c = (vv * wu - uv * wv) / determinant, (uu * wv - uv * wu) / determinant
    outside = (b < 0) | (c < 0) | (b + c > 1)
    weights = np.stack([1.0 - b - c, b, c], axis=-1)
    return np.where(outside[..., None], np.array([1.0, 0.0, 0.0]), weights)
