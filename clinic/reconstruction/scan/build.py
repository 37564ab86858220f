"""One scan → the face in millimetres: the face space's landmarks and eyes on the patient's own skin."""

from dataclasses import dataclass, replace

import numpy as np

from clinic.case import FaceModel, Floats, Mask, Part, Points, Scale, Scan, ScanFit, Topology
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.level import levelled
from clinic.reconstruction.scan import upright
from clinic.reconstruction.scan.coloured import Coloured
from clinic.reconstruction.scan.detail import detail
from clinic.reconstruction.scan.doubt import doubt_mm
from clinic.reconstruction.scan.measure import distances
from clinic.reconstruction.scan.painting import paint
from clinic.reconstruction.scan.register import Registered, register
from clinic.reconstruction.scan.target import Target
from clinic.words import say

VERSION = "scan 1"
_SCALE_SIGMA = 0.01  # assumed: phones with a depth camera; 3D cameras of clinics are calibrated better


def build(scan: Scan, progress: Progress) -> FaceModel:
    """Return the face whose skin is the scan's. Raises NoFaceInScan and `Cancelled`."""
    space = FaceSpace.load()
    surface = Coloured(scan.points, scan.triangles, scan.uv, scan.texture, scan.colours)
    marked = upright.find(surface, space, progress.part(0.0, 0.3))
    start, shift = marked.placing.rotation, marked.placing.shift_unscaled(marked.points, space)
    placed = scan.points @ start.T + shift
    fitted = register(
        placed,
        marked.points @ start.T + shift,
        lambda points: Target(points, scan.triangles, scan.closed),
        space,
        progress.part(0.3, 0.7),
    )
    ways = _Way(fitted.rotation @ start, fitted.rotation @ shift + fitted.translation)
    return _face(scan, surface, space, fitted, ways, progress.part(0.7, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """rotation · p + translation."""

    rotation: Floats
    translation: Floats

    def place(self, points: Points) -> Points:
        placed: Points = points @ self.rotation.T + self.translation
        return placed


def _face(
    scan: Scan, surface: Coloured, space: FaceSpace, fitted: Registered, to_space: _Way, progress: Progress
) -> FaceModel:
    topology = space.topology
    parts = _seated(space, fitted)
    rotation = levelled(fitted.control, topology)
    middle = np.mean([part.points.mean(axis=0) for part in parts[:2]], axis=0)
    to_patient = _Way(rotation, -rotation @ middle)
    whole = _Way(rotation @ to_space.rotation, to_patient.place(to_space.translation))
    target = Target(whole.place(scan.points), scan.triangles, scan.closed)
    control = to_patient.place(fitted.control)
    progress.report(0.1, say("Taking over the scan's own surface"))
    own, shown = detail(target, topology.subdivide(control), space)
    skin = topology.subdivide(control) + own
    progress.report(0.3, say("Painting the skin in the scan's own colours"))
    texture = paint(surface, target, skin, shown, space, progress.part(0.3, 0.9))
    face = FaceModel(
        topology=topology,
        identity=fitted.identity,
        residual=np.zeros(len(control)),
        size=1.0,
        rotation=to_patient.rotation,
        translation=to_patient.translation,
        control=control,
        parts=tuple(replace(part, points=to_patient.place(part.points)) for part in parts),
        texture=texture,
        scale=Scale("scan", _SCALE_SIGMA),
        sigma_mm=doubt_mm(skin, shown),
        seen=shown.astype(np.uint8),
        warnings=_warnings(shown, topology),
        made_from=(scan.id,),
        made_by=f"{VERSION}, {topology.name} {space.sha256[:8]}",
        detail=own,
    )
    away = distances(face, whole.place(scan.points), scan.triangles)
    fit = ScanFit(scan.id, whole.rotation, whole.translation, float(np.median(away)), float(np.quantile(away, 0.95)))
    return replace(face, scan=fit)


def _seated(space: FaceSpace, fitted: Registered) -> tuple[Part, ...]:
    """Return eyeballs behind the lids where the scan has them, teeth and tongue behind its lips."""
    moved = fitted.control - space.control(fitted.identity)
    lids, sides = space.topology.region("lids"), space.mean[:, 0]
    lips = space.topology.region("upper_lip") | space.topology.region("lower_lip")
    shift = {"eye_r": moved[lids & (sides < 0)], "eye_l": moved[lids & (sides > 0)]}
    return tuple(
        replace(part, points=part.points + np.median(shift.get(part.name, moved[lips]), axis=0))
        for part in space.parts(fitted.identity)
    )


def _warnings(shown: Mask, topology: Topology) -> tuple[str, ...]:
    """Say what of the face the scan does not show."""
    names = {
        "forehead": say("the forehead"),
        "nose": say("the nose"),
        "upper_lip": say("the upper lip"),
        "lower_lip": say("the lower lip"),
        "chin": say("the chin"),
        "cheek_r": say("the right cheek"),
        "cheek_l": say("the left cheek"),
        "ears": say("the ears"),
        "neck": say("the neck"),
    }
    missing = []
    for name, words in names.items():
        inside = topology.subdivide(topology.region(name).astype(float)[:, None])[:, 0] > 0.5
        share = 1 - float(shown[inside].mean())
        if share > 0.3:
            missing.append(say("{words!t} ({share:.0f} %)", words=words, share=100 * share))
    return (
        (say("The scan does not show all of {missing!t}: the rest there is inferred.", missing=", ".join(missing)),)
        if missing
        else ()
    )
