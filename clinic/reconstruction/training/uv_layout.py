"""Lays the skin flat: one piece in the unit square, without folds, with most room for the face.

The skin is a disk, so its rim goes to the border of the square and every other vertex to a weighted mean of its
neighbours: with positive weights no triangle can fold (Tutte 1963, Floater 2003). The weights are then tuned until
areas come near the wished ones (Yoshizawa, Belyaev and Seidel 2004), which keeps them positive.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

from clinic.case import Floats, Ints, Points, Triangles

_ROUNDS = 12


def lay_flat(points: Points, triangles: Triangles, mirror: Ints, rim: Ints, wish: Floats) -> Floats:
    """Return (n, 2) in [0, 1], the patient's left at greater u, up at greater v, mirror-symmetric about u = ½.

    rim: border loop. wish: (m,) by how much each triangle's area counts.
    """
    border = _square(points, rim)
    weights = _mean_value(points, triangles)
    wanted = wish * _areas(points, triangles)
    best: Floats | None = None
    fewest = np.inf
    for _ in range(_ROUNDS):
        uv = _relax(weights, rim, border)
        uv = (uv + np.column_stack([1 - uv[mirror, 0], uv[mirror, 1]])) / 2
        flat = signed_areas(uv, triangles)
        stretch = wanted / wanted.sum() / np.maximum(flat / flat.sum(), 1e-15)
        error = float(np.average(np.log(stretch) ** 2, weights=wanted))
        if error >= fewest:
            break
        best, fewest = uv, error
        weights = _tuned(weights, triangles, stretch, wanted)
    if best is None:
        raise ValueError("no layout was made")
    return best


def signed_areas(uv: Floats, triangles: Triangles) -> Floats:
    """Return (m,) signed areas in the plane, + counter-clockwise."""
    a, b, c = (uv[triangles[:, i]] for i in range(3))
    first, second = b - a, c - a
    areas: Floats = (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
    return areas


def _areas(points: Points, triangles: Triangles) -> Floats:
    a, b, c = (points[triangles[:, i]] for i in range(3))
    areas: Floats = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    return areas


def _square(points: Points, rim: Ints) -> Floats:
    """Place the neck's rim on the square by length, the throat in the middle of the lower side."""
    start = int(np.lexsort((np.abs(points[rim, 0]), np.round(points[rim, 1], 3)))[0])
    loop = np.roll(rim, -start)
    length = np.linalg.norm(points[np.roll(loop, -1)] - points[loop], axis=1)
    along = np.r_[0, np.cumsum(length)[:-1]] / length.sum()
    turn = 1 if points[loop[1], 0] > points[loop[0], 0] else -1
    place = (0.125 + turn * along) % 1 * 4
    side, part = np.divmod(place, 1)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], float)
    flat = corners[side.astype(int)] * (1 - part[:, None]) + corners[side.astype(int) + 1] * part[:, None]
    return np.roll(flat, start, axis=0)


def _mean_value(points: Points, triangles: Triangles) -> sparse.csr_matrix:
    """tan(α/2) of the angles beside each edge over its length (Floater 2003)."""
    rows, columns, values = [], [], []
    for i in range(3):
        here, left, right = (triangles[:, (i + k) % 3] for k in range(3))
        first, second = points[left] - points[here], points[right] - points[here]
        long = np.linalg.norm(first, axis=1), np.linalg.norm(second, axis=1)
        cosine = np.clip((first * second).sum(1) / np.maximum(long[0] * long[1], 1e-12), -1, 1)
        half = np.sqrt(np.maximum((1 - cosine) / np.maximum(1 + cosine, 1e-6), 1e-6))
        for there, size in ((left, long[0]), (right, long[1])):
            rows.append(here)
            columns.append(there)
            values.append(half / np.maximum(size, 1e-6))
    shape = (len(points), len(points))
    return sparse.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape)


def _relax(weights: sparse.csr_matrix, rim: Ints, border: Floats) -> Floats:
    count = weights.shape[0]
    inner = np.ones(count, bool)
    inner[rim] = False
    rows = sparse.diags(1 / np.asarray(weights.sum(1)).ravel()) @ weights
    system = (sparse.identity(count) - rows)[inner]
    uv = np.zeros((count, 2))
    uv[rim] = border
    uv[inner] = spsolve(sparse.csc_matrix(system[:, inner]), -system[:, ~inner] @ uv[~inner])
    return uv


def _tuned(weights: sparse.csr_matrix, triangles: Triangles, stretch: Floats, wanted: Floats) -> sparse.csr_matrix:
    """Weaken the pull towards vertices that already have room: w_ij · (stretch at j)^½."""
    count = weights.shape[0]
    total, parts = np.zeros(count), np.zeros(count)
    for corner in triangles.T:
        np.add.at(total, corner, wanted * np.sqrt(stretch))
        np.add.at(parts, corner, wanted)
    local = total / np.maximum(parts, 1e-15)
    return sparse.csr_matrix(weights @ sparse.diags(1 / local))
