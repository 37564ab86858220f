"""Moved tissue brought back to the face: control vertices, display vertices, strain, gained volume."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import FaceModel, Floats, Ints, Load, Mask, Points, Simulation, SolverFigures, Triangles
from clinic.geometry import triangle_areas
from clinic.simulation.grading import subdivision
from clinic.simulation.lining import lining
from clinic.simulation.patch import Patch, graph_laplacian

MADE_BY = "simulation 2: four layers, neo-Hookean, averaged nodal pressure"
_SPRING = 1e-3  # how firmly control vertices hold together, against how firmly they follow the solved skin


class Skin:
    """The skin of one face, of which a patch is simulated."""

    def __init__(self, face: FaceModel, patch: Patch) -> None:
        self._face = face
        self.points = face.points
        inside = _inside(face, patch)
        self._simulated = subdivision(face.topology) @ inside.astype(np.float64) > 0.99
        self._moving: Ints = np.flatnonzero(inside & ~_around(patch, inside)).astype(np.int32)
        self._lining = lining(face, inside, self._moving)
        self._place = _on_patch(patch, self._moving)
        follow, springs = patch.from_control, _SPRING * _quad_laplacian(face)
        own, others = follow[:, self._moving], springs[self._moving]
        normal = own.T @ own + others[:, self._moving]
        self._factor = splu(normal.tocsc(), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
        behind = self._lining.vertices
        self._own = sp.csr_array(own.T)
        self._taken = sp.csr_array(own.T @ follow[:, behind] + others[:, behind])

    def control(self, moved: Floats) -> Floats:
        """Return the (c, k) displacement of the control vertices for one of the patch, (s, k).

        It is the one whose subdivision meets the patch best (least squares). Zero at the rim of the patch and beyond;
        what lies behind the openings follows (see `lining`).
        """
        carried = np.zeros((len(self._face.control), moved.shape[1]))
        behind = self._lining.follow @ moved[self._place]
        carried[self._moving] = self._factor.solve(self._own @ moved - self._taken @ behind)
        carried[self._lining.vertices] = self._lining.follow @ carried[self._moving]
        return carried

    def display(self, control: Points) -> Points:
        """Return the (n, 3) displacement of the display vertices."""
        return self._face.topology.subdivide(control)

    def simulation(self, moved: Points, loads: Sequence[Load], figures: SolverFigures, solved: bool) -> Simulation:
        """Return the outcome for a displacement of the patch, (s, 3)."""
        control = self.control(moved)
        display = self.display(control)
        return Simulation(
            displacement=display,
            control_displacement=control,
            strain=self.strain(display),
            loads=tuple(loads),
            figures=figures,
            solved=solved,
            made_from=(),  # whoever knows the case says from which face and plan
            made_by=MADE_BY,
        )

    def strain(self, display: Points) -> Floats:
        """Return (n,) the largest principal stretch of the skin − 1, averaged over the triangles at each vertex.

        Zero where skin is not simulated: how the lining of the openings follows is no mechanics.
        """
        triangles = self._face.topology.triangles
        area = triangle_areas(self.points, triangles)
        stretch = _largest_stretch(self.points, self.points + display, triangles) - 1.0
        corner, count = triangles.ravel(), len(self.points)
        summed = np.bincount(corner, np.repeat(area * stretch, 3), count)
        around = np.bincount(corner, np.repeat(area, 3), count)
        return np.where(self._simulated, summed / np.maximum(around, 1e-12), 0.0)


def _inside(face: FaceModel, patch: Patch) -> Mask:
    """Return the (c,) mask of the control vertices that are vertices of the patch."""
    inside = np.zeros(len(face.control), bool)
    inside[patch.display[patch.display < len(inside)]] = True
    return inside


def _around(patch: Patch, inside: Mask) -> Mask:
    """Return the (c,) mask of the control vertices at the rim of the patch."""
    around = np.zeros(len(inside), bool)
    around[patch.display[patch.rim & (patch.display < len(inside))]] = True
    return around


def _on_patch(patch: Patch, vertices: Ints) -> Ints:
    """Return the vertices of the patch that control vertices (m,) of it become."""
    order = np.argsort(patch.display)
    found: Ints = order[np.searchsorted(patch.display[order], vertices)].astype(np.int32)
    return found


def _quad_laplacian(face: FaceModel) -> sp.csr_array:
    quads = face.topology.control_quads
    edges = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    return graph_laplacian(edges, np.ones(len(edges)), len(face.control))


def _largest_stretch(before: Points, after: Points, triangles: Triangles) -> Floats:
    """Return (m,) the larger singular value of each triangle's in-plane deformation; 1 where it has no area."""
    old, new = _metric(before, triangles), _metric(after, triangles)
    (a, b, c), (d, e, f) = old, new
    determinant = a * c - b * b
    flat = determinant <= 1e-12 * (a + c) ** 2
    safe = np.where(flat, 1.0, determinant)
    # eigenvalues of old⁻¹ new, by trace and determinant
    half_trace = (c * d - 2.0 * b * e + a * f) / safe / 2.0
    product = (d * f - e * e) / safe
    largest = half_trace + np.sqrt(np.maximum(half_trace**2 - product, 0.0))
    return np.where(flat, 1.0, np.sqrt(np.maximum(largest, 0.0)))


def _metric(points: Points, triangles: Triangles) -> tuple[Floats, Floats, Floats]:
    """Return the dot products of the two edges that span each triangle: 11, 12, 22."""
    one = points[triangles[:, 1]] - points[triangles[:, 0]]
    two = points[triangles[:, 2]] - points[triangles[:, 0]]
    return tuple(np.einsum("ij,ij->i", x, y) for x, y in ((one, one), (one, two), (two, two)))
