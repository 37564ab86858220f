"""Photos on the skin of a scan or a CT that has no colour of its own."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clinic.case import Acquisition, Camera, FaceModel, Floats, Photo, PhotoFit
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.reconstruct import reconstruct
from clinic.reconstruction.scan.align import TARGET_MM, Alignment, align
from clinic.reconstruction.scan.painting import guide
from clinic.reconstruction.texture import bake
from clinic.words import say

_POINTS = 478  # of a face that was seen from the front


def dress(
    bare: FaceModel, photographed: FaceModel, photos: Sequence[Photo], found: Alignment, progress: Progress
) -> FaceModel:
    """Return a face with the colours of photos, and with how each photo sees it.

    photographed: the same patient’s face from these photos. found: where that lies in the frame of the bare one.
    """
    space = FaceSpace.load()
    by_id = {photo.id: photo for photo in photos}
    fits = [_carried(fit, bare, photographed, found) for fit in photographed.photos]
    seen = [by_id[fit.photo_id] for fit in fits]
    points = [_points(fit, space) for fit in fits]
    texture = bake(seen, fits, bare.topology, bare.points, progress, points, guide(space))
    colours = {part.name: part.colours for part in photographed.parts}
    parts = tuple(replace(part, colours=colours.get(part.name, part.colours)) for part in bare.parts)
    return replace(bare, texture=texture, photos=tuple(fits), parts=parts)


def _carried(fit: PhotoFit, bare: FaceModel, photographed: FaceModel, found: Alignment) -> PhotoFit:
    """Return how a photo sees the bare face: its camera carried over, its expression kept."""
    camera = fit.camera
    turn = camera.rotation @ found.rotation.T
    shift = found.size * camera.translation - turn @ found.translation
    moved = found.size * (fit.points - photographed.points) @ found.rotation.T
    carried = Camera(camera.focal_px, camera.cx, camera.cy, camera.width, camera.height, turn, shift)
    return replace(fit, camera=carried, points=bare.points + moved)


def _points(fit: PhotoFit, space: FaceSpace) -> Floats:
    """Return (478, 2) where a photo shows the detector's points."""
    if len(fit.landmarks) == _POINTS:
        return fit.landmarks
    projected: Floats = fit.camera.project(space.landmarks_478.on(np.asarray(fit.points), space.topology.triangles))
    return projected


def coloured(bare: FaceModel, taken: Acquisition, progress: Progress) -> FaceModel:
    """Return a face with the colours of the photos of its sitting; as it is, with the reason, where they do not fit.

    Raises `Cancelled`.
    """
    try:
        photographed = reconstruct(replace(taken, scan=None), progress.part(0.0, 0.6))
        found = align(photographed, bare.points, bare.topology.triangles, progress.part(0.6, 0.8))
    except ClinicError as refused:
        words = say(
            "The photos could not be laid onto this skin, which stays without colour. {refused!t}", refused=refused
        )
        return replace(bare, warnings=(*bare.warnings, words))
    dressed = dress(bare, photographed, taken.photos, found, progress.part(0.8, 1.0))
    regions = ", ".join(say("{words!t} {mm:.1f}", words=words, mm=mm) for words, mm in found.still_regions)
    near = say(
        "The photos lie on this skin within {rms_mm:.1f} mm where nothing moves ({regions!t} mm).",
        rms_mm=found.rms_mm,
        regions=regions,
    )
    far = (
        ""
        if found.good
        else " "
        + say("More than the {target_mm:.1f} mm aimed at: features may be off by as much.", target_mm=TARGET_MM)
    )
    return replace(dressed, warnings=(*bare.warnings, *photographed.warnings, near + far))
