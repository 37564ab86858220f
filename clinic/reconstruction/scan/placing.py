"""Where a surface lies in face space: turn, shift and size, from the detector's points on it."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Mask, Points
from clinic.reconstruction.face_space import FaceSpace

_ROUNDS, _HALF_TRUST = 8, 0.04  # robust: a point so far off, as share of the face's size, counts half
_LEAST_POINTS = 120


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """p = size · rotation · q + translation, q on the surface, p in face space (mm). off: misfit, share of the face."""

    size: float
    rotation: Floats
    translation: Floats
    off: float

    def place(self, points: Points) -> Points:
        """Return (n, 3) points in face space."""
        placed: Points = self.size * points @ self.rotation.T + self.translation
        return placed

    def shift_unscaled(self, points: Points, space: FaceSpace) -> Floats:
        """Return the (3,) translation that goes with the rotation where the surface is in mm and keeps its size."""
        used, ours = _known(points, space)
        shift: Floats = np.median(ours - points[used] @ self.rotation.T, axis=0)
        return shift


def similarity(points: Points, space: FaceSpace) -> Placing | None:
    """Return how the mean face lies on (478, 3) points, None if they are too few or mirror-wise."""
    used, ours = _known(points, space)
    return similarity_of(points[used], ours)


def similarity_of(theirs: Points, ours: Points) -> Placing | None:
    """Return what brings points (k, 3) nearest to others, None if they are too few or mirror-wise.

    Umeyama (1991), weighted anew in each round.
    """
    if len(ours) < _LEAST_POINTS:
        return None
    extent = float(np.sqrt(((ours - ours.mean(axis=0)) ** 2).sum(axis=1).mean()))
    weight = np.ones(len(ours))
    for _ in range(_ROUNDS):
        fitted = _umeyama(theirs, ours, weight / weight.sum())
        if fitted is None:
            return None
        size, rotation, translation = fitted
        off = np.linalg.norm(size * theirs @ rotation.T + translation - ours, axis=1) / extent
        weight = 1 / (1 + (off / _HALF_TRUST) ** 2)
    return Placing(size, rotation, translation, float(np.sqrt(np.median(off**2))))


def _known(points: Points, space: FaceSpace) -> tuple[Mask, Points]:
    """Return (478,) which points are known on both, and where the mean face has them."""
    used = np.isfinite(points[:, 0]) & np.isfinite(space.landmarks_478_sigma)
    mean = space.landmarks_478.on(space.topology.subdivide(space.mean), space.topology.triangles)
    return used, mean[used]


def _umeyama(theirs: Points, ours: Points, weight: Floats) -> tuple[float, Floats, Floats] | None:
    middle, goal = weight @ theirs, weight @ ours
    left, singular, right = np.linalg.svd((ours - goal).T @ ((theirs - middle) * weight[:, None]))
    if np.linalg.det(left @ right) < 0:
        return None
    rotation = left @ right
    size = float(singular.sum() / (weight @ ((theirs - middle) ** 2).sum(axis=1)))
    return size, rotation, goal - size * rotation @ middle
