"""The same problem with more or fewer cells.

More: every triangle of skin is split into four, with everything under it. Fewer, and anything between: only the skin
nearest to a centre is kept, held along its new rim, towards which the loads fade. Layers and thickness stay.
"""

from dataclasses import dataclass, replace

import numpy as np

from clinic.bench.simulation.problem import Problem
from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.simulation.shaping import quality

_FADING = 0.4  # of the way to the new rim
_LEAST_QUALITY = 0.01  # of a cell: flatter ones stop Newton's method for nothing


@dataclass(frozen=True, slots=True, eq=False)
class Slab:
    """A problem as columns under skin triangles.

    levels: (l + 1, s, 3) points from the skin inwards. triangles: (k, 3). held: (l + 1, s). prescribed: (l + 1, s, 3).
    growth: (l, k).
    """

    levels: Points
    triangles: Triangles
    held: Mask
    prescribed: Points
    growth: Floats


def resized(problem: Problem, centre: Points, cells: int) -> Problem:
    """Return a problem of about so many cells. centre: (3,), the skin that is kept longest."""
    slab = _slab(problem)
    while slab.growth.size * 3 < cells:
        slab = _without_folds(_split(slab))
    return _problem(_cropped(slab, centre, cells), problem)


def _slab(problem: Problem) -> Slab:
    triangles = problem.triangles
    columns = int(triangles.max()) + 1
    count = len(problem.points) // columns
    growth = np.ones((count - 1, len(triangles)))
    number = _numbers(triangles, problem.cells, columns)
    np.add.at(growth, (problem.layer, number), (problem.growth - 1.0) / 3.0)
    shape = count, columns
    return Slab(
        problem.points.reshape(*shape, 3),
        triangles,
        problem.held.reshape(shape),
        problem.prescribed.reshape(*shape, 3),
        growth,
    )


def _numbers(triangles: Triangles, cells: Ints, columns: int) -> Ints:
    """Return (t,) the triangle above each cell: of a prism's tetrahedra each has corners under all three corners."""
    under = np.sort(cells % columns, axis=1)
    twice = under[:, 1:] == under[:, :-1]
    kept = np.concatenate([np.ones((len(cells), 1), bool), ~twice], axis=1)
    three = under[kept].reshape(-1, 3)
    key = np.array([columns**2, columns, 1], np.int64)
    known = np.sort(triangles, axis=1) @ key
    order = np.argsort(known)
    found: Ints = order[np.searchsorted(known, three @ key, sorter=order)].astype(np.int32)
    return found


def _split(slab: Slab) -> Slab:
    t = slab.triangles
    edges, number = np.unique(np.sort(t[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0, return_inverse=True)
    ab, bc, ca = (number.reshape(-1, 3) + slab.levels.shape[1]).T
    a, b, c = t.T
    four = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]

    def middles(values: Floats) -> Floats:
        return np.concatenate([values, values[:, edges].mean(axis=2)], axis=1)

    return Slab(
        middles(slab.levels),
        np.concatenate([np.stack(corners, axis=1) for corners in four]).astype(np.int32),
        middles(slab.held.astype(np.float64)) == 1.0,
        middles(slab.prescribed),
        np.tile(slab.growth, 4),
    )


def _cropped(slab: Slab, centre: Points, cells: int) -> Slab:
    """Keep the triangles nearest to a centre, and hold what is cut."""
    wanted = min(round(cells / (3 * len(slab.growth))), len(slab.triangles))
    away = np.linalg.norm(slab.levels[0][slab.triangles].mean(axis=1) - centre, axis=1)
    kept, lost = np.split(np.argsort(away, kind="stable").astype(np.int32), [wanted])
    part, columns = _part(slab, kept)
    cut = np.isin(columns, slab.triangles[lost])
    inner = _fade(part.levels[0], centre, cut)
    return replace(
        part,
        held=part.held | cut,
        prescribed=inner[:, None] * part.prescribed,
        growth=1.0 + inner[part.triangles].mean(axis=1) * (part.growth - 1.0),
    )


def _part(slab: Slab, kept: Ints) -> tuple[Slab, Ints]:
    """Return what lies under some triangles, and the columns that it has kept."""
    columns, corner = np.unique(slab.triangles[kept], return_inverse=True)
    triangles: Ints = corner.reshape(-1, 3).astype(np.int32)
    part = Slab(
        slab.levels[:, columns], triangles, slab.held[:, columns], slab.prescribed[:, columns], slab.growth[:, kept]
    )
    return part, columns


def _fade(skin: Points, centre: Points, cut: Mask) -> Floats:
    """Return (s,) 1 in the middle, sinking to 0 where skin is cut: moved support beside held would tear."""
    if not cut.any():
        return np.ones(len(skin))
    away = np.linalg.norm(skin - centre, axis=1)
    rim = away[cut].min()
    share: Floats = np.clip((rim - away) / (_FADING * rim), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _without_folds(slab: Slab) -> Slab:
    """Leave out the prisms, a few of a face's, that are folded once they are split: their sides are warped."""
    shape = quality(slab.levels.reshape(-1, 3), _prisms(slab))
    whole = shape.reshape(len(slab.growth), 3, -1).min(axis=(0, 1)) > _LEAST_QUALITY
    return _part(slab, np.flatnonzero(whole).astype(np.int32))[0]


def _prisms(slab: Slab) -> Ints:
    """Return (t, 4): three cells under each triangle in each layer, cut by ascending column so that neighbours agree.

    Layer by layer; in each the first cells under all triangles, then the second, then the third.
    """
    count, columns = slab.levels.shape[:2]
    ranked = np.argsort(slab.triangles, axis=1)
    a, b, c = np.take_along_axis(slab.triangles, ranked, axis=1).T
    below_a, below_b, below_c = a + columns, b + columns, c + columns
    prism = np.stack([(a, b, c, below_c), (a, b, below_c, below_b), (a, below_a, below_b, below_c)])
    even = np.linalg.det(np.eye(3)[ranked]) > 0
    prism[:, [1, 2]] = np.where(even, prism[:, [2, 1]], prism[:, [1, 2]])
    prism = prism.transpose(0, 2, 1).reshape(-1, 4)
    return np.concatenate([prism + level * columns for level in range(count - 1)])


def _problem(slab: Slab, like: Problem) -> Problem:
    cells = _prisms(slab)
    return Problem(
        slab.triangles,
        slab.levels.reshape(-1, 3),
        cells,
        np.repeat(np.arange(len(slab.growth)), len(cells) // len(slab.growth)),
        like.layers,
        slab.held.ravel(),
        slab.prescribed.reshape(-1, 3),
        np.tile(slab.growth, 3).ravel(),
    )
