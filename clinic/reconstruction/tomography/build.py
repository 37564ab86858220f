"""CT or MR → the face in millimetres: the patient's own skin, and how thick it all is over the patient's own bone."""

from dataclasses import replace

import numpy as np

from clinic.case import FaceModel, Part, Pixels, Points, Scale, Scan, ScanFit, Volume
from clinic.geometry import vertex_normals
from clinic.jobs import Progress
from clinic.reconstruction import scan
from clinic.reconstruction.tomography.levels import Levels, levels
from clinic.reconstruction.tomography.segment import segment
from clinic.reconstruction.tomography.sheet import Sheet, thinned
from clinic.reconstruction.tomography.thickness import thickness
from clinic.words import say

VERSION = "tomography 1"
_SKIN_TRIANGLES, _BONE_TRIANGLES = 300_000, 200_000
_THICK_MM = 45.0  # more is a line that has passed the bone: fat of a cheek is at most half of that
_SCALE_SIGMA = 0.002  # of scanners, which are calibrated
_BONE_RGB = (226, 214, 188)
_SUPINE = say("The scan was taken lying down: cheeks and chin lie differently when upright.")


def build(volume: Volume, asked: tuple[float, float] | None, progress: Progress) -> FaceModel:
    """Return the face whose skin and bone are those of a volume; levels (skin, bone) are found unless asked for.

    Raises NoHead, NoFaceInScan and `Cancelled`.
    """
    anatomy = segment(volume, progress.part(0.0, 0.3), chosen(volume, asked))
    progress.report(0.3, say("Finding the face on the skin"))
    skin = thinned(anatomy.skin, _SKIN_TRIANGLES)
    face = scan.build(Scan(skin.points, skin.triangles, "mm"), progress.part(0.3, 1.0))
    fit = face.scan
    assert fit is not None
    warnings = (*volume.warnings, *face.warnings, _SUPINE)
    built = replace(
        face, scale=Scale(volume.modality, _SCALE_SIGMA), warnings=warnings, made_by=f"{VERSION}, {face.made_by}"
    )
    return built if anatomy.bone is None else _with_bone(built, anatomy.bone, fit)


def chosen(volume: Volume, asked: tuple[float, float] | None) -> Levels | None:
    """Return the levels that are asked for beside the rest of those that are found; None where none are."""
    if asked is None:
        return None
    found = levels(volume)
    return replace(found, skin=asked[0], bone=None if found.bone is None else asked[1])


def _with_bone(face: FaceModel, bone: Sheet, fit: ScanFit) -> FaceModel:
    """Add bone in the patient frame and the thickness over it, where the scan shows both."""
    whole = Sheet(fit.place(bone.points), bone.triangles)
    deep = thickness(face.control, _inwards_of(face), whole)
    shown = face.topology.region("face") & ~face.topology.region("interior")
    deep[~shown | (deep > _THICK_MM)] = np.nan
    light = thinned(whole, _BONE_TRIANGLES)
    colours: Pixels = np.full((len(light.points), 3), _BONE_RGB, np.uint8)
    return replace(face, thickness_mm=deep, bone=Part("bone", light.points, light.triangles, colours))


def _inwards_of(face: FaceModel) -> Points:
    quads = face.topology.control_quads
    halves = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return vertex_normals(face.control, halves)
