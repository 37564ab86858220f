"""Where soft tissue ends: a line from each skin vertex inwards to bone, cartilage, teeth or globe."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import FaceModel, Floats, Ints, Mask, Points
from clinic.case.arrays import freeze
from clinic.geometry import triangle_normals, vertex_normals
from clinic.simulation.depth import depth, stack, within_pinna
from clinic.simulation.patch import Patch
from clinic.simulation.shaping import quality, shaped
from clinic.simulation.tissue import layer_bounds

LEAST_QUALITY = 0.055  # of a cell, below which lines are repaired
_SHAPED_BELOW = 0.09  # lines at cells below that take part in a repair
_SMOOTH_MM, _SMOOTH_EAR_MM = 9.0, 2.0  # distance over which normals are averaged, so that neighbouring lines part
_FLATTEST = 0.08  # least thickness of a layer over the longest edge of the skin there
_SHIFT_ROUNDS = 12
_ROUNDS, _SMOOTHING_FROM, _SMOOTHING_ALL_FROM = 12, 2, 5
_SHORTER, _SHORTEST_SHARE, _LONGEST_SHARE, _THINNEST_MM = 0.85, 0.3, 1.5, 0.8
_FACING = 0.25  # least cosine between a line and the normals around its foot


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The line under each skin vertex.

    patch: the skin. lines: (s, 3) mm, from the skin to the support. shares: (5, s) of the way, where layers meet.
    """

    patch: Patch
    lines: Points
    shares: Floats

    def __post_init__(self) -> None:
        freeze(self, lines=(np.float64, -1, 3), shares=(np.float64, -1, -1))

    @property
    def points(self) -> Points:
        """The (p, 3) points where lines and layers meet, level by level."""
        return np.concatenate([self.patch.points + share[:, None] * self.lines for share in self.shares])


def columns(face: FaceModel, patch: Patch, shift_mm: float = 0.0) -> Columns:
    """Return the lines by the published depths or a CT, along smoothed normals.

    shift_mm: how much deeper soft tissue is than the tables say.
    """
    normals = vertex_normals(patch.points, patch.triangles)
    ears = (patch.from_control @ face.topology.region("ears").astype(np.float64))[:, None]
    inwards = -_unit(
        (1.0 - ears) * _smooth(patch, normals, _SMOOTH_MM) + ears * _smooth(patch, normals, _SMOOTH_EAR_MM)
    )
    layers = stack(face, patch)
    deep = within_pinna(face, patch, depth(face, patch, layers.sum(axis=0), shift_mm), normals)
    deep = np.maximum(deep, _THINNEST_MM)
    return Columns(patch, deep[:, None] * inwards, layer_bounds(deep, layers, _FLATTEST * _longest_edge(patch)))


def shifted(base: Columns, face: FaceModel, cells: Ints, shift_mm: float) -> Columns:
    """Return lines on the same skin for tissue that is deeper than the tables say, or less deep if negative.

    Where the shift would spoil cells it is taken back as far as needed.
    """
    before, after = columns(face, base.patch), columns(face, base.patch, shift_mm)
    ratio = _lengths(after.lines) / _lengths(before.lines)
    wanted = Columns(base.patch, base.lines * ratio[:, None], base.shares + after.shares - before.shares)
    average, taken = _averaging(base.patch), np.ones(len(ratio))
    for _ in range(_SHIFT_ROUNDS):
        lines = base.lines + taken[:, None] * (wanted.lines - base.lines)
        found = Columns(base.patch, lines, base.shares + taken * (wanted.shares - base.shares))
        spoilt = cells[quality(found.points, cells) < LEAST_QUALITY]
        if not len(spoilt):
            return found
        near = average @ (average @ _columns_of(spoilt, found).astype(np.float64)) > 0
        taken = np.where(near, 0.5 * taken, taken) * (taken > 0.1)
    return base


def repaired(lines: Columns, cells: Ints) -> Columns:
    """Shape lines until no cell is worse than LEAST_QUALITY, or give back the last try.

    Where cells are inverted, lines are made alike and shorter first. Skin may lie in true folds (crease of the upper
    lid, corners of the mouth) under which no tissue fits: there the model's skin is smoothed out. Its points remain
    those of the same vertices of the face.
    """
    average, along_border = _averaging(lines.patch), _averaging(lines.patch, along_border=True)
    table = _lengths(lines.lines)
    shortest, longest = np.maximum(_SHORTEST_SHARE * table, _THINNEST_MM), _LONGEST_SHARE * table
    for turn in range(_ROUNDS):
        shape = quality(lines.points, cells)
        if shape.min() >= LEAST_QUALITY:
            break
        marked = _columns_of(cells[shape < LEAST_QUALITY], lines)
        near = average @ (average @ marked.astype(np.float64)) > 0
        if turn >= _SMOOTHING_FROM:
            folded = average @ _turned_away(lines).astype(np.float64) > 0
            lines = _smoothed(lines, along_border, near & (folded | (marked & (turn >= _SMOOTHING_ALL_FROM))))
        lines = _alike_and_shorter(lines, cells, average, shortest)
        loose = _columns_of(cells[quality(lines.points, cells) < _SHAPED_BELOW], lines)
        loose = average @ (average @ loose.astype(np.float64)) > 0
        better = shaped(lines.patch.points, lines.lines, lines.shares, cells, loose)
        lines = replace(lines, lines=better * np.minimum(1.0, longest / _lengths(better))[:, None])
    return lines


def _alike_and_shorter(lines: Columns, cells: Ints, average: sp.csr_array, shortest: Floats) -> Columns:
    marked = _columns_of(cells[quality(lines.points, cells) < 0.0], lines)
    near = average @ (average @ marked.astype(np.float64)) > 0
    length = _lengths(lines.lines)
    shorter = np.where(marked, np.maximum(_SHORTER * length, np.minimum(shortest, length)), length)
    shorter = 0.5 * (shorter + average @ shorter)
    alike = shorter[:, None] * _unit(average @ (average @ lines.lines))
    return replace(lines, lines=np.where(near[:, None], alike, lines.lines))


def _columns_of(cells: Ints, lines: Columns) -> Mask:
    """Return the (s,) mask of the lines that cells touch."""
    touched = np.zeros(len(lines.lines), bool)
    touched[cells % len(touched)] = True
    return touched


def _turned_away(lines: Columns) -> Mask:
    """Return the (s,) mask of the vertices of skin that its lines do not come out of."""
    patch = lines.patch
    normals = triangle_normals(patch.points, patch.triangles)
    cosine = -np.einsum("tcd,td->tc", _unit(lines.lines)[patch.triangles], normals)
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


def _smooth(patch: Patch, values: Points, distance_mm: float) -> Points:
    """Return (s, 3) values averaged over about that distance."""
    stiffness = patch.laplacian
    mass = np.maximum(np.asarray(abs(stiffness).sum(axis=1)).ravel() / 2, 1e-9)
    spread = sp.eye_array(len(mass)) + sp.diags_array(distance_mm**2 / 4 / mass) @ stiffness
    return np.asarray(splu(spread.tocsc()).solve(values), dtype=np.float64)


def _longest_edge(patch: Patch) -> Floats:
    """Return (s,) mm."""
    edges = patch.edges
    longest = np.zeros(len(patch.points))
    np.maximum.at(longest, edges, np.linalg.norm(np.diff(patch.points[edges], axis=1), axis=2))
    return longest


def _lengths(vectors: Points) -> Floats:
    return np.asarray(np.linalg.norm(vectors, axis=1), dtype=np.float64)


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / np.maximum(_lengths(vectors)[:, None], 1e-12), dtype=np.float64)
