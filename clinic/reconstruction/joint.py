"""The fit of one face to all its photos, from coarse to fine: markers of each photo, of all, then dense cues."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Camera, Floats, Photo, PhotoFit, Points, Scale, Topology
from clinic.jobs import Progress
from clinic.reconstruction import level, views
from clinic.reconstruction.camera import Lens, believed_lens, same_lens
from clinic.reconstruction.dense.matches import Matches
from clinic.reconstruction.dense_evidence import pairs_seen, spots_seen
from clinic.reconstruction.evidence import observe
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import (
    Belief,
    Observation,
    Problem,
    Solution,
    covariance,
    fit,
)
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.markers import Markers, markers
from clinic.reconstruction.spots import Spots
from clinic.reconstruction.surface import Skin

# What finds recognised spots of the skin in each photo, given how the photos see the face so far.
SpotCue = Callable[[Sequence[Photo], Sequence[PhotoFit], Topology], Sequence[Spots]]
# What finds the same skin in several photos.
PairCue = Callable[[Sequence[Photo], Sequence[tuple[Camera, Points]], Topology], Sequence[Matches]]
Frame = tuple[float, Floats, Floats]  # size, rotation, translation from face space to patient frame
_ROUNDS = 2  # the last one looks for the residual too
_MOST_MATCHES = 3000  # in one fit


@dataclass(frozen=True, slots=True)
class Cues:
    """What is asked beside the detector, again in each round."""

    spots: tuple[SpotCue, ...] = ()
    pairs: tuple[PairCue, ...] = ()

    def find(self, photos: Sequence[Photo], fits: Sequence[PhotoFit], topology: Topology) -> "Found":
        """Ask all of them."""
        seen = [(fit.camera, fit.points) for fit in fits]
        return Found(
            tuple(cue(photos, fits, topology) for cue in self.spots),
            tuple(matches for cue in self.pairs for matches in cue(photos, seen, topology)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """spots: what each cue found in each photo. matches: of all pairs of photos."""

    spots: tuple[Sequence[Spots], ...]
    matches: tuple[Matches, ...]

    @property
    def anything(self) -> bool:
        """Whether there is something to fit."""
        return bool(self.matches) or any(len(spots.image) for each in self.spots for spots in each)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The photos of one face and what the detector saw in them; lens: number of each photo's lens."""

    space: FaceSpace
    photos: tuple[Photo, ...]
    faces: tuple[Detection, ...]
    known: Markers
    observations: tuple[Observation, ...]
    lenses: tuple[Lens, ...]
    belief: Belief

    @property
    def lens(self) -> tuple[int, ...]:
        """Number of each photo's lens."""
        return tuple(seen.lens for seen in self.observations)

    @property
    def problem(self) -> Problem:
        """The fit of the markers alone."""
        return Problem(self.belief, self.known.model, self.observations, self.lenses)


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """The fit of one face. covariance: of identity and residual; dense: whether more than markers was seen."""

    solution: Solution
    covariance: Floats
    skin: Skin
    dense: bool


def observed(space: FaceSpace, photos: tuple[Photo, ...], faces: Sequence[Detection]) -> Series:
    """Return the series as the detector sees it."""
    known, lens = markers(space), same_lens(photos)
    seen = [observe(photo, face, known, number) for photo, face, number in zip(photos, faces, lens, strict=True)]
    lenses = tuple(believed_lens(photos[lens.index(number)]) for number in range(max(lens) + 1))
    return Series(space, photos, tuple(faces), known, tuple(seen), lenses, Belief.standard(len(space.modes)))


def alone(series: Series) -> tuple[Solution, ...]:
    """Fit each photo without the others."""
    return tuple(
        fit(replace(series.problem, observations=(replace(seen, lens=0),), lenses=(series.lenses[seen.lens],)))
        for seen in series.observations
    )


def together(series: Series, alone: Sequence[Solution], cues: Cues, progress: Progress) -> Joint:
    """Fit all photos: the markers, each photo counting as much as its view adds, then in rounds what the cues find."""
    shares = views.shares(views.directions(alone))
    weighted = [replace(seen, weight=float(share)) for seen, share in zip(series.observations, shares, strict=True)]
    series = replace(series, observations=tuple(weighted))
    solution = alone[0] if len(alone) == 1 else fit(series.problem)
    skin, problem, dense = Skin(series.space, solution.identity, series.space.residual_modes[:0]), series.problem, False
    for turn in range(_ROUNDS):
        progress.report(turn / _ROUNDS, "Comparing the skin from photo to photo")
        fits = photo_fits(series, solution, frame(series, solution)[0])
        found = cues.find(series.photos, fits, series.space.topology)
        if not found.anything:
            break
        dense = True
        lifts = series.space.residual_modes if turn == _ROUNDS - 1 else series.space.residual_modes[:0]
        skin = Skin(series.space, solution.identity, lifts)
        problem = _with_cues(series, solution, skin, found)
        solution = fit(problem, len(lifts), solution)
    return Joint(solution, covariance(problem, solution), skin, dense)


def residual_mm(space: FaceSpace, solution: Solution) -> Floats:
    """Return the (c,) residual along the control normals."""
    lifted: Floats = solution.residual @ space.residual_modes[: len(solution.residual)]
    return lifted


def frame(series: Series, solution: Solution, interpupillary_mm: float | None = None) -> tuple[Frame, Scale]:
    """Return the way from the face space to the patient frame, and where its millimetres come from."""
    space = series.space
    eyes = space.eye_centres(solution.identity)
    if interpupillary_mm is not None:
        size, scale = level.scale_from_pupils(eyes, interpupillary_mm)
    else:
        focals = [solution.focal_px(number) for number in series.lens]
        size, scale = level.scale_from_irises(series.faces, solution.views, focals, eyes, space.eye_radius)
    control = space.control(solution.identity, residual=residual_mm(space, solution))
    rotation = level.levelled(control, space.topology)
    return (size, rotation, -size * rotation @ eyes.mean(axis=0)), scale


def photo_fits(series: Series, solution: Solution, frame: Frame) -> tuple[PhotoFit, ...]:
    """Return how each photo sees the face, in the patient frame."""
    return tuple(_photo_fit(series, solution, frame, number) for number in range(len(series.photos)))


def _photo_fit(series: Series, solution: Solution, frame: Frame, number: int) -> PhotoFit:
    space, photo, face, view = series.space, series.photos[number], series.faces[number], solution.views[number]
    size, rotation, translation = frame
    camera = level.camera(view, solution.focal_px(series.lens[number]), frame, photo.width, photo.height)
    control = space.control(solution.identity, view.expression, residual_mm(space, solution))
    points = space.topology.subdivide(size * control @ rotation.T + translation)
    expected = space.landmarks_478.on(points, space.topology.triangles)
    error = np.linalg.norm(camera.project(expected) - face.points[:, :2], axis=1)
    return PhotoFit(photo.id, camera, points, view.expression, face.points[:, :2], error)


def _with_cues(series: Series, solution: Solution, skin: Skin, found: Found) -> Problem:
    space = series.space
    control = space.control(solution.identity, residual=residual_mm(space, solution))
    points = space.topology.subdivide(control)
    spots = [seen for each in found.spots for seen in spots_seen(each, skin)]
    pairs = pairs_seen(found.matches, skin, space.topology, points, _MOST_MATCHES)
    marks, used = space.landmarks_478, series.known.used
    lifted = replace(series.known.model, points=skin.places(marks.triangle[used], marks.weights[used]))
    return Problem(series.belief, lifted, series.observations, series.lenses, tuple(spots), pairs)
