"""Where the detector's points lie on a face: linear functions of identity and expression."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from clinic.case import Floats, Ints, Points
from clinic.geometry import vertex_normals
from clinic.reconstruction import detector_error
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import LinearPoints, MarkerModel
from clinic.reconstruction.landmarks import IRISES
from clinic.reconstruction.surface import from_control

# Inner edges of the lips, then lids of the person's right and left eye: upper, lower.
_OPENINGS = """
13 14 82 87 312 317 81 178 311 402 80 88 310 318
159 145 158 153 160 144 157 154 161 163 386 374 385 380 387 373 384 381 388 390
"""
OPENINGS = np.array([int(number) for number in _OPENINGS.split()]).reshape(-1, 2)
# Expected error of a detected expression. Those that look like a trait of the face are held to what was detected.
_SPREAD = 0.15
_TRAIT_LIKE = {
    "jawForward": 0.01,
    "jawLeft": 0.02,
    "jawRight": 0.02,
    "cheekPuff": 0.02,
    "mouthClose": 0.03,
    "tongueOut": 0.001,
}


@dataclass(frozen=True, slots=True, eq=False)
class Markers:
    """model: how they follow the face. used: (l,) which of the 478. normals: (l, 3) of the mean face.

    shapes: (q, k) of the shapes by which the detector errs, how much is in each mode of the face space.
    """

    model: MarkerModel
    used: Ints
    shapes: Floats
    normals: Points
    expression_names: tuple[str, ...]


@cache
def markers(space: FaceSpace) -> Markers:
    """Return the markers at their average places on the mesh; points without one (infinite sigma) are left out."""
    used = np.flatnonzero(np.isfinite(space.landmarks_478_sigma[:IRISES])).astype(np.int32)
    marks = space.landmarks_478
    place = from_control(space.topology, marks.triangle[used], marks.weights[used])
    number = {int(index): row for row, index in enumerate(used)}
    pairs = [(number[a], number[b]) for a, b in OPENINGS.tolist() if a in number and b in number]
    points = LinearPoints(
        mean=place @ space.mean,
        shapes=np.stack([place @ mode for mode in space.modes], axis=2),
        expressions=np.stack([place @ unit for unit in space.expressions], axis=2),
    )
    model = MarkerModel(
        points=points,
        pairs=np.array(pairs, np.int32).reshape(-1, 2),
        spread=np.array([_TRAIT_LIKE.get(name, _SPREAD) for name in space.expression_names]),
    )
    return Markers(model, used, _shapes(space), _normals(space, used), space.expression_names)


def _shapes(space: FaceSpace) -> Floats:
    """Return (q, k) how much of each shape by which the detector errs is in each mode."""
    marks, known = space.landmarks_478, detector_error.shapes()
    place = from_control(space.topology, marks.triangle, marks.weights)
    moved = np.stack([place @ mode for mode in space.modes], axis=2)
    return np.asarray(np.linalg.pinv(known.reshape(-1, known.shape[2])) @ moved.reshape(-1, moved.shape[2]))


def _normals(space: FaceSpace, used: Ints) -> Points:
    topology, marks = space.topology, space.landmarks_478
    normals = vertex_normals(topology.subdivide(space.mean), topology.triangles)
    at = np.einsum("lk,lkd->ld", marks.weights[used], normals[topology.triangles[marks.triangle[used]]])
    return np.asarray(at / np.linalg.norm(at, axis=1, keepdims=True))
