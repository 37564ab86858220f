"""Lays the face space onto a scan: rigidly and by its modes, then each control vertex on its own, ever more softly.

Point-to-plane against the nearest skin that faces the same way (Chen and Medioni 1991), with stiffness annealing
(Amberg et al. 2007): the bending that is allowed grows while the distance that is believed shrinks.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu
from scipy.spatial.transform import Rotation

from clinic.case import Floats, Points
from clinic.geometry import vertex_normals
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.scan import anatomy
from clinic.reconstruction.scan.target import Target
from clinic.reconstruction.surface import from_control

_TRIMS_OF_MODES_MM = (None, None, None, 15.0, 10.0, 8.0, 6.0, 5.0, 5.0, 5.0)  # None: landmarks alone
_SKIN_MM, _SPOTS = 1.5, 400.0  # how far modes miss the skin; how many independent spots of it a face has
_MARK_MM = 2.0  # how far the detector misses on a rendered scan, beside its own sigma
_BENDING = (60.0, 30.0, 15.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.05)
_TRIMS_MM = (10.0, 8.0, 6.0, 5.0, 4.0, 4.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0)
_MARKS_HOLD = 0.15  # weight of a landmark against skin in the first round; they give way as the skin takes over
_MARKS_STAY = 0.3  # share of that which is left at the end: lids and lips have no edge that the skin would show
_STIFF_ASIDE = 2.0  # least cost of bending along the skin, where the scan says nothing
_SHUT, _FOLDED = 5.0, 1.0  # weights that keep lips, and the folds at their corners, together
_ALONG = 0.05  # weight of the place along the skin, against the skin itself
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
        progress.report(0.3 * number / len(_TRIMS_OF_MODES_MM), "Laying the face onto the scan")
        fit.step(here, trim)
    rotation, translation = fit.to_space
    there = target(points @ rotation.T + translation)
    control = _freely(there, space, fit.identity, marks @ rotation.T + translation, progress.part(0.3, 1.0))
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
        """The landmarks, all three coordinates; together they count as a tenth of so many independent points."""
        now = self._mark_rows @ control
        fields = np.concatenate([self._mark_fields @ self._turn.T, _rigid(now)])
        off = self._marks - now
        away = np.linalg.norm(off, axis=1)
        weight = trust * self._mark_weight * np.sqrt(0.2 / (1 + (away / 8.0) ** 2))
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


def _freely(target: Target, space: FaceSpace, identity: Floats, marks: Points, progress: Progress) -> Points:
    """Return the control mesh on the scan, bent away from the face of the space as little as that allows."""
    bend = _Bend(space, space.control(identity), marks)
    control = bend.start
    for number, (softness, trim) in enumerate(zip(_BENDING, _TRIMS_MM, strict=True)):
        progress.report(number / len(_BENDING), "Bending the face to the scan")
        control = bend.towards(target, control, softness, trim)
    return control


class _Bend:
    """The linear system of one round: skin, landmarks, bending, and lips that stay shut."""

    def __init__(self, space: FaceSpace, start: Points, marks: Points) -> None:
        self.start, self._topology = start, space.topology
        self._asked, self._subdivision = anatomy.exterior(space.topology), anatomy.subdivision(space.topology)
        known = np.flatnonzero(np.isfinite(marks[:, 0]) & np.isfinite(space.landmarks_478_sigma))
        sure = sparse.csr_matrix(sparse.diags(1 / np.hypot(space.landmarks_478_sigma[known], 1.0)))
        at = from_control(space.topology, space.landmarks_478.triangle[known], space.landmarks_478.weights[known])
        self._pins, self._pulled = sure @ at, sure @ (marks[known] - at @ start)
        bending = anatomy.bending(space.topology)
        inside = sparse.diags(anatomy.stiffness(space)) @ bending
        self._inside = sparse.block_diag([inside] * 3)
        self._heard = anatomy.away_from_openings(space)
        together = sparse.vstack([_SHUT * anatomy.lips_apart(space), _FOLDED * anatomy.folds_apart(space)])
        self._still = sparse.vstack([together, 1e-3 * sparse.identity(len(start))])
        self._bending = sparse.block_diag([bending] * 3)
        self._aside = sparse.vstack([
            sparse.hstack([sparse.diags(axis) @ bending for axis in way.T]) for way in _tangents(space, start)
        ])  # fmt: skip

    def towards(self, target: Target, control: Points, softness: float, trim_mm: float) -> Points:
        """Return the control mesh one round nearer to the skin."""
        topology, start = self._topology, self.start
        skin = topology.subdivide(control)
        drawn = target.drawn(skin, vertex_normals(skin, topology.triangles), self._asked, trim_mm)
        trust = self._heard[drawn.vertex] / (1 + (drawn.away / _HALF_TRUST_MM) ** 2)
        at = self._subdivision[drawn.vertex]
        off = drawn.goal - at @ start
        to_skin = sparse.hstack([sparse.diags(trust * axis) @ at for axis in drawn.normal.T])
        hold = max(softness / _BENDING[0], _MARKS_STAY) * _MARKS_HOLD
        each = sparse.vstack([hold * self._pins, _ALONG * sparse.diags(trust) @ at, self._still])
        rest = np.zeros((self._still.shape[0], 3))
        pull = np.vstack([hold * self._pulled, _ALONG * trust[:, None] * off, rest])
        stiff = max(softness, _STIFF_ASIDE)
        system = to_skin.T @ to_skin + sparse.block_diag([each.T @ each] * 3)
        system = system + softness * self._bending.T @ self._bending + stiff * self._aside.T @ self._aside
        system = system + self._inside.T @ self._inside
        right = to_skin.T @ (trust * (off * drawn.normal).sum(axis=1)) + (each.T @ pull).T.ravel()
        moved: Points = start + splu(sparse.csc_matrix(system)).solve(right).reshape(3, -1).T
        return moved


def _tangents(space: FaceSpace, control: Points) -> tuple[Points, Points]:
    """Return two (c, 3) unit directions along the skin at each control vertex."""
    lifted = space.control(np.zeros(0), residual=np.ones(len(control))) - space.mean
    normal = lifted / np.maximum(np.linalg.norm(lifted, axis=1, keepdims=True), 1e-12)
    other = np.where(np.abs(normal[:, :1]) < 0.7, (1.0, 0, 0), (0, 1.0, 0))
    along = np.cross(normal, other)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
    return along, np.cross(normal, along)


def _rigid(points: Points) -> Points:
    """Return (6, n, 3) the moves of points by three shifts and three turns."""
    moves = [np.broadcast_to(axis, points.shape) for axis in np.eye(3)]
    return np.stack([*moves, *(np.cross(axis, points) for axis in np.eye(3))])
