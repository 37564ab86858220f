"""Cuts the quads of the control mesh into triangles, finer where edges are longer than wished.

A split edge gets the vertex that subdivision puts there, a quad with four split edges its face point too: every vertex
is one of the display mesh, numbered as subdivision numbers them (control vertices, then edges by their ends in
ascending order, then quads). Cuts depend on what is alike on both sides of the face, so that both are cut alike.
"""

import numpy as np
import scipy.sparse as sp

from clinic.case import Floats, Ints, Mask, Points, Topology, Triangles

# Triangles of a quad by which of its edges are split, turned so that the pattern begins at its first corner. Corners
# 0 to 3, middle of the edge after each corner 4 to 7, face point 8. A tuple of four is a quad yet to be halved.
_PATTERNS: dict[tuple[bool, bool, bool, bool], tuple[tuple[int, ...], ...]] = {
    (False, False, False, False): ((0, 1, 2, 3),),
    (True, False, False, False): ((0, 4, 3), (4, 1, 2), (4, 2, 3)),
    (True, True, False, False): ((0, 4, 3), (4, 1, 5), (4, 5, 3), (5, 2, 3)),
    (True, False, True, False): ((0, 4, 6, 3), (4, 1, 2, 6)),
    (True, True, True, False): ((0, 4, 6, 3), (4, 1, 5), (5, 2, 6), (4, 5, 6)),
    (True, True, True, True): ((0, 4, 8, 7), (4, 1, 5, 8), (8, 5, 2, 6), (7, 8, 6, 3)),
}

_NEEDLE_MM, _NEEDLE = 2.5, 4.0  # edges that are longer than that, and than so many times the shortest beside them


class Edges:
    """The edges of a topology's quads, as its subdivision numbers them.

    ends: (e, 2) control vertices, ascending. of_quad: (q, 4) edge after each corner. middle: (e,) and centre: (q,)
    display vertices on each edge and quad.
    """

    def __init__(self, topology: Topology) -> None:
        quads, count = topology.control_quads, len(topology.control_mirror)
        pairs = np.sort(np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
        ends, number = np.unique(pairs[:, 0].astype(np.int64) * count + pairs[:, 1], return_inverse=True)
        self.ends: Ints = np.stack([ends // count, ends % count], axis=1).astype(np.int32)
        self.of_quad: Ints = number.reshape(-1, 4).astype(np.int32)
        self.middle: Ints = count + np.arange(len(ends), dtype=np.int32)
        self.centre: Ints = count + len(ends) + np.arange(len(quads), dtype=np.int32)


def cut(topology: Topology, display: Points, chosen: Ints, longest: Floats) -> Triangles:
    """Return (k, 3) triangles on display vertices.

    display: (n, 3) mm. chosen: numbers of the quads to cut. longest: (c,) mm, the length beyond which an edge is split,
    wished at each control vertex.
    """
    edges = Edges(topology)
    split = _too_long(topology, edges, display, longest)[edges.of_quad[chosen]]
    corners = np.concatenate(
        [topology.control_quads[chosen], edges.middle[edges.of_quad[chosen]], edges.centre[chosen, None]], axis=1
    )
    triangles, quads = [], []
    for pattern, pieces in _PATTERNS.items():
        turned = _turned(corners, split, pattern)
        triangles += [turned[:, piece] for piece in pieces if len(piece) == 3]
        quads += [turned[:, piece] for piece in pieces if len(piece) == 4]
    halves = _halve(np.concatenate(quads), display, topology.mirror)
    return np.concatenate([*triangles, halves]).astype(np.int32)


def _too_long(topology: Topology, edges: Edges, display: Points, longest: Floats) -> Mask:
    """Return the (e,) mask of edges that are longer than wished, or so long that a quad beside them is like a needle.

    Lengths are those of an edge and its mirror image on average.
    """
    first, second = edges.ends.T
    other = topology.mirror[edges.ends]
    length = np.linalg.norm(display[first] - display[second], axis=1)
    length = (length + np.linalg.norm(display[other[:, 0]] - display[other[:, 1]], axis=1)) / 2
    wished = longest + longest[topology.control_mirror]
    narrowest = np.full(len(length), np.inf)
    np.minimum.at(narrowest, edges.of_quad, length[edges.of_quad].min(axis=1, keepdims=True))
    needle = (length > _NEEDLE_MM) & (length > _NEEDLE * narrowest)
    too_long: Mask = needle | (length > (wished[first] + wished[second]) / 4)
    return too_long


def _turned(corners: Ints, split: Mask, pattern: tuple[bool, ...]) -> Ints:
    """Return the (k, 9) quads whose split edges are `pattern` up to a turn, turned so that they are exactly that."""
    found = []
    left = np.ones(len(corners), bool)
    for turn in range(4):
        alike = left & (np.roll(split, -turn, axis=1) == pattern).all(axis=1)
        left &= ~alike
        order = np.r_[np.roll(np.arange(4), -turn), 4 + np.roll(np.arange(4), -turn), 8]
        found.append(corners[alike][:, order])
    return np.concatenate(found)


def _halve(quads: Ints, points: Points, mirror: Ints) -> Triangles:
    """Cut each quad along its diagonal that is shorter, taken together with its mirror image's."""
    there = mirror[quads]

    def diagonal(a: int, b: int) -> Floats:
        here = np.linalg.norm(points[quads[:, a]] - points[quads[:, b]], axis=1)
        length: Floats = here + np.linalg.norm(points[there[:, a]] - points[there[:, b]], axis=1)
        return length

    turn = (diagonal(1, 3) < diagonal(0, 2)).astype(np.int64)
    turned = quads[np.arange(len(quads))[:, None], (turn[:, None] + np.arange(4)) % 4]
    return np.concatenate([turned[:, [0, 1, 2]], turned[:, [0, 2, 3]]])


def subdivision(topology: Topology) -> sp.csr_array:
    """Return the (n, c) matrix that carries values of the control vertices to the display vertices."""
    arrays = topology.subdivision_weights, topology.subdivision_indices, topology.subdivision_indptr
    return sp.csr_array(arrays, shape=(len(topology.mirror), len(topology.control_mirror)))
