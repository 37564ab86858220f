"""Lays the face space onto a scan: rigidly and by its modes, then each control vertex on its own.

Point-to-plane against the nearest skin that faces the same way (Chen and Medioni 1991).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from clinic.case import Floats, Points
from clinic.geometry import vertex_normals
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.scan import anatomy
from clinic.reconstruction.scan.bend import bent
from clinic.reconstruction.scan.target import Target
from clinic.reconstruction.surface import from_control
from clinic.words import say

_TRIMS_OF_MODES_MM = (None, None, None, 15.0, 10.0, 8.0, 6.0, 5.0, 5.0, 5.0)  # None: landmarks alone
_SKIN_MM, _SPOTS = 1.5, 400.0  # how far modes miss the skin; how many independent spots of it a face has
_MARK_MM = 2.0  # how far the detector misses on a rendered scan, beside its own sigma
_MARK_SHARE, _MARK_HALF_MM = 0.2, 8.0  # how much of a mark is its own; at what distance it counts half
_HALF_TRUST_MM = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """control: (c, 3) in face space, on the scan. identity: (k,) the nearest face of the space.

    rotation (3, 3), translation (3,): from where the scan was handed in to face space.
    """

    control: Points
    identity: Floats
    rotation: Floats
    translation: Floats


def register(
    points: Points,
    marks: Points,
    target: Callable[[Points], Target],
    space: FaceSpace,
    progress: Progress,
) -> Registered:
    """Return the face space laid onto a scan.

    points: (n, 3) mm of the scan, near face space. marks: (478, 3) the detector's points on it, NaN where unknown.
    target: makes what is drawn to from the points.
    """
    fit = _ModeFit(space, marks)
    here = target(points)
    for number, trim in enumerate(_TRIMS_OF_MODES_MM):
        progress.report(0.3 * number / len(_TRIMS_OF_MODES_MM), say("Laying the face onto the scan"))
        fit.step(here, trim)
    rotation, translation = fit.to_space
    there = target(points @ rotation.T + translation)
    control = bent(there, space, fit.identity, marks @ rotation.T + translation, progress.part(0.3, 1.0))
    return Registered(control, fit.identity, rotation, translation)


class _ModeFit:
    """A face of the space, moved rigidly, on its way to the scan: p = turn · q + shift."""

    def __init__(self, space: FaceSpace, marks: Points) -> None:
        self._space, topology = space, space.topology
        known = np.flatnonzero(np.isfinite(marks[:, 0]) & np.isfinite(space.landmarks_478_sigma))
        self._marks = marks[known]
        places = space.landmarks_478
        self._mark_rows = from_control(topology, places.triangle[known], places.weights[known])
        self._mark_weight = 1 / np.hypot(space.landmarks_478_sigma[known], _MARK_MM)
        scalp = topology.subdivide((topology.region("scalp") | topology.region("ears")).astype(float)[:, None])[:, 0]
        self._asked = anatomy.exterior(topology)[scalp[anatomy.exterior(topology)] < 0.01][::2]
        self._fields = np.stack([topology.subdivide(mode)[self._asked] for mode in space.modes])
        self._mark_fields = np.stack([self._mark_rows @ mode for mode in space.modes])
        self.identity = np.zeros(len(space.modes))
        self._turn, self._shift = np.eye(3), np.zeros(3)

    @property
    def to_space(self) -> tuple[Floats, Floats]:
        """Rotation and translation that take the scan to face space."""
        return self._turn.T, -self._turn.T @ self._shift

    def step(self, target: Target, trim_mm: float | None) -> None:
        """Improve by one linear step."""
        control = self._space.control(self.identity) @ self._turn.T + self._shift
        rows, values = self._at_marks(control, 1.0 if trim_mm is None else 0.3)
        if trim_mm is not None:
            skin, off = self._at_skin(control, target, trim_mm)
            rows, values = np.vstack([rows, skin]), np.r_[values, off]
        belief = np.r_[np.ones(len(self.identity)), np.zeros(6)]
        held = np.r_[self.identity, np.zeros(6)]
        step = np.linalg.solve(rows.T @ rows + np.diag(belief + 1e-9), rows.T @ values - belief * held)
        self.identity = self.identity + step[:-6]
        small = Rotation.from_rotvec(step[-3:]).as_matrix()
        self._turn, self._shift = small @ self._turn, small @ self._shift + step[-6:-3]

    def _at_marks(self, control: Points, trust: float) -> tuple[Floats, Floats]:
        """The landmarks, all three coordinates; neighbours err alike, so each counts as a part of one."""
        now = self._mark_rows @ control
        fields = np.concatenate([self._mark_fields @ self._turn.T, _rigid(now)])
        off = self._marks - now
        away = np.linalg.norm(off, axis=1)
        weight = trust * self._mark_weight * np.sqrt(_MARK_SHARE / (1 + (away / _MARK_HALF_MM) ** 2))
        return (fields * weight[:, None]).reshape(len(fields), -1).T, (off * weight[:, None]).ravel()

    def _at_skin(self, control: Points, target: Target, trim_mm: float) -> tuple[Floats, Floats]:
        topology = self._space.topology
        skin = topology.subdivide(control)
        drawn = target.drawn(skin, vertex_normals(skin, topology.triangles), self._asked, trim_mm)
        row = np.searchsorted(self._asked, drawn.vertex)
        fields = np.concatenate([self._fields[:, row] @ self._turn.T, _rigid(skin[drawn.vertex])])
        weight = np.sqrt(_SPOTS / max(len(row), 1)) / _SKIN_MM / (1 + (drawn.away / _HALF_TRUST_MM) ** 2)
        rows = np.einsum("knd,nd->nk", fields, drawn.normal) * weight[:, None]
        return rows, ((drawn.goal - skin[drawn.vertex]) * drawn.normal).sum(axis=1) * weight


def _rigid(points: Points) -> Points:
    """Return (6, n, 3) the moves of points by three shifts and three turns."""
    moves = [np.broadcast_to(axis, points.shape) for axis in np.eye(3)]
    return np.stack([*moves, *(np.cross(axis, points) for axis in np.eye(3))])
