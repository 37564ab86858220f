"""Keeps lips shut and lids on the eyeballs: corrections that are linear in the offsets, made once on the mean head."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from clinic.case import Floats, Ints, Mask, Points
from clinic.reconstruction.training.marks import Marks
from clinic.reconstruction.training.template import Graph, Template

LID_GAP_MM = 0.05  # lids ride this far off the eyeball
_LIP_RINGS, _LID_RINGS = 7, 5
_LIP_OVERLAP_MM = 0.15  # the seam is closed a little more than just so
_BEHIND_LID_MM = 1.0  # the inner side of the lids lies so far inside the eyeball, where nobody sees it
_ROUNDS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Lips:
    """upper, lower: seam vertices facing each other. spread: (c, pairs) signed share of each vertex in closing."""

    upper: Ints
    lower: Ints
    spread: sparse.csr_matrix

    def close(self, offsets: Points) -> Points:
        """Return offsets (c, 3) that leave facing seam vertices at equal height."""
        gap = offsets[self.upper, 2] - offsets[self.lower, 2]
        closed = offsets.copy()
        closed[:, 2] += self.spread @ gap
        return closed


@dataclass(frozen=True, slots=True, eq=False)
class Lid:
    """One eye's lids. margin: (k,) the loop on the eyeball. share: (c, k) how vertices follow it. socket: (c,) mask."""

    margin: Ints
    share: sparse.csr_matrix
    socket: Mask
    outward: Points  # (k, 3) unit normals of the eyeball at the margin

    def ride(self, offsets: Points, eye: Floats) -> Points:
        """Return offsets (c, 3) whose lid margin moves with the eyeball (3,) in depth; the socket moves along."""
        needed = ((eye - offsets[self.margin]) * self.outward).sum(1)
        ridden: Points = offsets + self.share @ (needed[:, None] * self.outward)
        ridden[self.socket] = eye
        return ridden


def make_lips(control: Points, template: Template, graph: Graph, marks: Marks) -> Lips:
    """Pair the two sides of the seam by their place between the mouth corners."""
    upper, lower = seam_halves(control, graph, marks)
    facing = lower[np.argmin(np.abs(control[upper, 0][:, None] - control[lower, 0]), axis=1)]
    away = graph.steps(marks.seam)
    weight = np.clip(1 - away / (_LIP_RINGS + 1), 0, 1) ** 2
    above = _nearer(graph, upper, lower)
    pairs = np.argmin(np.abs(control[:, 0][:, None] - control[upper, 0]), axis=1)
    ends = np.isin(np.arange(template.count), np.r_[upper[[0, -1]]])
    value = np.where(above, -0.5, 0.5) * weight * ~ends
    rows = np.flatnonzero(value)
    return Lips(upper, facing, sparse.csr_matrix((value[rows], (rows, pairs[rows])), (template.count, len(upper))))


def seam_halves(control: Points, graph: Graph, marks: Marks) -> tuple[Ints, Ints]:
    """Return the upper and the lower side of the seam, each from the right corner to the left, corners included."""
    seam = np.flatnonzero(marks.seam)
    corners = int(seam[np.argmin(control[seam, 0])]), int(seam[np.argmax(control[seam, 0])])
    halves = []
    for start in (marks.seam_upper, marks.seam_lower):
        wall = ~marks.seam
        wall[list(corners)] = True
        half = np.flatnonzero(graph.flood(start, wall))
        half = half[np.argsort(control[half, 0])]
        halves.append(np.r_[corners[0], half, corners[1]].astype(np.int32))
    return halves[0], halves[1]


def shut_lips(control: Points, lips: Lips, matrix: sparse.csr_matrix) -> Points:
    """Return control points whose subdivided seam is shut."""
    shut = control.copy()
    for _ in range(_ROUNDS):
        skin = matrix[: len(control)] @ shut
        gap = skin[lips.upper, 2] - skin[lips.lower, 2] + _LIP_OVERLAP_MM
        gap[[0, -1]] = 0
        shut[:, 2] += lips.spread @ gap
    return shut


def make_lid(control: Points, eye: Floats, margin: Ints, graph: Graph, marks: Marks) -> Lid:
    """Spread the moves of a lid margin over the rings around it."""
    at_margin = np.zeros(len(control), bool)
    at_margin[margin] = True
    near = np.linalg.norm(control - eye, axis=1) < 40
    socket = marks.interior & near & ~marks.mouth_bag & (np.abs(control[:, 0] - eye[0]) < 24) & (control[:, 2] > -24)
    away = graph.steps(at_margin)
    weight = np.clip(1 - away / (_LID_RINGS + 1), 0, 1) ** 2 * ~socket
    rows = np.flatnonzero(weight)
    column = np.argmin(np.linalg.norm(control[rows, None] - control[margin], axis=2), axis=1)
    share = sparse.csr_matrix((weight[rows], (rows, column)), (len(control), len(margin)))
    outward = control[margin] - eye
    return Lid(margin, share, socket, outward / np.linalg.norm(outward, axis=1, keepdims=True))


def seat_lids(control: Points, lid: Lid, eye: Floats, radius: float, matrix: sparse.csr_matrix) -> Points:
    """Return control points whose subdivided lid margin rides on the eyeball, with the socket hidden inside it."""
    seated = control.copy()
    for _ in range(_ROUNDS):
        skin = matrix[: len(control)] @ seated
        needed = radius + LID_GAP_MM - np.linalg.norm(skin[lid.margin] - eye, axis=1)
        seated += lid.share @ (needed[:, None] * lid.outward)
        inside = seated[lid.socket] - eye
        length = np.linalg.norm(inside, axis=1, keepdims=True)
        seated[lid.socket] = eye + inside / length * np.minimum(length, radius - _BEHIND_LID_MM)
    return seated


def _nearer(graph: Graph, upper: Ints, lower: Ints) -> Mask:
    """True for vertices that are fewer rings from the upper side of the seam than from the lower one."""
    sides = []
    for half in (upper, lower):
        mask = np.zeros(graph.count, bool)
        mask[half[1:-1]] = True
        sides.append(graph.steps(mask))
    above: Mask = sides[0] < sides[1]
    return above
