"""Where the detector's points lie on a face: linear functions of identity and expression.

Two ways to know: the place on the mesh where a point lies on an average face (`placed`), and what the detector was
seen to report on many faces of the face space (`learnt`, by `training.detector_response`). The second is better,
because the detector draws every face towards an average one; it belongs to one face space and is used with that alone.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from clinic import resources
from clinic.case import Embedding, Floats, Ints, Points, Topology
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import LinearPoints
from clinic.reconstruction.landmarks import IRISES

RESPONSE = "detector_response.npz"
_NOISE_MM = 2.1  # of a detected point: 1.5 % of the width of a face
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

    def moved(self, mean: Points, modes: Floats, expressions: Floats, sigma_mm: Floats) -> "Markers":
        """Return markers moved by (l, 3), (k, l, 3) and (e, l, 3) mm, with another noise."""
        old = self.points
        points = replace(old, mean=old.mean + mean, modes=old.modes + modes, expressions=old.expressions + expressions)
        return replace(self, points=points, sigma_mm=sigma_mm)

    def save(self, path: Path, space_sha256: str) -> None:
        """Write what was learnt, beside the digest of the face space that it belongs to."""
        single = {name: getattr(self.points, name).astype(np.float32) for name in ("mean", "modes", "expressions")} | {
            "sigma_mm": self.sigma_mm.astype(np.float32)
        }
        np.savez_compressed(path, space_sha256=space_sha256, used=self.used, **single)


@cache
def markers(space: FaceSpace) -> Markers:
    """Return the best markers there are for a face space."""
    known = placed(space)
    path = resources.folder("face_space") / RESPONSE
    if not path.is_file():
        return known
    with np.load(path, allow_pickle=False) as learnt:
        if str(learnt["space_sha256"]) != space.sha256 or not np.array_equal(learnt["used"], known.used):
            return known
        mean, modes, expressions, sigma = (
            learnt[name].astype(np.float64) for name in ("mean", "modes", "expressions", "sigma_mm")
        )
    return replace(known, points=replace(known.points, mean=mean, modes=modes, expressions=expressions), sigma_mm=sigma)


def placed(space: FaceSpace) -> Markers:
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
    return Markers(points, used, np.hypot(space.landmarks_478_sigma[used], _NOISE_MM), space.expression_names)


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
