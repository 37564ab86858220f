"""Which skin was matched between photos, and which was only guessed at between such places."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import Ints, Points, Triangles
from clinic.reconstruction.spots import Spots

_REACH_MM = 5.0  # below the finest bumps that a fit may make


def matched(spots: Sequence[Spots], points: Points, triangles: Triangles) -> Ints:
    """Return (n,) how many tracks lie near each display vertex; a track counts once, however many photos show it.

    points: (n, 3) mm.
    """
    places: dict[int, Points] = {}
    for one in spots:
        if one.track is not None:
            placed = np.einsum("sk,skd->sd", one.weights, points[triangles[one.triangle]])
            places.update((int(track), place) for track, place in zip(one.track, placed, strict=True) if track >= 0)
    if not places:
        return np.zeros(len(points), np.int32)
    tree = cKDTree(np.array(list(places.values())))
    return np.asarray(tree.query_ball_point(points, _REACH_MM, return_length=True), np.int32)
