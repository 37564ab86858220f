"""Lays the control mesh onto the scan-derived mean head, so that everything of that model can be carried over.

First the modes of the artists' head and a rigid motion, then each control vertex on its own, ever more softly: display
vertices are drawn to the nearest skin that faces the same way, lids and lips to the loops that mean the same.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu
from scipy.spatial.transform import Rotation

from clinic.case import Floats, Mask, Points
from clinic.geometry.nearest import Surface
from clinic.reconstruction.training.ict import Ict
from clinic.reconstruction.training.mean_head import Frame
from clinic.reconstruction.training.openings import outer_triangles
from clinic.reconstruction.training.pins import PinBoard
from clinic.reconstruction.training.template import normals

LEAST_COSINE = 0.5  # skin that faces more than 60° away is another skin
_SOFTENING = (60.0, 30.0, 15.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.3, 0.3)  # cost of bending, round by round
_TRIMS_MM = (14.0, 10.0, 8.0, 6.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0)  # skin further away is another skin
_ROUNDS_OF_MODES, _TRIM_OF_MODES_MM, _SKIN_OF_MODES = 8, 12.0, 0.3
_MODE_COST = 3.0
_SLIDING = 0.1  # weight of the place along the skin, against the skin itself
_HALF_TRUST_MM = 2.0
_EASED_RINGS, _EASED_ROUNDS = 2, 4


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """control: (c, 3) mm on the model's mean (v, 3). rotation: (3, 3), rows of the model's fields to that frame."""

    control: Points
    mean: Points
    rotation: Floats


def register(frame: Frame, control: Points, landmarks: dict[str, int], modes: Points, model: Ict) -> Registered:
    """Return our control mesh on the model's mean, in the frame of our head.

    landmarks: display vertices of our head. modes: (k, c, 3) mm, one standard deviation each, its symmetric ones.
    """
    board = PinBoard(frame, landmarks, control, model)
    rotation, translation = rigid(board.landmark_goals, (frame.subdivision.matrix @ control)[board.landmarks])
    model = replace(model, mean=model.mean @ rotation + translation)
    target = _Target(frame, model, PinBoard(frame, landmarks, control, model))
    return Registered(_eased(frame, target.freely(target.by_modes(control, modes))), model.mean, rotation)


class _Target:
    """What the control mesh is drawn to."""

    def __init__(self, frame: Frame, model: Ict, board: PinBoard) -> None:
        self.frame, self.board = frame, board
        self.surface = Surface(model.mean, model.triangles, outer_triangles(model))

    def by_modes(self, control: Points, modes: Points) -> Points:
        """Return the head of the mesh's own modes, moved rigidly, that comes nearest."""
        weights, turn, shift = np.zeros(len(modes)), np.eye(3), np.zeros(3)
        cost = np.r_[np.full(len(modes), _MODE_COST**2), np.zeros(6)]
        for _ in range(_ROUNDS_OF_MODES):
            head = (control + np.tensordot(weights, modes, 1)) @ turn + shift
            fields = np.concatenate([modes @ turn, _rigid_motions(head)])
            rows, values = self._linear(head, fields)
            step = np.linalg.solve(rows.T @ rows + np.diag(cost), rows.T @ values - cost * np.r_[weights, np.zeros(6)])
            weights = weights + step[:-6]
            small = Rotation.from_rotvec(step[-3:]).as_matrix().T
            turn, shift = turn @ small, shift @ small + step[-6:-3]
        return (control + np.tensordot(weights, modes, 1)) @ turn + shift

    def freely(self, control: Points) -> Points:
        """Return the control mesh on the skin, bent as little as that allows, left and right alike."""
        start, mirror = control, self.frame.template.mirror
        for trim, bending in zip(_TRIMS_MM, _SOFTENING, strict=True):
            control = start + self._bent(start, control, trim, bending)
            control = (control + control[mirror] * (-1, 1, 1)) / 2
        return control

    def _linear(self, head: Points, fields: Points) -> tuple[Floats, Floats]:
        """Return rows (r, k) and values (r,) of a step along k fields towards skin and pins."""
        number, goal, facing, trust = self._drawn(head, _TRIM_OF_MODES_MM)
        matrix, pins = self.frame.subdivision.matrix, self.board.pins(head)
        moved = np.stack([matrix @ field for field in fields])[:, number]
        trust = trust * _SKIN_OF_MODES
        skin = np.einsum("knd,nd->nk", moved, facing) * trust[:, None]
        off = ((goal - (matrix @ head)[number]) * facing).sum(1) * trust
        pinned = np.stack([(pins.rows @ field) * pins.weight[:, None] for field in fields], -1)
        pull = (pins.goal - pins.rows @ head) * pins.weight[:, None]
        return np.vstack([skin, pinned.reshape(-1, len(fields))]), np.r_[off, pull.ravel()]

    def _drawn(self, control: Points, trim: float) -> tuple[Mask, Points, Points, Floats]:
        """Return display vertices that are drawn to the skin, (n,) their goals, its normals and how far to trust it."""
        skin = self.frame.subdivision.matrix @ control
        facing = normals(skin, self.frame.subdivision.triangles)
        outside = np.flatnonzero(self.frame.exterior)
        found = self.surface.nearest(skin[outside], facing[outside], LEAST_COSINE)
        away = np.linalg.norm(found.points - skin[outside], axis=1)
        kept = (away < trim) & ((found.normals * facing[outside]).sum(1) > LEAST_COSINE)
        return outside[kept], found.points[kept], found.normals[kept], 1 / (1 + (away[kept] / _HALF_TRUST_MM) ** 2)

    def _bent(self, start: Points, control: Points, trim: float, bending: float) -> Points:
        """Return (c, 3) offsets from `start`: least squares of skin, pins and bending."""
        number, goal, facing, trust = self._drawn(control, trim)
        pins = self.board.pins(control)
        at = self.frame.subdivision.matrix[number]
        to_skin = sparse.hstack([sparse.diags(trust * axis) @ at for axis in facing.T])
        along = sparse.diags(_SLIDING * trust) @ at
        pinned = sparse.diags(pins.weight) @ pins.rows
        each = sparse.vstack([pinned, along, np.sqrt(bending) * self.frame.graph.bending])
        off = goal - at @ start
        pull = np.vstack([pins.weight[:, None] * (pins.goal - pins.rows @ start), _SLIDING * trust[:, None] * off])
        value = np.vstack([pull, np.zeros((len(start), 3))])
        system = sparse.csc_matrix(to_skin.T @ to_skin + sparse.block_diag([each.T @ each] * 3))
        right = to_skin.T @ (trust * (off * facing).sum(1)) + (each.T @ value).T.ravel()
        offsets: Points = splu(system).solve(right).reshape(3, -1).T
        return offsets


