"""The plain 478-landmark fit: what one gets from the detector's points and a face space without further thought.

A true perspective fit with EXIF's focal length, the same face space and prior, the detector's own expressions: maximum
a posteriori by Gauss–Newton, Student's t against outliers. All points count alike; nothing else of the picture is read.
Noise and trust in the expressions are a good compromise of a few that were tried on heads of this family. It shares no
line with the product's fit, so that it stays what it is.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from clinic.case import Floats, Ints, Photo, Points
from clinic.reconstruction.camera import FULL_FRAME_DIAGONAL_MM, first_pose, turn
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import BLENDSHAPE_NAMES, IRISES, Detection

_NOISE = 0.02  # of the width of the face
_WIDTH = (234, 454)
_EXPRESSION, _LOG_FOCAL = 0.05, 0.05  # standard deviations of the detected expressions and of EXIF
_NU = 4.0
_POSE_STEPS, _STEPS = 8, 25
_PORTRAIT = 1.5  # focal length over the longer side where EXIF names none


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """used: (l,) which of the 478. mean: (l, 3). shapes: (k + e, l, 3), identity, then expressions."""

    used: Ints
    mean: Points
    shapes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Guess:
    """weights: (k + e,). rotation (3, 3), translation (3,) mm, log_focal as in `case.Camera`."""

    weights: Floats
    rotation: Floats
    translation: Floats
    log_focal: float


def landmark_fit(photo: Photo, face: Detection, space: FaceSpace) -> Points:
    """Return the control vertices (c, 3) of the face, mm of the face space."""
    points = _points(space)
    count = len(space.modes)
    seen = face.points[points.used, :2] - (photo.width / 2, photo.height / 2)
    noise_px = _NOISE * float(np.linalg.norm(np.subtract(*face.points[list(_WIDTH), :2])))
    start = _start(photo, face, space, points, seen)
    believed = np.r_[start.weights, np.zeros(6), start.log_focal]
    firm = np.r_[np.ones(count), np.full(len(start.weights) - count, _EXPRESSION**-2), np.zeros(6), _LOG_FOCAL**-2]
    pose = np.r_[np.zeros(len(start.weights), bool), np.ones(6, bool), False]
    guess = start
    for step in range(_POSE_STEPS + _STEPS):
        residual, rows = _linearised(points, guess, seen)
        trust = (_NU + 2) / (_NU + (residual**2).sum(axis=1) / noise_px**2) / noise_px**2
        weighted = rows * trust[:, None, None]
        off = np.r_[guess.weights, np.zeros(6), guess.log_focal] - believed
        matrix = np.einsum("lak,lam->km", weighted, rows, optimize=True) + np.diag(firm)
        slope = np.einsum("lak,la->k", weighted, residual) + firm * off
        free = pose if step < _POSE_STEPS else np.ones_like(pose)
        change = np.zeros(len(free))
        change[free] = -np.linalg.solve(matrix[np.ix_(free, free)], slope[free])
        guess = _moved(guess, change, count)
    return space.control(guess.weights[:count])


@lru_cache(maxsize=2)
def _points(space: FaceSpace) -> _Points:
    used = np.flatnonzero(np.isfinite(space.landmarks_478_sigma[:IRISES])).astype(np.int32)
    marks, topology = space.landmarks_478, space.topology

    def on(control: Points) -> Points:
        return marks.on(topology.subdivide(control), topology.triangles)[used]

    fields = np.concatenate([space.modes, space.expressions])
    return _Points(used, on(space.mean), np.stack([on(field) for field in fields]))


def _start(photo: Photo, face: Detection, space: FaceSpace, points: _Points, seen: Floats) -> _Guess:
    detected = dict(zip(BLENDSHAPE_NAMES, face.blendshapes, strict=True))
    expression = [float(detected.get(name, 0.0)) for name in space.expression_names]
    weights = np.r_[np.zeros(len(space.modes)), expression]
    focal = _PORTRAIT * max(photo.width, photo.height)
    if photo.focal_35mm:
        focal = photo.focal_35mm * float(np.hypot(photo.width, photo.height)) / FULL_FRAME_DIAGONAL_MM
    placed = points.mean + np.tensordot(weights, points.shapes, 1)
    rotation, translation = first_pose(placed, seen, focal, np.zeros(2))
    return _Guess(weights, rotation, translation, float(np.log(focal)))


def _linearised(points: _Points, guess: _Guess, seen: Floats) -> tuple[Floats, Floats]:
    """Return (l, 2) px off and (l, 2, unknowns) its derivatives: weights, turn, shift, log focal length."""
    turned = (points.mean + np.tensordot(guess.weights, points.shapes, 1)) @ guess.rotation.T
    x, y, z = (turned + guess.translation).T
    focal = np.exp(guess.log_focal)
    plane = focal * np.stack([x / z, y / z], axis=1)
    by_point = np.zeros((len(x), 2, 3))
    by_point[:, 0, 0] = by_point[:, 1, 1] = focal / z
    by_point[:, :, 2] = -plane / z[:, None]
    by_shape = np.einsum("lij,klj->lik", by_point @ guess.rotation, points.shapes, optimize=True)
    by_turn = np.cross(turned[:, None, :], by_point)
    return plane - seen, np.concatenate([by_shape, by_turn, by_point, plane[:, :, None]], axis=2)


def _moved(guess: _Guess, change: Floats, identities: int) -> _Guess:
    count = len(guess.weights)
    weights = guess.weights + change[:count]
    weights[identities:] = np.clip(weights[identities:], 0.0, 1.0)
    turned = turn(change[count : count + 3]) @ guess.rotation
    shift = guess.translation + change[count + 3 : count + 6]
    return _Guess(weights, turned, shift, guess.log_focal + float(change[-1]))
