"""Tetrahedra between skin and support: layered prisms under each skin triangle, each cut into three."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Ints, Mask, Points
from clinic.case.arrays import freeze
from clinic.geometry import vertex_normals
from clinic.simulation.attachment import attachment
from clinic.simulation.patch import Patch, margins, simulated, skin_patch
from clinic.simulation.shaping import quality, volumes
from clinic.simulation.soundness import CannotMesh, check_face, check_patch, folded
from clinic.simulation.support import LEAST_QUALITY, Columns, columns, repaired, shifted
from clinic.simulation.tissue import LAYERS

__all__ = ["CannotMesh", "Volume", "mesh", "volumes"]

_MARGIN_RINGS = 2
_ATTEMPTS, _MOST_LEFT_OUT = 6, 0.1  # of the simulated vertices


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """The soft tissue as tetrahedra.

    points: (p, 3) mm, level by level from the skin inwards, s per level. cells: (t, 4), positively oriented,
    layer by layer. layer: (t,) number in `tissue.LAYERS`. patch: the skin. inwards: (s, 3) unit normals of the support,
    away from the skin. gliding, free: (s,) points of the support that are held only along `inwards`, or not at all;
    never both. bound: (s,) where the tissue is fixed from the support to the skin.
    """

    patch: Patch
    points: Points
    cells: Ints
    layer: Ints
    inwards: Points
    gliding: Mask
    free: Mask
    bound: Mask

    def __post_init__(self) -> None:
        freeze(
            self,
            points=(np.float64, -1, 3),
            cells=(np.int32, -1, 4),
            layer=(np.int32, -1),
            inwards=(np.float64, -1, 3),
            gliding=(np.bool_, -1),
            free=(np.bool_, -1),
            bound=(np.bool_, -1),
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
    def still(self) -> Mask:
        """(p,) True under the rim and where tissue is bound, on all levels: what no plan moves."""
        return np.tile(self.patch.rim | self.bound, len(self.points) // len(self.patch.points))


def mesh(face: FaceModel, depth_shift_mm: float = 0.0, ears: bool = False) -> Volume:
    """Fill the space between the skin of a face and its support. Raises CannotMesh.

    The margins of lids, lips and nostrils, where skin turns inwards, are left out, and so is skin under which no tissue
    fits; both follow their neighbours later. depth_shift_mm: how much deeper the tissue is than the tables say, where
    no CT shows it; points and cells keep their numbers, whatever the shift. ears: simulate them too, on their
    cartilage, for plans that move it.
    """
    within = simulated(face, ears)
    check_face(face, within)
    lines, cells = _upright(face, within)
    if depth_shift_mm != 0.0:
        lines = shifted(lines, face, cells, depth_shift_mm)
    return _volume(face, lines, cells)


def _upright(face: FaceModel, within: Mask) -> tuple[Columns, Ints]:
    """Return lines under as much of the skin as tissue fits under, and the cells along them."""
    without = margins(face, within, _MARGIN_RINGS)
    most = without.sum() + _MOST_LEFT_OUT * within.sum()
    check_patch(face, skin_patch(face, within, without))
    for _ in range(_ATTEMPTS):
        patch = skin_patch(face, within, without)
        cells = _cells(patch)
        lines = repaired(columns(face, patch), cells)
        worst = cells[quality(lines.points, cells) < LEAST_QUALITY]
        if not len(worst):
            return lines, cells
        bad = np.zeros(len(without), bool)
        bad[patch.from_control[np.unique(worst % len(patch.points))].argmax(axis=1)] = True
        without |= bad | bad[face.topology.control_mirror]
        if without.sum() > most:
            break
    raise folded(face, face.control[bad][0])


def _volume(face: FaceModel, lines: Columns, cells: Ints) -> Volume:
    patch, points, layers = lines.patch, lines.points, len(lines.shares) - 1
    hold = attachment(face, patch)
    inwards = -vertex_normals(points[-len(patch.points) :], patch.triangles)
    layer = np.repeat(np.arange(layers, dtype=np.int32), len(cells) // layers)
    return Volume(patch, points, cells, layer, inwards, hold.gliding, hold.free, hold.bound)


def _cells(patch: Patch) -> Ints:
    """Return (t, 4) layer by layer, on points numbered level by level."""
    prism = _three_tetrahedra(patch)
    return np.concatenate([prism + level * len(patch.points) for level in range(len(LAYERS))]).astype(np.int32)


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
