"""Vertices that lie at one place: files split them where a texture has a seam, and for no reason at all."""

import numpy as np

from clinic.case import Floats, Ints, Points

_FINENESS = 1e-7  # of the surface's size: what single precision can tell apart


def welded(points: Points, *kept: Floats) -> tuple[Ints, Ints]:
    """Return (k,) the first vertex of each place, and (n,) the place of each vertex.

    kept: (n, d) values that must be equal too.
    """
    size = max(float(np.ptp(points, axis=0).max()), 1e-30)
    columns = np.column_stack([np.rint((points - points.min(axis=0)) / (size * _FINENESS)), *kept])
    order = np.lexsort(columns.T)
    changes = np.r_[True, (np.diff(columns[order], axis=0) != 0).any(axis=1)]
    number = np.empty(len(points), np.int32)
    number[order] = np.cumsum(changes) - 1
    first = np.full(int(changes.sum()), len(points), np.int32)
    np.minimum.at(first, number, np.arange(len(points), dtype=np.int32))
    return first, number
