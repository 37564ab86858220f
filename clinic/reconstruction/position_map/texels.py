"""Which texels of a position map are skin, and how vertices are read from between them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.sparse import csr_matrix

from clinic.case import Floats, Mask, Topology
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.texture.chart import chart


@dataclass(frozen=True, slots=True, eq=False)
class Texels:
    """m · m texels of maps, row 0 at v = 1.

    mean: (m · m, 3) mm. on_face: (m · m,) True on the exterior skin of the face. modes: (k, m · m, 3) mm.
    vertices: (n, m · m) reads values of the display vertices bilinearly.
    """

    mean: Floats
    on_face: Mask
    modes: Floats
    vertices: csr_matrix


@cache
def texels(space: FaceSpace, size: int) -> Texels:
    """Return the texels of maps of `size` × `size`."""
    topology = space.topology
    square = chart(topology, topology.subdivide(space.mean), size)
    raster = square.raster
    return Texels(
        mean=square.position.reshape(-1, 3).astype(float),
        on_face=((square.region("face") > 0.5) & raster.hit).ravel(),
        modes=np.stack(
            [raster.carry(topology.subdivide(mode), topology.triangles).reshape(-1, 3) for mode in space.modes]
        ),
        vertices=_bilinear(topology, size),
    )


def _bilinear(topology: Topology, size: int) -> csr_matrix:
    column = np.clip(topology.uv[:, 0] * size - 0.5, 0, size - 1)
    row = np.clip((1 - topology.uv[:, 1]) * size - 0.5, 0, size - 1)
    left, top = np.minimum(column.astype(int), size - 2), np.minimum(row.astype(int), size - 2)
    across, down = column - left, row - top
    weights = np.stack([(1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down], 1)
    first = top * size + left
    texel = np.stack([first, first + 1, first + size, first + size + 1], 1)
    vertex = np.repeat(np.arange(len(first)), 4)
    return csr_matrix((weights.ravel(), (vertex, texel.ravel())), shape=(len(first), size * size))
