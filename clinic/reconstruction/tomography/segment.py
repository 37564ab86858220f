"""Skin and bone surfaces of a head."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Points, Triangles, Volume
from clinic.jobs import Progress
from clinic.reconstruction.tomography import head, sheet, voxels
from clinic.reconstruction.tomography.head import Coarse, NoHead
from clinic.reconstruction.tomography.levels import Levels, levels
from clinic.reconstruction.tomography.sheet import Sheet
from clinic.reconstruction.tomography.streaks import excess
from clinic.words import say

_LEAST_BONE_MM3, _LEAST_HOLE_MM3 = 250.0, 2000.0  # half a tooth; a marrow cavity is of no interest, a brain is
_NOISE_SHARE = 0.05  # of the height from air to soft tissue
_SMOOTHING, _FAIRING = 2, 3  # rounds, of the moves and of the points


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """What was found. skin: one closed surface around the head, cut where the scan ends. bone: None in MR."""

    skin: Sheet
    bone: Sheet | None
    levels: Levels


def segment(volume: Volume, progress: Progress, asked: Levels | None = None) -> Anatomy:
    """Return skin and bone in the scanner frame, mm; levels are found unless they are asked for. Raises NoHead.

    Levels decide what is skin and bone; the surface then goes where the values have risen half-way, so that it does
    not depend on how dense bone is.
    """
    progress.report(0.0, say("Looking for the head"))
    used = asked or levels(volume)
    coarse = head.find(volume, used)
    progress.report(0.25, say("Leaving out table and air ways"))
    begin = [side.start for side in coarse.box]
    inside = volume.values[coarse.box]
    clean = _cleaned(inside, begin, coarse, used)
    progress.report(0.4, say("Building the skin"))
    skin = _skin(clean, used, volume, begin)
    del clean
    bone = None if used.bone is None else _bone(inside, begin, coarse, used, volume, progress.part(0.65, 1.0))
    progress.report(1.0, say("Built skin and bone"))
    return Anatomy(skin, bone, used)


def _cleaned(inside: NDArray[np.int16], begin: list[int], coarse: Coarse, used: Levels) -> NDArray[np.int16]:
    nothing = np.zeros_like(coarse.cavity)
    return voxels.cleaned(
        inside, begin, coarse.factors, coarse.region, coarse.cavity, nothing, round(used.air), round(used.soft)
    )


def _skin(clean: NDArray[np.int16], used: Levels, volume: Volume, begin: list[int]) -> Sheet:
    points, triangles = sheet.at_level(clean, used.skin)
    if not len(triangles):
        raise NoHead
    piece = sheet.pieces(len(points), triangles)
    outer = int(np.argmax(sheet.piece_volumes(points, triangles, piece)))
    points, triangles = sheet.kept(points, triangles, piece == outer)
    points = _on_edge(clean, points, triangles, used, volume.spacing)
    return _placed(points, triangles, volume, begin)


def _bone(
    inside: NDArray[np.int16], begin: list[int], coarse: Coarse, used: Levels, volume: Volume, progress: Progress
) -> Sheet | None:
    assert used.bone is not None
    nothing = np.zeros_like(coarse.cavity)  # sinuses are holes in bone, not soft tissue
    streaks = excess(volume, coarse, used)
    clean = voxels.cleaned(
        inside, begin, coarse.factors, coarse.region, nothing, streaks, round(used.air), round(used.soft)
    )
    progress.report(0.2, say("Building bone"))
    points, triangles = sheet.at_level(clean, used.bone)
    if not len(triangles):
        return None
    piece = sheet.pieces(len(points), triangles)
    volumes = sheet.piece_volumes(points, triangles, piece) * volume.spacing.prod()
    keep = (volumes > _LEAST_BONE_MM3) | (volumes < -_LEAST_HOLE_MM3)
    if not keep.any():
        return None
    points, triangles = sheet.kept(points, triangles, keep[piece])
    progress.report(0.6, say("Building bone"))
    points = _on_edge(clean, points, triangles, used, volume.spacing)
    return _placed(points, triangles, volume, begin)


def _on_edge(values: NDArray[np.int16], points: Points, triangles: Triangles, used: Levels, spacing: Floats) -> Points:
    moves = voxels.to_half_height(values, points, spacing, _NOISE_SHARE * (used.soft - used.air))
    for _ in range(_SMOOTHING):
        moves = sheet.averaged(moves, triangles, 0.5)
    return sheet.faired(points + moves, triangles, _FAIRING)


def _placed(points: Points, triangles: Triangles, volume: Volume, begin: list[int]) -> Sheet:
    """Carry points from the padded box to the scanner frame."""
    return Sheet(volume.to_scanner(points - 1.0 + begin[::-1]), triangles)
