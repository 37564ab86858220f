"""Where soft tissue ends: a line from each skin vertex inwards to bone, cartilage, teeth or globe."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import FaceModel, Floats, Mask, Points
from clinic.case.arrays import freeze
from clinic.geometry import triangle_normals, vertex_normals
from clinic.simulation.depth import stack
from clinic.simulation.patch import Patch
from clinic.simulation.tissue import layer_bounds

_SMOOTH_MM = 9.0  # normals are averaged over about this distance, so that neighbouring lines do not cross
_ROUNDS, _SMOOTHING_FROM, _SMOOTHING_ALL_FROM = 40, 8, 16
_SHALLOWER, _SHORTEST_SHARE, _THINNEST_MM = 0.93, 0.3, 0.8
_FLATTEST = 0.08  # least thickness of a layer over the longest edge of the skin there
_FACING = 0.25  # least cosine between a line and the normals around its foot


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The line under each skin vertex.

    patch: the skin. inwards: (s, 3) unit vectors. depth: (s,) mm. stack: (4, s) mm, layers by the tables.
    """

    patch: Patch
    inwards: Points
    depth: Floats
    stack: Floats

    def __post_init__(self) -> None:
        freeze(self, inwards=(np.float64, -1, 3), depth=(np.float64, -1), stack=(np.float64, -1, -1))

    @property
    def bounds(self) -> Floats:
        """(5, s): shares of the way from skin (0) to support (1) where layers meet."""
        edges = self.patch.edges
        length = np.linalg.norm(self.patch.points[edges[:, 0]] - self.patch.points[edges[:, 1]], axis=1)
        longest = np.zeros(len(self.depth))
        np.maximum.at(longest, edges.ravel(), np.repeat(length, 2))
        return layer_bounds(self.depth, self.stack, _FLATTEST * longest)


def columns(face: FaceModel, patch: Patch) -> Columns:
    """Return the lines by the published depths, along smoothed normals."""
    stiffness = patch.laplacian
    normals = vertex_normals(patch.points, patch.triangles)
    mass = np.asarray(abs(stiffness).sum(axis=1)).ravel() / 2
    spread = sp.diags_array(np.ones(len(mass))) + sp.diags_array(_SMOOTH_MM**2 / 4 / np.maximum(mass, 1e-9)) @ stiffness
    smooth = splu(spread.tocsc()).solve(normals)
    layers = stack(face, patch)
    return Columns(patch, -_unit(smooth), np.maximum(layers.sum(axis=0), _THINNEST_MM), layers)


def repaired(lines: Columns, bad: Callable[[Columns], Mask]) -> Columns:
    """Make lines near bad cells alike and shorter, then smooth the skin there; or give back the last try.

    Skin may lie in true folds (crease of the upper lid, corners of the mouth) under which no tissue fits: there the
    model's skin is smoothed out. Its points remain those of the same control vertices.
    """
    average, along_border = _averaging(lines.patch), _averaging(lines.patch, along_border=True)
    shortest = np.maximum(_SHORTEST_SHARE * lines.depth, _THINNEST_MM)
    for turn in range(_ROUNDS):
        marked = bad(lines)
        if not marked.any():
            break
        near = average @ (average @ marked.astype(np.float64)) > 0
        if turn >= _SMOOTHING_FROM:
            folded = average @ _turned_away(lines).astype(np.float64) > 0
            lines = _smoothed(lines, along_border, near & (folded | (marked & (turn >= _SMOOTHING_ALL_FROM))))
        depth = np.where(marked, np.maximum(_SHALLOWER * lines.depth, shortest), lines.depth)
        depth = np.where(near, 0.5 * (depth + average @ depth), depth)
        inwards = _unit(average @ (average @ lines.inwards))
        lines = replace(lines, depth=depth, inwards=np.where(near[:, None], inwards, lines.inwards))
    return lines


def _turned_away(lines: Columns) -> Mask:
    """Return the (s,) mask of the vertices of skin that its lines do not come out of."""
    patch = lines.patch
    normals = triangle_normals(patch.points, patch.triangles)
    cosine = -np.einsum("tcd,td->tc", lines.inwards[patch.triangles], normals)
    away = np.zeros(len(patch.points), bool)
    away[patch.triangles[cosine < _FACING]] = True
    return away


def _smoothed(lines: Columns, average: sp.csr_array, where: Mask) -> Columns:
    points = lines.patch.points
    smooth = np.where(where[:, None], 0.5 * (points + average @ points), points)
    return replace(lines, patch=replace(lines.patch, points=smooth))


def _averaging(patch: Patch, along_border: bool = False) -> sp.csr_array:
    """(s, s): the plain mean of a vertex and its neighbours.

    along_border: a vertex on a border takes only its neighbours on the border, so that openings do not shrink.
    """
    edges, border, itself = patch.edges, patch.border, np.arange(len(patch.points))
    row = np.concatenate([edges[:, 0], edges[:, 1], itself])
    column = np.concatenate([edges[:, 1], edges[:, 0], itself])
    kept = (~border[row] | border[column]) if along_border else np.ones(len(row), bool)
    near = sp.coo_array((np.ones(kept.sum()), (row[kept], column[kept])), shape=(len(border), len(border))).tocsr()
    return (sp.diags_array(1.0 / np.asarray(near.sum(axis=1)).ravel()) @ near).tocsr()


def _unit(vectors: Points) -> Points:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float64)
