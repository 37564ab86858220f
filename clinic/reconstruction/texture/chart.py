"""What each texel of the uv square is: where on the face, what region, how large."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.case import Mask, Points, Topology
from clinic.case.arrays import freeze
from clinic.geometry.rasterise import Raster, rasterise_flat

Image = NDArray[np.float32]  # (rows, columns) or (rows, columns, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """The texture square of one face.

    raster: triangles over (size, size) texels. position: (size, size, 3) mm on the neutral face. mirror: (size, size,
    2) column and row of the texel on the other side. texel_mm: edge length of a texel on the skin, the mean of its two
    directions; longest_mm: of the direction in which it is stretched most; typical_mm: in the face.
    """

    topology: Topology
    raster: Raster
    position: Image
    mirror: Image
    texel_mm: Image
    longest_mm: Image
    typical_mm: float

    def __post_init__(self) -> None:
        freeze(self, position=(np.float32, -1, -1, 3), mirror=(np.float32, -1, -1, 2))
        freeze(self, texel_mm=(np.float32, -1, -1), longest_mm=(np.float32, -1, -1))

    @property
    def size(self) -> int:
        """Texels along an edge."""
        return int(self.raster.triangle.shape[0])

    @property
    def used(self) -> Mask:
        """(size, size): True where a texel lies on the mesh."""
        return self.raster.hit

    def region(self, *names: str) -> Image:
        """Return (size, size), 1 inside any of these regions, falling to 0 over an edge of the control mesh."""
        return self.spread(vertex_region(self.topology, *names))

    def spread(self, values: NDArray[np.float64]) -> Image:
        """Return (size, size) or (size, size, k): values (n,) or (n, k) of the vertices over the texels."""
        columns = values.reshape(len(values), -1)
        spread = self.raster.carry(columns, self.topology.triangles)
        return spread if values.ndim > 1 else spread[..., 0]


def chart(topology: Topology, neutral: Points, size: int) -> Chart:
    """Lay out the texels of a face with vertices `neutral` (n, 3)."""
    raster = rasterise_flat(topology.uv, topology.triangles, size)
    mirrored = topology.uv[topology.mirror]
    places = np.concatenate([neutral, mirrored[:, :1] * size, (1 - mirrored[:, 1:]) * size], axis=1)
    spread = raster.carry(places, topology.triangles)
    mean, longest = _texel_mm(topology, neutral, raster)
    face = raster.carry(vertex_region(topology, "face")[:, None], topology.triangles)[..., 0] > 0.5
    return Chart(topology, raster, spread[..., :3], spread[..., 3:], mean, longest, float(np.median(mean[face])))


def vertex_region(topology: Topology, *names: str) -> NDArray[np.float64]:
    """Return (n,) in 0…1, how far a display vertex lies inside any of these regions."""
    control = np.any([topology.region(name) for name in names], axis=0)
    return topology.subdivide(control[:, None].astype(np.float64))[:, 0]


def _texel_mm(topology: Topology, neutral: Points, raster: Raster) -> tuple[Image, Image]:
    """Return mean and longest edge of every texel: the singular values of the map from chart to skin."""
    corners, flat = neutral[topology.triangles], topology.uv[topology.triangles] * raster.triangle.shape[0]
    on_skin = np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]], axis=2)
    on_chart = np.stack([flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]], axis=2)
    sound = np.abs(np.linalg.det(on_chart)) > 1e-6
    stretch = np.ones((len(corners), 2))
    stretch[sound] = np.linalg.svd(on_skin[sound] @ np.linalg.inv(on_chart[sound]), compute_uv=False)
    each = np.stack([np.sqrt(stretch.prod(axis=1)), stretch[:, 0]]).astype(np.float32)
    mean, longest = np.where(raster.hit, each[:, raster.triangle], np.float32(1))
    return mean, longest
