"""One or more photos of a face → its shape in millimetres, with cameras and uncertainty; no texture yet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.case import Acquisition, Floats, Photo, PhotoFit, Pixels, Points, Scale
from clinic.jobs import Progress
from clinic.reconstruction import gate, joint, quality, views
from clinic.reconstruction.certainty import certainty, seen
from clinic.reconstruction.dense.match import match
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.joint import Cues, Series
from clinic.reconstruction.landmarks import Detection

_LEAST_PUPILS_MM, _MOST_PUPILS_MM = 50.0, 76.0


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
    faces: tuple[Detection, ...]
    warnings: tuple[str, ...]


CUES = Cues(pairs=(match,))


def shape(taken: Acquisition, space: FaceSpace, progress: Progress, cues: Cues = CUES) -> Shape:
    """Return the shape that one to twelve photos of one sitting show.

    Where nobody measured anything, the irises give the scale. Raises the refusals of `quality` and `gate`,
    `resources.MissingModelFile` and `Cancelled`.
    """
    progress.report(0.0, "Looking for the face")
    photos, repeated = views.distinct(taken.photos)
    series = joint.observed(space, photos, gate.the_faces(photos))
    progress.report(0.2, "Fitting shape, expression and camera")
    alone = joint.alone(series)
    found = joint.together(series, alone, cues, progress.part(0.3, 0.9))
    progress.report(0.9, "Working out how sure each point is")
    frame, scale = joint.frame(series, found.solution, taken.interpupillary_mm)
    fits = joint.photo_fits(series, found.solution, frame)
    size, rotation, translation = frame
    sure = certainty(found.skin.control_shapes, found.covariance, space.topology, size, rotation)
    identity, residual = found.solution.identity, joint.residual_mm(space, found.solution)
    return Shape(
        identity=identity,
        residual=residual,
        size=size,
        rotation=rotation,
        translation=translation,
        control=size * space.control(identity, residual=residual) @ rotation.T + translation,
        scale=scale,
        sigma_mm=sure.sigma_mm,
        error_modes=sure.error_modes,
        seen=seen([(one.camera, one.points) for one in fits], space.topology),
        photos=fits,
        used=photos,
        faces=series.faces,
        warnings=repeated + _warnings(series, fits, identity, size, scale),
    )


def _warnings(series: Series, fits: Sequence[PhotoFit], identity: Floats, size: float, scale: Scale) -> tuple[str, ...]:
    words = list(gate.remarks(series.photos, series.faces))
    words += [warning for photo in series.photos for warning in photo.warnings]
    for photo, face, one in zip(series.photos, series.faces, fits, strict=True):
        words += quality.photo_warnings(photo, face)
        words += quality.view_warnings(photo, float(np.linalg.norm(one.camera.position)))
    towards = np.array([one.camera.position for one in fits])
    words += quality.series_warnings(towards / np.linalg.norm(towards, axis=1, keepdims=True))
    eyes = series.space.eye_centres(identity)
    pupils_mm = size * float(np.linalg.norm(eyes[1] - eyes[0]))
    if not _LEAST_PUPILS_MM <= pupils_mm <= _MOST_PUPILS_MM:
        words.append(
            f"The {scale.source} gives {pupils_mm:.0f} mm between the pupils, unusual for an adult. "
            "Measure the distance on the patient and enter it."
        )
    return tuple(words)
