"""Where the detector's points lie on a face: linear functions of identity and expression."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from clinic.case import Floats, Ints, Points
from clinic.geometry import vertex_normals
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import LinearPoints, MarkerModel
from clinic.reconstruction.landmarks import IRISES
from clinic.reconstruction.surface import from_control

# The detector errs by about 2 mm, on neighbouring points alike and on one face alike in every photo: as a smooth field
# over the face (drift), by as much as its points spread over many heads, and along the skin more than across it. In
# one photo it errs as another, wider field (slip). What is left is noise.
_DRIFT_LENGTH_MM, _DRIFT_ACROSS = 20.0, 0.4
_SLIP_LENGTH_MM, _SLIP_MM = 35.0, 1.0
# The hair of brows sits higher or lower above the eyes from person to person.
_BROWS = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46, 336, 296, 334, 293, 300, 276, 283, 282, 295, 285)
_BROW_MM = 3.0
_FIELDS = 0.95  # how much of the fields' variance is kept
_NOISE_MM = 0.8
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
    """model: how they follow the face. used: (l,) which of the 478. sigma_mm: (l,) noise of each by itself.

    normals: (l, 3) of the mean face.
    """

    model: MarkerModel
    used: Ints
    sigma_mm: Floats
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
    spread = np.where(
        np.isin(used, _BROWS), np.hypot(space.landmarks_478_sigma[used], _BROW_MM), space.landmarks_478_sigma[used]
    )
    normals = _normals(space, used)
    model = MarkerModel(
        points=points,
        pairs=np.array(pairs, np.int32).reshape(-1, 2),
        spread=np.array([_TRAIT_LIKE.get(name, _SPREAD) for name in space.expression_names]),
        drift=_drift(points.mean, normals, spread),
        slip=_SLIP_MM * _fields(points.mean, _SLIP_LENGTH_MM),
    )
    return Markers(model, used, np.full(len(used), _NOISE_MM), normals, space.expression_names)


def _drift(points: Points, normals: Points, spread: Floats) -> Floats:
    """Return (l, 3, d) mm: smooth fields along each axis, mostly along the skin."""
    fields = _fields(points, _DRIFT_LENGTH_MM)
    along = np.eye(3) - (1 - _DRIFT_ACROSS) * normals[:, :, None] * normals[:, None, :]
    drift: Floats = spread[:, None, None, None] * along[:, :, :, None] * fields[:, None, None, :]
    return drift.reshape(len(points), 3, -1)


def _fields(points: Points, length_mm: float) -> Floats:
    """Return (l, d) the principal fields of a Gaussian process over the points, one standard deviation each."""
    squared = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    values, vectors = np.linalg.eigh(np.exp(-squared / (2 * length_mm**2)))
    values, vectors = values[::-1], vectors[:, ::-1]
    count = int(np.searchsorted(np.cumsum(values), _FIELDS * values.sum())) + 1
    return np.asarray(vectors[:, :count] * np.sqrt(values[:count]))


def _normals(space: FaceSpace, used: Ints) -> Points:
    topology, marks = space.topology, space.landmarks_478
    normals = vertex_normals(topology.subdivide(space.mean), topology.triangles)
    at = np.einsum("lk,lkd->ld", marks.weights[used], normals[topology.triangles[marks.triangle[used]]])
    return np.asarray(at / np.linalg.norm(at, axis=1, keepdims=True))
