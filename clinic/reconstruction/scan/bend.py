"""Bends the control mesh onto a scan, ever more softly.

Stiffness annealing (Amberg et al. 2007): the bending that is allowed grows while the distance that is believed shrinks.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from clinic.case import Floats, Points
from clinic.geometry import vertex_normals
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.scan import anatomy
from clinic.reconstruction.scan.target import Target
from clinic.reconstruction.surface import from_control
from clinic.words import say

_BENDING = (60.0, 25.0, 10.0, 4.0, 1.5, 0.5, 0.2, 0.05, 0.05)
_TRIMS_MM = (10.0, 8.0, 6.0, 5.0, 4.0, 3.0, 3.0, 3.0, 3.0)
_MARKS_HOLD = 0.15  # weight of a landmark against skin in the first round; they give way as the skin takes over
_MARKS_STAY = 0.3  # share of that which is left at the end: lids and lips have no edge that the skin would show
_STIFF_ASIDE = 2.0  # least cost of bending along the skin, where the scan says nothing
_SHUT, _FOLDED = 5.0, 1.0  # weights that keep lips, and the folds at their corners, together
_ALONG = 0.05  # weight of the place along the skin, against the skin itself
_HALF_TRUST_MM = 2.0
_HELD = 1e-3  # weight of not moving at all, for what nothing else holds


def bent(target: Target, space: FaceSpace, identity: Floats, marks: Points, progress: Progress) -> Points:
    """Return the control mesh on the scan, bent away from the face of the space as little as that allows."""
    bend = _Bend(space, space.control(identity), marks)
    control = bend.start
    for number, (softness, trim) in enumerate(zip(_BENDING, _TRIMS_MM, strict=True)):
        progress.report(number / len(_BENDING), say("Bending the face to the scan"))
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
        self._still = sparse.vstack([together, _HELD * sparse.identity(len(start))])
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
        # positive definite: no pivots are looked for, and the order suits the symmetric pattern
        factor = splu(
            sparse.csc_matrix(system), "MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )
        moved: Points = start + factor.solve(right).reshape(3, -1).T
        return moved


def _tangents(space: FaceSpace, control: Points) -> tuple[Points, Points]:
    """Return two (c, 3) unit directions along the skin at each control vertex."""
    lifted = space.control(np.zeros(0), residual=np.ones(len(control))) - space.mean
    normal = lifted / np.maximum(np.linalg.norm(lifted, axis=1, keepdims=True), 1e-12)
    other = np.where(np.abs(normal[:, :1]) < 0.7, (1.0, 0, 0), (0, 1.0, 0))
    along = np.cross(normal, other)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
    return along, np.cross(normal, along)
