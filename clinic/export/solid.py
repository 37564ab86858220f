"""Closes the skin to a body that can be printed."""

import numpy as np
from numpy.typing import NDArray

from clinic.case import Points, Triangles


def closed(points: Points, triangles: Triangles) -> tuple[Points, Triangles]:
    """Return the surface with every opening (neck, eye sockets) closed by a fan around the middle of its rim.

    New vertices are appended; triangles keep pointing outwards. Vertices that no triangle uses are dropped.
    """
    caps: list[NDArray[np.int32]] = []
    middles: list[Points] = []
    for rim in _rims(triangles):
        middle = len(points) + len(middles)
        middles.append(points[rim].mean(axis=0))
        following = np.roll(rim, -1)
        caps.append(np.stack([following, rim, np.full_like(rim, middle)], axis=1))
    return _compact(np.concatenate([points, *(middle[None] for middle in middles)]), np.concatenate([triangles, *caps]))


def _rims(triangles: Triangles) -> list[NDArray[np.int32]]:
    """Return each opening as vertex numbers in the direction of the triangles along it."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]).astype(np.int64)
    count = int(edges.max()) + 1
    forward, backward = edges[:, 0] * count + edges[:, 1], edges[:, 1] * count + edges[:, 0]
    following = {int(start): int(end) for start, end in edges[~np.isin(forward, backward)]}
    rims = []
    while following:
        start, vertex = following.popitem()
        rim = [start]
        while vertex != start:
            rim.append(vertex)
            vertex = following.pop(vertex)
        rims.append(np.array(rim, np.int32))
    return rims


def _compact(points: Points, triangles: Triangles) -> tuple[Points, Triangles]:
    used, renumbered = np.unique(triangles, return_inverse=True)
    return points[used], renumbered.reshape(-1, 3).astype(np.int32)
