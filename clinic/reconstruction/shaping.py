"""One or more photos of a face → its shape in millimetres, with cameras and uncertainty; no texture yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Acquisition, Floats, Photo, PhotoFit, Pixels, Points, Scale
from clinic.jobs import Progress
from clinic.reconstruction import level, likeness, quality, views
from clinic.reconstruction.camera import Lens, lenses, same_lens
from clinic.reconstruction.certainty import seen, vertex_sigma
from clinic.reconstruction.evidence import observe
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import Observation, Solution, fit
from clinic.reconstruction.gate import the_faces
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.markers import Markers, markers

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
    error_modes: Floats | None
    seen: Pixels
    photos: tuple[PhotoFit, ...]
    used: tuple[Photo, ...]
    faces: tuple[Detection, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """What the fit of one face hands on.

    alone: the fit of each photo without the others. frame: size, rotation, translation from face space to patient
    frame.
    """

    space: FaceSpace
    photos: Sequence[Photo]
    faces: Sequence[Detection]
    known: Markers
    solution: Solution
    alone: tuple[Solution, ...]
    lens: tuple[int, ...]
    frame: tuple[float, Floats, Floats]
    scale: Scale


def shape(taken: Acquisition, space: FaceSpace, progress: Progress) -> Shape:
    """Return the shape that one to twelve photos of one sitting show.

    Where nobody measured anything, the irises give the scale. Raises the refusals of `quality` and `gate`,
    `resources.MissingModelFile` and `Cancelled`.
    """
    progress.report(0.0, "Looking for the face")
    photos, repeated = views.distinct(taken.photos)
    faces = the_faces(photos)
    progress.report(0.3, "Fitting shape, expression and camera")
    fitted = _fit(space, photos, faces, taken.interpupillary_mm)
    fits = tuple(_photo_fit(fitted, number) for number in range(len(photos)))
    progress.report(0.9, "Working out how sure each point is")
    size, rotation, translation = fitted.frame
    identity = fitted.solution.identity
    control = size * space.control(identity) @ rotation.T + translation
    assert fitted.solution.covariance is not None
    return Shape(
        identity=identity,
        residual=np.zeros(len(control)),
        size=size,
        rotation=rotation,
        translation=translation,
        control=control,
        scale=fitted.scale,
        sigma_mm=vertex_sigma(space.modes, fitted.solution.covariance, space.topology, size),
        error_modes=None,
        seen=seen([(one.camera, one.points) for one in fits], space.topology),
        photos=fits,
        used=photos,
        faces=tuple(faces),
        warnings=repeated + _warnings(fitted, fits),
    )


def _fit(
    space: FaceSpace, photos: Sequence[Photo], faces: Sequence[Detection], interpupillary_mm: float | None
) -> _Fitted:
    known, lens = markers(space), same_lens(photos)
    observations = [observe(*each) for each in zip(photos, faces, [known] * len(photos), lens, strict=True)]
    starts = _lens_starts(photos, lens)
    alone = _alone(known, observations, starts)
    solution = _together(known, observations, starts, alone)
    eyes = space.eye_centres(solution.identity)
    if interpupillary_mm is not None:
        size, scale = level.scale_from_pupils(eyes, interpupillary_mm)
    else:
        focals = [solution.focal_px(number) for number in lens]
        size, scale = level.scale_from_irises(faces, solution.views, focals, eyes, space.eye_radius)
    rotation = level.levelled(space.control(solution.identity), space.topology)
    frame = (size, rotation, -size * rotation @ eyes.mean(axis=0))
    return _Fitted(space, photos, faces, known, solution, alone, lens, frame, scale)


def _lens_starts(photos: Sequence[Photo], lens: Sequence[int]) -> list[list[Lens]]:
    """Return the combinations of lenses worth trying, each one lens per lens number."""
    believed = [lenses(photos[lens.index(number)]) for number in range(max(lens) + 1)]
    tries = max(len(options) for options in believed)
    return [[options[min(number, len(options) - 1)] for options in believed] for number in range(tries)]


def _alone(
    known: Markers, observations: Sequence[Observation], starts: Sequence[Sequence[Lens]]
) -> tuple[Solution, ...]:
    """Fit each photo without the others."""
    return tuple(
        fit(known.points, [replace(seen, lens=0)], [[start[seen.lens]] for start in starts]) for seen in observations
    )


def _together(
    known: Markers,
    observations: Sequence[Observation],
    starts: Sequence[Sequence[Lens]],
    alone: Sequence[Solution],
) -> Solution:
    """Fit all photos, each counting as much as its view adds."""
    if len(alone) == 1:
        return alone[0]
    shares = views.shares(views.directions(alone))
    weighted = [replace(seen, weight=float(share)) for seen, share in zip(observations, shares, strict=True)]
    return fit(known.points, weighted, starts)


def _photo_fit(fitted: _Fitted, number: int) -> PhotoFit:
    """Return camera, expression and errors of one photo in the patient frame."""
    photo, face, view = fitted.photos[number], fitted.faces[number], fitted.solution.views[number]
    size, rotation, translation = fitted.frame
    focal = fitted.solution.focal_px(fitted.lens[number])
    camera = level.camera(view, focal, fitted.frame, photo.width, photo.height)
    control = fitted.space.control(fitted.solution.identity, view.expression)
    points = fitted.space.topology.subdivide(size * control @ rotation.T + translation)
    expected = fitted.space.landmarks_478.on(points, fitted.space.topology.triangles)
    markers_mm = fitted.known.points.at(fitted.solution.identity, view.expression)
    expected[fitted.known.used] = size * markers_mm @ rotation.T + translation
    error = np.linalg.norm(camera.project(expected) - face.points[:, :2], axis=1)
    return PhotoFit(photo.id, camera, points, view.expression, face.points[:, :2], error)


def _warnings(fitted: _Fitted, fits: Sequence[PhotoFit]) -> tuple[str, ...]:
    words = list(likeness.warnings(fitted.photos, [one.identity for one in fitted.alone], fitted.space))
    words += [warning for photo in fitted.photos for warning in photo.warnings]
    for photo, face, one in zip(fitted.photos, fitted.faces, fits, strict=True):
        words += quality.photo_warnings(photo, face)
        words += quality.view_warnings(photo, float(np.linalg.norm(one.camera.position)))
    towards = np.array([one.camera.position for one in fits])
    words += quality.series_warnings(towards / np.linalg.norm(towards, axis=1, keepdims=True))
    eyes = fitted.space.eye_centres(fitted.solution.identity)
    pupils_mm = fitted.frame[0] * float(np.linalg.norm(eyes[1] - eyes[0]))
    if not _LEAST_PUPILS_MM <= pupils_mm <= _MOST_PUPILS_MM:
        words.append(
            f"The {fitted.scale.source} gives {pupils_mm:.0f} mm between the pupils, unusual for an adult. "
            "Measure the distance on the patient and enter it."
        )
    return tuple(words)
