"""The skin of one face, linear in what the fit looks for: places on it follow identity, residual and expression."""

from typing import Any

import numpy as np

from clinic.case import Floats, Ints, Points, Topology
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import LinearPoints


def from_control(topology: Topology, triangle: Ints, weights: Floats) -> Any:
    """Return the sparse (s, c) matrix from control vertices to spots: triangle (s,), barycentric weights (s, 3)."""
    from scipy.sparse import csr_matrix

    corners = topology.triangles[triangle]
    rows = np.repeat(np.arange(len(triangle)), 3)
    on_mesh = csr_matrix((weights.ravel(), (rows, corners.ravel())), (len(triangle), len(topology.uv)))
    subdivision = csr_matrix(
        (topology.subdivision_weights, topology.subdivision_indices, topology.subdivision_indptr),
        (len(topology.uv), len(topology.control_mirror)),
    )
    return on_mesh @ subdivision


class Skin:
    """The skin near one face; the residual lifts it along that face's normals."""

    def __init__(self, space: FaceSpace, identity: Floats, lifts_mm: Floats) -> None:
        """Prepare the columns of all unknowns. identity: (k,). lifts_mm: (r, c) modes of the residual."""
        normals = space.control(identity, residual=np.ones(len(space.mean))) - space.control(identity)
        lifts = normals[:, :, None] * lifts_mm.T[:, None, :]
        self._space = space
        self._shapes = np.concatenate([space.modes.transpose(1, 2, 0), lifts], axis=2)  # (c, 3, k + r)
        self._expressions = space.expressions.transpose(1, 2, 0)

    def places(self, triangle: Ints, weights: Floats) -> LinearPoints:
        """Return spots of the display mesh as functions of shape and expression."""
        place = from_control(self._space.topology, triangle, weights)
        return LinearPoints(place @ self._space.mean, _carried(place, self._shapes), _carried(place, self._expressions))

    @property
    def control_shapes(self) -> Floats:
        """(c, 3, k + r) how the control vertices follow the shape."""
        return self._shapes


def _carried(place: Any, columns: Floats) -> Floats:
    rows = place @ columns.reshape(len(columns), -1)
    return np.asarray(rows.reshape(place.shape[0], 3, -1))


def tangents(points: Points, topology: Topology, triangle: Ints) -> Floats:
    """Return (s, 3, 2) two unit directions along the triangles' planes; points: (n, 3)."""
    a, b, c = (points[topology.triangles[triangle, k]] for k in range(3))
    along = (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)
    normal = np.cross(b - a, c - a)
    across = np.cross(normal, along)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    return np.stack([along, across], axis=2)
