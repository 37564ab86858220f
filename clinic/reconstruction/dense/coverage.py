"""Which skin was matched between photos, and which was only guessed at between such places."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import Ints, Points, Triangles
from clinic.reconstruction.dense.matches import Matches

_REACH_MM = 5.0  # below the finest bumps that a fit may make


def matched(found: Sequence[Matches], points: Points, triangles: Triangles) -> Ints:
    """Return (n,) how many matches lie near each display vertex of points (n, 3) mm."""
    if not any(len(one.triangle) for one in found):
        return np.zeros(len(points), np.int32)
    placed = np.concatenate([np.einsum("sk,skd->sd", one.weights, points[triangles[one.triangle]]) for one in found])
    return np.asarray(cKDTree(placed).query_ball_point(points, _REACH_MM, return_length=True), np.int32)
