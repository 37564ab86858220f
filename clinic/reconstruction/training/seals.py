"""Keeps lips shut and lids on the eyeballs: corrections that are linear in the offsets, made once on the mean head."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from clinic.case import Floats, Ints, Mask, Points
from clinic.reconstruction.training.marks import Marks
from clinic.reconstruction.training.template import Graph, Template

LID_GAP_MM = 0.05  # lids ride this far off the eyeball
_LIP_RINGS, _LID_RINGS = 7, 5
_SEAM_PLACES, _SEAM_REACH, _CORNER_FADE_MM, _BAG_RINGS = 25, 0.96, 3.0, 5
_LIP_OVERLAP_MM = 0.15  # the seam is closed a little more than just so
_BEHIND_LID_MM = 1.0  # the inner side of the lids lies so far inside the eyeball, where nobody sees it
_ROUNDS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Lips:
    """The lip seam, read at places between the mouth corners.

    upper, lower: (places, c) read the two sides of the seam. spread: (c, places) signed share of vertices in closing.
    follow: (c, places) what the inner side of the lips takes from the seam; (c,) `own`: what it keeps of its own.
    """

    upper: sparse.csr_matrix
    lower: sparse.csr_matrix
    spread: sparse.csr_matrix
    follow: sparse.csr_matrix
    own: Floats

    def close(self, offsets: Points) -> Points:
        """Return offsets (c, 3) that leave facing points of the seam together, the mouth's inside moving along."""
        gap = (self.upper - self.lower) @ offsets * (0, 1, 1)
        closed = offsets + self.spread @ gap
        seam = (self.upper + self.lower) @ closed / 2
        followed: Points = self.own[:, None] * closed + self.follow @ seam
        return followed


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
    """Face the two sides of the seam by their place between the mouth corners."""
    halves = seam_halves(control, graph, marks)
    x = control[:, 0]
    corner = float(x[marks.seam].max())
    places = np.linspace(-1, 1, _SEAM_PLACES) * _SEAM_REACH * corner
    upper, lower = (_read(x[half], half, places, template.count) for half in halves)
    away = graph.steps(marks.seam)
    inner = marks.mouth_bag
    fade = np.clip((corner - np.abs(x)) / _CORNER_FADE_MM, 0, 1)
    weight = np.clip(1 - away / (_LIP_RINGS + 1), 0, 1) ** 2 * np.where(_nearer(graph, *halves), -0.5, 0.5) * fade
    at_place = _read(places, np.arange(_SEAM_PLACES), np.clip(x, places[0], places[-1]), _SEAM_PLACES)
    follow = np.clip(1 - (away - 1) / (_BAG_RINGS + 1), 0, 1) * inner
    weight[inner] = 0
    return Lips(
        upper,
        lower,
        sparse.csr_matrix(sparse.diags(weight) @ at_place),
        sparse.csr_matrix(sparse.diags(follow) @ at_place),
        1 - follow,
    )


def _read(x: Floats, columns: NDArray[np.integer[Any]], places: Floats, count: int) -> sparse.csr_matrix:
    """Return (places, count): linear interpolation along x between columns."""
    order = np.argsort(x, kind="stable")
    x, columns = x[order], columns[order]
    right = np.clip(np.searchsorted(x, places), 1, len(x) - 1)
    part = np.clip((places - x[right - 1]) / np.maximum(x[right] - x[right - 1], 1e-9), 0, 1)
    rows = np.arange(len(places))
    entries = np.concatenate([1 - part, part]), (np.r_[rows, rows], columns[np.r_[right - 1, right]])
    return sparse.csr_matrix(entries, (len(places), count))


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
        gap = (lips.upper - lips.lower) @ skin[:, 2] + _LIP_OVERLAP_MM
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
