"""One or more photos of a face → its shape in millimetres, with cameras and uncertainty; no texture yet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.case import Acquisition, Floats, Photo, PhotoFit, Pixels, Points, Scale
from clinic.jobs import Progress
from clinic.reconstruction import gate, level, quality, views
from clinic.reconstruction.certainty import certainty, inferred, seen
from clinic.reconstruction.dense.match import match
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import Belief, Solution
from clinic.reconstruction.gate import Sighting
from clinic.reconstruction.joint import Cues, Joint, together
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.outline import outlines
from clinic.reconstruction.scale.choose import Chosen, choose
from clinic.reconstruction.sitting import Sitting, sat
from clinic.words import say

NO_REST = say(
    "The face did not settle on one shape: photos and face disagree. Check that all photos show this patient, and "
    "rebuild with fewer or sharper photos."
)
UNUSUAL = say(
    "The shape is far from the faces that the program knows (a cleft, a tumour, a swelling?): the ± is not valid. "
    "Check the face against the photos."
)
# Photos that the position map network is asked about. It gains a tenth and more at three, at one a few per cent, which
# is not worth what it may misread (`clinic bench network`, resources/weights).
_FEWEST = 3


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A face without its skin: the fields of `FaceModel` that the fit finds.

    used: the photos that were fitted, in the order of `photos`; faces: what was detected in them.
    """

    identity: Floats
    residual: Floats
    size: float
    rotation: Floats
    translation: Floats
    control: Points
    scale: Scale
    sigma_mm: Floats
    error_modes: NDArray[np.float32]
    seen: Pixels
    photos: tuple[PhotoFit, ...]
    used: tuple[Photo, ...]
    faces: tuple[Sighting, ...]
    warnings: tuple[str, ...]


def looks(photos: Sequence[Photo]) -> bool:
    """Whether the position map network looks at photos before the fit."""
    return len(photos) >= _FEWEST


def _look(space: FaceSpace, photos: Sequence[Photo], faces: Sequence[Sighting]) -> Belief:
    if not looks(photos):
        return Belief.standard(len(space.modes))
    from clinic.reconstruction.position_map import propose  # what runs it is loaded where it looks

    return propose(space, photos, faces)


CUES = Cues(look=_look, spots=(outlines,), pairs=(match,))


def shape(taken: Acquisition, space: FaceSpace, progress: Progress, cues: Cues = CUES) -> Shape:
    """Return the shape that one to twelve photos of one sitting show.

    Where nobody measured anything, the irises give the scale. Raises the refusals of `quality` and `gate`,
    `resources.MissingModelFile`, `Cancelled`, `network.weights.Untrained` and `network.weights.DamagedNetwork`.
    """
    progress.report(0.0, say("Looking for the face"))
    photos, repeated = views.distinct(taken.photos)
    sitting = sat(space, photos, gate.sightings(photos))
    progress.report(0.2, say("Fitting shape, expression and camera"))
    found = together(sitting, cues, progress.part(0.3, 0.9))
    solution = found.solution
    progress.report(0.9, say("Working out how sure each point is"))
    chosen = _chosen(taken, sitting, solution)
    size, rotation, translation = frame = level.framed(space, solution, chosen.size)
    fits = level.photo_fits(sitting, solution, frame)
    sure = certainty(found.skin.control_shapes, found.covariance, space.topology, size, rotation)
    shown = seen([(one.camera, one.points) for one in fits], space.topology)
    return Shape(
        identity=solution.identity,
        residual=level.residual_mm(space, solution),
        size=size,
        rotation=rotation,
        translation=translation,
        control=size * level.neutral(space, solution) @ rotation.T + translation,
        scale=chosen.scale,
        sigma_mm=inferred(sure.sigma_mm, shown),
        error_modes=sure.error_modes,
        seen=shown,
        photos=fits,
        used=sitting.photos,
        faces=sitting.faces,
        warnings=repeated + _warnings(sitting, found, fits) + chosen.warnings,
    )


def _chosen(taken: Acquisition, sitting: Sitting, solution: Solution) -> Chosen:
    """Take the surest measure for the size of the face."""
    detections = [face if isinstance(face, Detection) else None for face in sitting.faces]
    eyes, radius = sitting.space.eye_centres(solution.identity), sitting.space.eye_radius
    return choose(taken, level.sights(sitting, solution), detections, eyes, radius)


def _warnings(sitting: Sitting, found: Joint, fits: Sequence[PhotoFit]) -> tuple[str, ...]:
    words = list(gate.remarks(sitting.photos, sitting.faces))
    words += [warning for photo in sitting.photos for warning in photo.warnings]
    for photo, face, one in zip(sitting.photos, sitting.faces, fits, strict=True):
        if isinstance(face, Detection):
            words += quality.photo_warnings(photo, face)
        else:
            words += quality.profile_warnings(photo, face)
        words += quality.view_warnings(photo, float(np.linalg.norm(one.camera.position)))
    towards = np.array([one.camera.position for one in fits])
    words += quality.series_warnings(towards / np.linalg.norm(towards, axis=1, keepdims=True))
    if not found.solution.converged:
        words.append(NO_REST)
    if found.unusual:
        words.append(UNUSUAL)
    return tuple(words)
