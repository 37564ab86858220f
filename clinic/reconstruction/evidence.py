"""Turns detected landmarks into what the fit sees: which points, how sure, in which direction."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from clinic.case import Embedding, Floats, Ints, Photo, Topology
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import LinearPoints, Observation
from clinic.reconstruction.landmarks import BLENDSHAPE_NAMES, COUNT, Detection

_NOISE = 0.015  # standard deviation of a detected point over the width of the face
_OPENING = 0.004  # the same for how far lids or lips are open
# 478 points of one network err together: they are worth this many independent ones.
_INDEPENDENT = 120
_ALONG = 3.0  # how much less an outline point says along the outline than across it
_WIDTH = (234, 454)
# Points around the face, in order; on a real face they mark an outline, not spots of skin.
_OVAL = """
10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377
152 148 176 149 150 136 172 58 132 93 234 127 162 21 54 103 67 109
"""
OVAL = np.array([int(number) for number in _OVAL.split()])
# Inner edges of the lips, then lids of the person's right and left eye: upper, lower.
_OPENINGS = """
13 14 82 87 312 317 81 178 311 402 80 88 310 318
159 145 158 153 160 144 157 154 161 163 386 374 385 380 387 373 384 381 388 390
"""
OPENINGS = np.array([int(number) for number in _OPENINGS.split()]).reshape(-1, 2)
# Expected error of a detected expression. Those that look like a trait of the face are held to what was detected.
_SPREAD = 0.10
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
    """The detectable points of a face space.

    points: how they follow identity and expression. used: (l,) which of the 478. sigma_mm: (l,) how sure their place on
    the mesh is. expression_names: names in the order of the expressions.
    """

    points: LinearPoints
    used: Ints
    sigma_mm: Floats
    expression_names: tuple[str, ...]


def markers(space: FaceSpace) -> Markers:
    """Return the markers of a face space; points that have no place on its mesh (infinite sigma) are left out."""
    used = np.flatnonzero(np.isfinite(space.landmarks_478_sigma)).astype(np.int32)
    place = _from_control(space.topology, space.landmarks_478, used)
    number = {int(index): row for row, index in enumerate(used)}
    pairs = [(number[a], number[b]) for a, b in OPENINGS.tolist() if a in number and b in number]
    spread = np.array([_TRAIT_LIKE.get(name, _SPREAD) for name in space.expression_names])
    points = LinearPoints(
        mean=place @ space.mean,
        modes=np.stack([place @ mode for mode in space.modes]),
        expressions=np.stack([place @ unit for unit in space.expressions]),
        pairs=np.array(pairs, np.int32).reshape(-1, 2),
        spread=spread,
    )
    return Markers(points, used, space.landmarks_478_sigma[used], space.expression_names)


def _from_control(topology: Topology, embedding: Embedding, used: Ints) -> Any:
    """Return the sparse (l, c) matrix from control vertices to embedded points."""
    from scipy.sparse import csr_matrix

    count = len(used)
    corners = topology.triangles[embedding.triangle[used]]
    on_mesh = csr_matrix(
        (embedding.weights[used].ravel(), (np.repeat(np.arange(count), 3), corners.ravel())),
        shape=(count, len(topology.uv)),
    )
    subdivision = csr_matrix(
        (topology.subdivision_weights, topology.subdivision_indices, topology.subdivision_indptr),
        shape=(len(topology.uv), len(topology.control_mirror)),
    )
    return on_mesh @ subdivision


def observe(photo: Photo, face: Detection, known: Markers, lens: int) -> Observation:
    """Return what one photo says about the markers."""
    width_px = float(np.linalg.norm(face.points[_WIDTH[0]] - face.points[_WIDTH[1]]))
    right, left = (int(np.flatnonzero(known.used == index)[0]) for index in _WIDTH)
    width_mm = float(np.linalg.norm(known.points.mean[right] - known.points.mean[left]))
    sigma_px = np.hypot(_NOISE * width_px, known.sigma_mm * width_px / width_mm)
    sigma_px *= np.sqrt(len(known.used) / _INDEPENDENT)
    whiten = np.eye(2) / sigma_px[:, None, None]
    whiten[np.isin(known.used, OVAL)] = _outline(face, known, sigma_px)
    return Observation(
        image=face.points[known.used, :2],
        whiten=whiten,
        pair_sigma_px=_OPENING * width_px,
        expression=_expression(face, known.expression_names),
        centre=np.array([photo.width / 2, photo.height / 2]),
        lens=lens,
    )


def _outline(face: Detection, known: Markers, sigma_px: Floats) -> Floats:
    """Return (o, 2, 2) whitening of the outline points, strict across the outline and slack along it."""
    ring = face.points[OVAL, :2]
    along = np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    across = np.stack([along[:, 1], -along[:, 0]], axis=1)
    slack = across[:, :, None] * across[:, None, :] + along[:, :, None] * along[:, None, :] / _ALONG
    by_point = np.zeros((COUNT, 2, 2))
    by_point[OVAL] = slack
    rows = np.isin(known.used, OVAL)
    whitened: Floats = by_point[known.used[rows]] / sigma_px[rows, None, None]
    return whitened


def _expression(face: Detection, names: tuple[str, ...]) -> Floats:
    """Return the detected weights in the order of the face space; what is never detected is 0."""
    detected = dict(zip(BLENDSHAPE_NAMES, face.blendshapes, strict=True))
    return np.array([float(np.clip(detected.get(name, 0.0), 0, 1)) for name in names])
