"""Repairs the surface of a scan, and says what was done.

In this order: points that lie together are joined, triangles without area or said twice are dropped, a third triangle
at an edge too, spikes are cut off, loose pieces taken away, all triangles made to face one way, and small holes closed.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

from clinic.case import Floats, Ints, Mask, Points, Scan, Triangles
from clinic.geometry import triangle_areas
from clinic.reconstruction.scan.errors import NoFaceInScan
from clinic.reconstruction.scan.weld import welded
from clinic.words import say, say_plural

_SPIKE_MM = 4.0  # from the mean of its neighbours
_POINTED, _LONG = 0.8, 1.4  # that, of the way to them; and that way, of theirs to their own neighbours
_SPIKE_ROUNDS = 3
_LOOSE = 0.05  # of the area of the largest piece: smaller ones are hair, cloth and noise
_HOLE_MM = 40.0  # around; larger ones stay open, and the face is inferred there


@dataclass(frozen=True, slots=True, eq=False)
class _Surface:
    """points, uv, colours: per vertex; triangles name them. closed: the last so many points close holes."""

    points: Points
    triangles: Triangles
    uv: Floats | None
    colours: Floats | None
    closed: int = 0

    def only(self, triangles: Mask) -> "_Surface":
        return replace(self, triangles=self.triangles[triangles])


def clean(scan: Scan, *, inside_out: bool) -> Scan:
    """Return the scan with its surface repaired and `cleaned` filled in. Raises NoFaceInScan if nothing is left."""
    colours = None if scan.colours is None else scan.colours.astype(float)
    surface, done = _Surface(scan.points, scan.triangles, scan.uv, colours), []
    for step in (_joined, _without_flat, _manifold, _without_spikes, _without_islands, _one_way, _without_holes):
        surface, words = step(surface)
        done += words
        if not len(surface.triangles):
            raise NoFaceInScan
    if inside_out:
        surface = replace(surface, triangles=surface.triangles[:, ::-1])
        done.append(say("Turned the surface right side out."))
    surface = _compact(surface)
    return replace(
        scan,
        points=surface.points,
        triangles=surface.triangles,
        uv=surface.uv,
        colours=None if surface.colours is None else np.rint(surface.colours).astype(np.uint8),
        cleaned=(*scan.cleaned, *done),
        closed=surface.closed,
    )


def _joined(surface: _Surface) -> tuple[_Surface, list[str]]:
    kept = [values for values in (surface.uv, surface.colours) if values is not None]
    first, number = welded(surface.points, *kept)
    away = len(surface.points) - len(first)
    if not away:
        return surface, []
    joined = _Surface(
        surface.points[first],
        number[surface.triangles],
        None if surface.uv is None else surface.uv[first],
        None if surface.colours is None else surface.colours[first],
    )
    return joined, [
        say_plural("Joined {n} point that lay on another.", "Joined {n:,} points that lay on others.", away)
    ]


def _places(surface: _Surface) -> Triangles:
    """Return the triangles by place, so that the seams of a texture are no borders."""
    return welded(surface.points)[1][surface.triangles]


def _without_flat(surface: _Surface) -> tuple[_Surface, list[str]]:
    corners = np.sort(_places(surface), axis=1)
    flat = (np.diff(corners, axis=1) == 0).any(axis=1) | (triangle_areas(surface.points, surface.triangles) < 1e-12)
    order = np.lexsort(corners.T)
    twice = np.zeros(len(corners), bool)
    twice[order[1:]] = (np.diff(corners[order], axis=0) == 0).all(axis=1)
    away = flat | twice
    words = [
        say_plural(
            "Dropped {n} triangle without area or said twice.",
            "Dropped {n:,} triangles without area or said twice.",
            int(away.sum()),
        )
    ]
    return (surface.only(~away), words) if away.any() else (surface, [])


def _manifold(surface: _Surface) -> tuple[_Surface, list[str]]:
    """Keep the two largest triangles at each edge."""
    edge = _edge_numbers(_places(surface))
    area = np.tile(triangle_areas(surface.points, surface.triangles), 3)
    owner = np.tile(np.arange(len(surface.triangles)), 3)
    order = np.lexsort((-area, edge))
    start = np.r_[0, np.flatnonzero(np.diff(edge[order])) + 1]
    rank = np.arange(len(order)) - np.repeat(start, np.diff(np.r_[start, len(order)]))
    away = np.zeros(len(surface.triangles), bool)
    away[owner[order[rank > 1]]] = True
    words = [
        say_plural(
            "Dropped {n} triangle that hung on an edge of two others.",
            "Dropped {n:,} triangles that hung on an edge of two others.",
            int(away.sum()),
        )
    ]
    return (surface.only(~away), words) if away.any() else (surface, [])


def _without_spikes(surface: _Surface) -> tuple[_Surface, list[str]]:
    cut = 0
    for _ in range(_SPIKE_ROUNDS):
        first, number = welded(surface.points)
        places, corners = surface.points[first], number[surface.triangles]
        off, reach, around = _umbrella(places, corners)
        used = np.unique(corners)
        spike = (off > _SPIKE_MM) & (off > _POINTED * reach) & (reach > _LONG * around)
        away: Mask = np.logical_or.reduce(spike[corners], axis=1)
        if not away.any():
            break
        cut += int(spike[used].sum())
        surface = surface.only(~away)
    return surface, [say_plural("Cut off spikes ({n} point).", "Cut off spikes ({n:,} points).", cut)] if cut else []


def _umbrella(points: Points, triangles: Triangles) -> tuple[Floats, Floats, Floats]:
    """Return (n,) mm from each point to the mean of its neighbours, to them on average, and from them to theirs.

    All neighbours of the tip of a needle lie one way, and near each other.
    """
    edges, count = np.unique(_edge_numbers(triangles)), int(triangles.max()) + 1
    ends = np.stack([edges // count, edges % count], axis=1)
    both = np.vstack([ends, ends[:, ::-1]])
    length = np.linalg.norm(points[both[:, 0]] - points[both[:, 1]], axis=1)
    many = np.maximum(np.bincount(both[:, 0], minlength=len(points)), 1)
    summed = np.stack([np.bincount(both[:, 0], points[both[:, 1], k], len(points)) for k in range(3)], axis=1)
    off: Floats = np.linalg.norm(summed / many[:, None] - points, axis=1)
    reach: Floats = np.bincount(both[:, 0], length, len(points)) / many
    around: Floats = np.bincount(both[:, 0], reach[both[:, 1]], len(points)) / many
    return np.where(reach > 0, off, 0.0), reach, around


def _without_islands(surface: _Surface) -> tuple[_Surface, list[str]]:
    corners = _places(surface)
    count = int(corners.max()) + 1
    rows, columns = corners[:, [0, 1]].T.ravel(), np.concatenate([corners[:, 1], corners[:, 2]])
    joined = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (count, count))
    piece = connected_components(joined, directed=False)[1][corners[:, 0]]
    area = np.bincount(piece, triangle_areas(surface.points, surface.triangles))
    kept = area >= _LOOSE * area.max()
    away = int((area[~kept] > 0).sum())
    if not away:
        return surface, []
    return surface.only(kept[piece]), [say_plural("Took away {n} loose piece.", "Took away {n:,} loose pieces.", away)]


def _without_holes(surface: _Surface) -> tuple[_Surface, list[str]]:
    """Close each small hole with a fan around the mean of its rim."""
    loops = [loop for loop in _rims(surface) if _around(surface.points[loop]) <= _HOLE_MM]
    if not loops:
        return surface, []
    start = len(surface.points)
    fans = [np.column_stack([np.roll(loop, -1), loop, np.full(len(loop), start + k)]) for k, loop in enumerate(loops)]
    triangles = np.vstack([surface.triangles, *fans]).astype(np.int32)
    closed = _Surface(
        _with_middles(surface.points, loops),
        triangles,
        None if surface.uv is None else _with_middles(surface.uv, loops),
        None if surface.colours is None else _with_middles(surface.colours, loops),
        len(loops),
    )
    return closed, [
        say_plural(
            "Closed {n} small hole; what lies there is inferred.",
            "Closed {n:,} small holes; what lies there is inferred.",
            len(loops),
        )
    ]


def _with_middles(values: Floats, loops: list[Ints]) -> Floats:
    """Return (n + k, d) values with the mean of each loop appended."""
    return np.vstack([values, *(values[loop].mean(axis=0) for loop in loops)])


def _rims(surface: _Surface) -> list[Ints]:
    """Return the loops of vertices along edges with one triangle, in the direction of the triangles."""
    number = welded(surface.points)[1]
    triangles = surface.triangles
    directed = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    _, edge, uses = np.unique(_edge_numbers(number[triangles]), return_inverse=True, return_counts=True)
    single = directed[uses[edge] == 1]
    # Where two holes touch, a place has two ways out; such holes stay open.
    origin, ways = np.unique(number[single[:, 0]], return_counts=True)
    simple = set(origin[ways == 1].tolist())
    following = {int(number[a]): (int(a), int(number[b])) for a, b in single if int(number[a]) in simple}
    loops, left = [], set(following)
    while left:
        begin = at = left.pop()
        loop = [following[at][0]]
        at = following[at][1]
        while at != begin and at in left:
            left.discard(at)
            loop.append(following[at][0])
            at = following[at][1]
        if at == begin and len(loop) > 2:
            loops.append(np.array(loop, np.int32))
    return loops


def _around(points: Points) -> float:
    return float(np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1).sum())


def _one_way(surface: _Surface) -> tuple[_Surface, list[str]]:
    """Turn triangles until neighbours run along their common edge in opposite directions, like most do already."""
    corners = _places(surface)
    directed = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    edge, owner = _edge_numbers(corners), np.tile(np.arange(len(corners)), 3)
    order = np.argsort(edge, kind="stable")
    pair = np.flatnonzero(np.diff(edge[order]) == 0)
    first, second = order[pair], order[pair + 1]
    against = (directed[first, 0] == directed[second, 0]).astype(np.int8)
    if not against.any():
        return surface, []
    turned = _parity(owner[first], owner[second], against, len(corners))
    area = triangle_areas(surface.points, surface.triangles)
    if area[turned].sum() > area.sum() / 2:
        turned = ~turned
    triangles = surface.triangles.copy()
    triangles[turned] = triangles[turned, ::-1]
    words = say_plural(
        "Turned {n} triangle that faced the other way.",
        "Turned {n:,} triangles that faced the other way.",
        int(turned.sum()),
    )
    return replace(surface, triangles=triangles), [words] if turned.any() else []


def _parity(first: Any, second: Any, against: Any, count: int) -> Mask:
    """Return (m,) which triangles to turn, walking from neighbour to neighbour through each piece."""
    graph = sparse.csr_matrix((against + 1, (first, second)), (count, count))
    graph = sparse.csr_matrix(graph + graph.T)
    turned = np.zeros(count, bool)
    pieces = connected_components(graph, directed=False)[1]
    for begin in np.unique(pieces, return_index=True)[1]:
        order, before = breadth_first_order(graph, int(begin), directed=False)
        if len(order) < 2:
            continue
        step = np.asarray(graph[order[1:], before[order[1:]]]).ravel() == 2
        for triangle, source, other in zip(order[1:], before[order[1:]], step, strict=True):
            turned[triangle] = turned[source] ^ other
    return turned


def _edge_numbers(corners: Triangles) -> Any:
    """Return (3 m,) a number for each undirected edge: sides 0–1 of all triangles, then 1–2, then 2–0."""
    ends = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]), axis=1)
    return ends[:, 0].astype(np.int64) * (int(corners.max()) + 1) + ends[:, 1]


def _compact(surface: _Surface) -> _Surface:
    """Leave out points that no triangle names; those that close holes stay last."""
    used = np.unique(surface.triangles)
    number = np.full(len(surface.points), -1, np.int32)
    number[used] = np.arange(len(used))
    return _Surface(
        surface.points[used],
        number[surface.triangles],
        None if surface.uv is None else surface.uv[used],
        None if surface.colours is None else surface.colours[used],
        surface.closed,
    )
