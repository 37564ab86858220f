"""Where the detector's points lie on a face: linear functions of identity and expression."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from clinic.case import Embedding, Floats, Ints, Topology
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import LinearPoints
from clinic.reconstruction.landmarks import IRISES

# Noise of a detected point. The detector errs by about 2 mm, but on neighbouring points alike, and by more where its
# point has no firm place; both figures were the best of a few on rendered heads of another family.
_NOISE_MM = 2.75
_UNSURE_MM = 5.0
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
    """points: how they follow identity and expression. used: (l,) which of the 478. sigma_mm: (l,) their noise."""

    points: LinearPoints
    used: Ints
    sigma_mm: Floats
    expression_names: tuple[str, ...]


@cache
def markers(space: FaceSpace) -> Markers:
    """Return the markers at their average places on the mesh; points without one (infinite sigma) are left out."""
    used = np.flatnonzero(np.isfinite(space.landmarks_478_sigma[:IRISES])).astype(np.int32)
    place = _from_control(space.topology, space.landmarks_478, used)
    number = {int(index): row for row, index in enumerate(used)}
    pairs = [(number[a], number[b]) for a, b in OPENINGS.tolist() if a in number and b in number]
    points = LinearPoints(
        mean=place @ space.mean,
        modes=np.stack([place @ mode for mode in space.modes]),
        expressions=np.stack([place @ unit for unit in space.expressions]),
        pairs=np.array(pairs, np.int32).reshape(-1, 2),
        spread=np.array([_TRAIT_LIKE.get(name, _SPREAD) for name in space.expression_names]),
    )
    sigma_mm = _NOISE_MM * np.hypot(1.0, space.landmarks_478_sigma[used] / _UNSURE_MM)
    return Markers(points, used, sigma_mm, space.expression_names)


def _from_control(topology: Topology, embedding: Embedding, used: Ints) -> Any:
    """Return the sparse (l, c) matrix from control vertices to embedded points."""
    from scipy.sparse import csr_matrix

    corners = topology.triangles[embedding.triangle[used]]
    rows = np.repeat(np.arange(len(used)), 3)
    on_mesh = csr_matrix((embedding.weights[used].ravel(), (rows, corners.ravel())), (len(used), len(topology.uv)))
    subdivision = csr_matrix(
        (topology.subdivision_weights, topology.subdivision_indices, topology.subdivision_indptr),
        (len(topology.uv), len(topology.control_mirror)),
    )
    return on_mesh @ subdivision
