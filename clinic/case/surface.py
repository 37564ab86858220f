"""The connectivity that every face shares."""

from dataclasses import dataclass

import numpy as np

from clinic.case.arrays import Floats, Ints, Mask, Points, Triangles, freeze


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """Named points fixed to a triangulated surface.

    names: one per point, unique. triangle: (n,) triangle number. weights: (n, 3) barycentric.
    """

    names: tuple[str, ...]
    triangle: Ints
    weights: Floats

    def __post_init__(self) -> None:
        n = len(self.names)
        freeze(self, triangle=(np.int32, n), weights=(np.float64, n, 3))

    def on(self, points: Points, triangles: Triangles) -> Points:
        """Return the (n, 3) positions on a surface."""
        placed: Points = np.einsum("nk,nkd->nd", self.weights, points[triangles[self.triangle]])
        return placed


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """How the skin hangs together: a coarse control mesh and the display mesh that is its Catmull–Clark subdivision.

    The control mesh carries shape and mechanics (c vertices, quads), the display mesh is what is drawn, measured and
    exported (n vertices, m triangles): display = S · control, S given as the three CSR arrays.

    control_quads: (q, 4). triangles: (m, 3). uv: (n, 2) in [0, 1], v upwards, no seam. mirror: (n,) and
    control_mirror: (c,) the vertex on the other side (itself on the midline).
    region_names and regions: (r, c) bool over control vertices. Always present: `face` (the exterior skin that is
    simulated: brow to under the chin and ear to ear, without lid and lip inner sides), `nose`, `upper_lip`,
    `lower_lip`, `lids`, `chin`, `cheek_r`, `cheek_l`, `forehead`, `ears`, `neck`, `scalp` (under the surgical cap) and
    `interior` (mouth bag, nostrils, eye sockets).
    landmarks: anthropometric points on the display mesh.
    """

    name: str
    control_quads: Ints
    triangles: Triangles
    subdivision_indptr: Ints
    subdivision_indices: Ints
    subdivision_weights: Floats
    uv: Floats
    mirror: Ints
    control_mirror: Ints
    region_names: tuple[str, ...]
    regions: Mask
    landmarks: Embedding

    def __post_init__(self) -> None:
        freeze(
            self,
            control_quads=(np.int32, -1, 4),
            triangles=(np.int32, -1, 3),
            subdivision_indptr=(np.int32, -1),
            subdivision_indices=(np.int32, -1),
            subdivision_weights=(np.float64, -1),
            uv=(np.float64, -1, 2),
            mirror=(np.int32, -1),
            control_mirror=(np.int32, -1),
            regions=(np.bool_, len(self.region_names), -1),
        )

    def region(self, name: str) -> Mask:
        """Return the (c,) mask of a region over control vertices. Raises ValueError for an unknown name."""
        found: Mask = self.regions[self.region_names.index(name)]
        return found

    def landmarks_on(self, control: Points) -> dict[str, Points]:
        """Return the named landmarks of the face with these control vertices (c, 3), each (3,) mm.

        Only the few display vertices that carry a landmark are made: whoever drags a slider asks this all the time.
        """
        corners = self.triangles[self.landmarks.triangle].ravel()
        first, many = self.subdivision_indptr[corners], np.diff(self.subdivision_indptr)[corners]
        begin = np.cumsum(many) - many
        rows = np.repeat(first - begin, many) + np.arange(many.sum())
        gathered = self.subdivision_weights[rows, None] * control[self.subdivision_indices[rows]]
        skin = np.add.reduceat(gathered, begin).reshape(-1, 3, 3)
        placed = np.einsum("nk,nkd->nd", self.landmarks.weights, skin)
        return dict(zip(self.landmarks.names, placed, strict=True))

    def subdivide(self, control: Floats) -> Floats:
        """Carry (c, k) values of the control vertices to the (n, k) display vertices."""
        gathered = self.subdivision_weights[:, None] * control[self.subdivision_indices]
        carried: Floats = np.add.reduceat(gathered, self.subdivision_indptr[:-1], axis=0)
        return carried
