"""Tetrahedra between skin and support: layered prisms under each skin triangle, each cut into three."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Ints, Mask, Points
from clinic.case.arrays import freeze
from clinic.errors import ClinicError
from clinic.geometry import triangle_areas, vertex_normals
from clinic.simulation.attachment import attachment
from clinic.simulation.patch import Patch, margins, skin_patch
from clinic.simulation.support import Columns, columns, repaired

# A cell may have a fifth of the volume that an upright prism gives it: lines converge under convex skin.
_MINIMUM_UPRIGHTNESS = 0.2
_SHAPELY = 0.06  # least quality of a cell that is taller than wide
_MARGIN_RINGS = 2
_ATTEMPTS, _MOST_LEFT_OUT = 6, 0.1  # of the simulated vertices


class CannotMesh(ClinicError):
    """The face is folded or so thin somewhere that no tissue fits under the skin."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The soft tissue could not be modelled: the skin is folded or has no thickness {where}. Nothing was "
            "simulated. Check the face there, or take the photos again with closed mouth and relaxed face."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """The soft tissue as tetrahedra.

    points: (p, 3) mm, level by level from the skin inwards, s per level. cells: (t, 4), positively oriented,
    layer by layer. layer: (t,) number in `tissue.LAYERS`. patch: the skin. inwards: (s, 3) unit normals of the support,
    away from the skin. gliding, free: (s,) points of the support that are held only along `inwards`, or not at all;
    never both.
    """

    patch: Patch
    points: Points
    cells: Ints
    layer: Ints
    inwards: Points
    gliding: Mask
    free: Mask

    def __post_init__(self) -> None:
        freeze(
            self,
            points=(np.float64, -1, 3),
            cells=(np.int32, -1, 4),
            layer=(np.int32, -1),
            inwards=(np.float64, -1, 3),
            gliding=(np.bool_, -1),
            free=(np.bool_, -1),
        )

    @property
    def skin(self) -> slice:
        """The points of the skin."""
        return slice(0, len(self.patch.points))

    @property
    def support(self) -> slice:
        """The points that lie on bone, cartilage, teeth or globe."""
        return slice(len(self.points) - len(self.patch.points), len(self.points))

    @property
    def min_quality(self) -> float:
        """6√2 · volume / (rms edge)³ of the worst cell: 1 is regular, 0 flat."""
        return float(quality(self.points, self.cells).min())

    @property
    def rim(self) -> Mask:
        """(p,) True under the outer rim of the skin, on all levels."""
        return np.tile(self.patch.rim, len(self.points) // len(self.patch.points))


def mesh(face: FaceModel) -> Volume:
    """Fill the space between the skin of a face and its support. Raises CannotMesh.

    The margins of lids, lips and nostrils, where skin turns inwards, are left out, and so is skin under which no tissue
    fits; both follow their neighbours later.
    """
    topology = face.topology
    without = margins(face, _MARGIN_RINGS)
    most = without.sum() + _MOST_LEFT_OUT * topology.region("face").sum()
    for _ in range(_ATTEMPTS):
        lines = repaired(columns(face, skin_patch(face, without)), _bad_columns)
        bad = np.zeros(len(without), bool)
        bad[lines.patch.control[_bad_columns(lines)]] = True
        if not bad.any():
            return _volume(face, lines)
        without |= bad | bad[topology.control_mirror]
        if without.sum() > most:
            break
    raise CannotMesh(_nearest_landmark(face, face.control[bad][0]))


def volumes(points: Points, cells: Ints) -> Floats:
    """Return (t,) signed volumes, mm³."""
    a, b, c, d = (points[cells[:, k]] for k in range(4))
    signed: Floats = np.einsum("ij,ij->i", b - a, np.cross(c - a, d - a)) / 6.0
    return signed


def quality(points: Points, cells: Ints) -> Floats:
    """Return (t,) 6√2 · volume / (rms edge)³: 1 for a regular cell, 0 for a flat one, negative where inverted."""
    pairs = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
    squares = np.mean([((points[cells[:, a]] - points[cells[:, b]]) ** 2).sum(axis=1) for a, b in pairs], axis=0)
    shape: Floats = 6.0 * np.sqrt(2.0) * volumes(points, cells) / squares**1.5
    return shape


def _volume(face: FaceModel, lines: Columns) -> Volume:
    points, cells = _fill(lines)
    patch, layers = lines.patch, len(lines.bounds) - 1
    hold = attachment(face, patch)
    inwards = -vertex_normals(points[-len(patch.points) :], patch.triangles)
    layer = np.repeat(np.arange(layers, dtype=np.int32), len(cells) // layers)
    return Volume(patch, points, cells, layer, inwards, hold.gliding, hold.free)


def _fill(lines: Columns) -> tuple[Points, Ints]:
    """Return points, level by level, and cells, layer by layer."""
    patch, bounds = lines.patch, lines.bounds
    count = len(patch.points)
    points = np.concatenate([patch.points + (share * lines.depth)[:, None] * lines.inwards for share in bounds])
    prism = _three_tetrahedra(patch)
    return points, np.concatenate([prism + level * count for level in range(len(bounds) - 1)])


def _three_tetrahedra(patch: Patch) -> Ints:
    """Cut the prism under each triangle by ascending order, so that neighbours agree on every shared diagonal."""
    count = len(patch.points)
    ranked = np.argsort(patch.order[patch.triangles], axis=1, kind="stable")
    a, b, c = np.take_along_axis(patch.triangles, ranked, axis=1).T
    even = np.linalg.det(np.eye(3)[ranked]) > 0
    deep_a, deep_b, deep_c = a + count, b + count, c + count
    three = ((a, b, c, deep_c), (a, b, deep_c, deep_b), (a, deep_a, deep_b, deep_c))
    cells = np.concatenate([np.stack(corners, axis=1) for corners in three])
    flip = np.tile(even, 3)
    cells[flip] = cells[flip][:, [0, 2, 1, 3]]
    return cells.astype(np.int32)


def _bad_columns(lines: Columns) -> Mask:
    """Return the (s,) mask of the lines at a cell that is inverted or much thinner than its place in the stack."""
    (points, cells), patch = _fill(lines), lines.patch
    thickness = (np.diff(lines.bounds, axis=0) * lines.depth)[:, patch.triangles].mean(axis=2)
    upright = thickness * triangle_areas(patch.points, patch.triangles) / 3  # (layers, k)
    expected = np.repeat(upright[:, None, :], 3, axis=1).ravel()
    bad = volumes(points, cells) < _MINIMUM_UPRIGHTNESS * expected
    tall = np.repeat((thickness > np.sqrt(triangle_areas(patch.points, patch.triangles)))[:, None], 3, axis=1).ravel()
    bad |= tall & (quality(points, cells) < _SHAPELY)
    marked = np.zeros(len(patch.points), bool)
    marked[cells[bad] % len(patch.points)] = True
    return marked


def _nearest_landmark(face: FaceModel, place: Points) -> str:
    at = face.landmarks()
    name = min(at, key=lambda key: float(np.linalg.norm(at[key] - place)))
    return f"near the {name.removesuffix('_r').removesuffix('_l').replace('_', ' ')}"