def _eased(frame: Frame, control: Points) -> Points:
    """Spread what crowds around the corners of the mouth, so that no needles are left for the simulation."""
    graph, marks = frame.graph, frame.marks
    corners = np.zeros(len(control), bool)
    seam = np.flatnonzero(marks.seam)
    corners[seam[[control[seam, 0].argmin(), control[seam, 0].argmax()]]] = True
    near = graph.grow(corners, _EASED_RINGS) & ~marks.seam & ~marks.mouth_bag
    eased = control.copy()
    for _ in range(_EASED_ROUNDS):
        eased[near] += (graph.bending @ eased)[near] / 2
    return eased


def rigid(theirs: Points, ours: Points) -> tuple[Floats, Floats]:
    """Return the rotation (of rows) and translation that bring points (k, 3) nearest to others."""
    left, _, right = np.linalg.svd((theirs - theirs.mean(0)).T @ (ours - ours.mean(0)))
    rotation = left @ np.diag([1, 1, np.sign(np.linalg.det(left @ right))]) @ right
    return rotation, ours.mean(0) - theirs.mean(0) @ rotation


def _rigid_motions(points: Points) -> Points:
    moves = [np.broadcast_to(axis, points.shape) for axis in np.eye(3)]
    return np.stack([*moves, *(np.cross(axis, points) for axis in np.eye(3))])
