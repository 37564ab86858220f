"""Normals, areas and volumes of triangulated surfaces."""

import numpy as np

from clinic.case import Floats, Mask, Points, Triangles


def _crosses(points: Points, triangles: Triangles) -> Floats:
    a, b, c = (points[triangles[:, k]] for k in range(3))
    crosses: Floats = np.cross(b - a, c - a)
    return crosses


def triangle_areas(points: Points, triangles: Triangles) -> Floats:
    """Return (m,) areas, mm²."""
    areas: Floats = 0.5 * np.linalg.norm(_crosses(points, triangles), axis=1)
    return areas


def triangle_normals(points: Points, triangles: Triangles) -> Floats:
    """Return (m, 3) unit normals; zero where a triangle has no area."""
    crosses = _crosses(points, triangles)
    length = np.linalg.norm(crosses, axis=1, keepdims=True)
    normals: Floats = np.divide(crosses, length, out=np.zeros_like(crosses), where=length > 0)
    return normals


def vertex_normals(points: Points, triangles: Triangles) -> Floats:
    """Return (n, 3) unit normals, triangles weighted by area; zero for a vertex without triangles."""
    summed = _gather(_crosses(points, triangles), triangles, len(points))
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    normals: Floats = np.divide(summed, length, out=np.zeros_like(summed), where=length > 0)
    return normals


def vertex_areas(points: Points, triangles: Triangles) -> Floats:
    """Return (n,) mm²: each vertex takes a third of its triangles."""
    third = triangle_areas(points, triangles)[:, None] / 3
    return _gather(third, triangles, len(points))[:, 0]


def swept_volumes_mm3(points: Points, displacement: Points, triangles: Triangles) -> Floats:
    """Return (m,) the signed volume each triangle sweeps on its way, mm³, + outwards.

    Exact for vertices that move on straight lines: the integral over t in [0, 1] of the mean velocity times the area
    vector at t; the area vector is quadratic in t, so Simpson's rule has no error.
    """
    moved = displacement[triangles]
    swept = np.zeros(len(triangles))
    for t, weight in ((0.0, 1.0), (0.5, 4.0), (1.0, 1.0)):
        corners = points[triangles] + t * moved
        swept += weight / 6 * _flux(corners, moved)
    return swept


def _flux(corners: Floats, velocity: Floats) -> Floats:
    area_vector = 0.5 * np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flux: Floats = np.einsum("ij,ij->i", velocity.mean(axis=1), area_vector)
    return flux


def _gather(values: Floats, triangles: Triangles, count: int) -> Floats:
    """Sum (m, 3) triangle values at their corners: (count, 3)."""
    corners = triangles.ravel()
    repeated = np.repeat(values, 3, axis=0)
    return np.stack([np.bincount(corners, repeated[:, k], count) for k in range(values.shape[1])], axis=1)


def rim_vertices(triangles: Triangles, count: int) -> Mask:
    """Return (count,) True for vertices on an edge that has one triangle only."""
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    number, uses = np.unique(edges[:, 0].astype(np.int64) * count + edges[:, 1], return_counts=True)
    single = number[uses == 1]
    found = np.zeros(count, bool)
    found[single // count] = found[single % count] = True
    return found
