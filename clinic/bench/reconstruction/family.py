"""The foreign family of heads beside our mesh: where it lies on the disk, and which of its skin is which of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinic.bench.reconstruction.studio.head import Kind
from clinic.case import Floats, Ints, Mask, Points
from clinic.geometry.nearest import Surface
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training.correspondence import Correspondence

FILE = "ict_head.npz"
_REGIONS: Mapping[str, tuple[str, ...]] = {
    "nose": ("nose",),
    "lips": ("upper_lip", "lower_lip"),
    "chin": ("chin",),
    "cheeks": ("cheek_r", "cheek_l"),
    "brow": ("forehead",),
}
REGIONS = tuple(_REGIONS)
# Lengths that clinics take, between landmarks of the narrow face.
LENGTHS = (
    ("endocanthion_r", "endocanthion_l"), ("exocanthion_r", "exocanthion_l"), ("alare_r", "alare_l"),
    ("cheilion_r", "cheilion_l"), ("nasion", "subnasale"), ("nasion", "pronasale"), ("subnasale", "pronasale"),
    ("subnasale", "gnathion"), ("nasion", "gnathion"), ("exocanthion_r", "cheilion_r"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """kind: the heads. same: where their face lies on our mesh. compared: (s,) their vertices that do.

    regions: (r, s) which of them lie in each region. marks: our named landmarks on their face: corners (k, 3) and
    weights (k, 3), in the order of the topology.
    """

    kind: Kind
    same: Correspondence
    compared: Ints
    regions: Mask
    marks: tuple[Ints, Floats]

    def true(self, head: Points) -> Points:
        """Return (s, 3) the points to compare on a head of the family."""
        return head[self.compared]

    def ours(self, space: FaceSpace, control: Points) -> Points:
        """Return (s, 3) the same points on a face of ours."""
        display = space.topology.subdivide(control)
        return self.same.on(display, space.topology.triangles)[self.compared]

    def carried(self, space: FaceSpace, values: Floats) -> Floats:
        """Return (s,) values of the display mesh at the points that are compared."""
        return _carried(space, self.same, self.compared, values)

    def landmarks(self, space: FaceSpace, head: Points) -> dict[str, Points]:
        """Return our named landmarks, each (3,) mm, on a head of the family."""
        corners, weights = self.marks
        placed = np.einsum("nk,nkd->nd", weights, head[corners])
        return dict(zip(space.topology.landmarks.names, placed, strict=True))


def default_folder() -> Path:
    """Return where shared data lie beside the project."""
    return Path(__file__).resolve().parents[4] / "shared" / "data"


def join(kind: Kind, space: FaceSpace, same: Correspondence) -> Family:
    """Bring heads and our mesh together."""
    compared = np.flatnonzero(same.skin[kind.ict.narrow]).astype(np.int32)
    return Family(kind, same, compared, _regions(space, same, compared), _marks(kind, space, same))


def lengths(placed: Mapping[str, Points]) -> Floats:
    """Return (l,) the clinical lengths between named landmarks, mm."""
    return np.array([np.linalg.norm(placed[a] - placed[b]) for a, b in LENGTHS])


def _carried(space: FaceSpace, same: Correspondence, chosen: Ints, values: Floats) -> Floats:
    corners = values[space.topology.triangles[same.triangle[chosen]]]
    carried: Floats = (same.weights[chosen] * corners).sum(axis=1)
    return carried


def _regions(space: FaceSpace, same: Correspondence, compared: Ints) -> Mask:
    topology = space.topology
    inside = []
    for parts in _REGIONS.values():
        control = np.any([topology.region(part) for part in parts], axis=0).astype(np.float64)
        inside.append(_carried(space, same, compared, topology.subdivide(control[:, None])[:, 0]) > 0.5)
    return np.array(inside)


def _marks(kind: Kind, space: FaceSpace, same: Correspondence) -> tuple[Ints, Floats]:
    """Find our landmarks on the family's mesh as it lies on our mean face."""
    topology = space.topology
    mean = topology.subdivide(space.mean)
    theirs = same.on(mean, topology.triangles)
    triangles = kind.ict.triangles
    known = triangles[(triangles < len(theirs)).all(axis=1)]
    known = known[same.skin[known].all(axis=1)]
    found = Surface(theirs, known).nearest(topology.landmarks.on(mean, topology.triangles))
    return known[found.triangle], found.weights
