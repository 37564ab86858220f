"""The fit of one face to all its photos, from coarse to fine: markers of each photo, of all, then dense cues."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from clinic.case import Camera, Floats, Photo, PhotoFit, Points, Topology
from clinic.jobs import Progress
from clinic.reconstruction import views
from clinic.reconstruction.dense.matches import Matches
from clinic.reconstruction.dense_evidence import pairs_seen, spots_seen
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import Belief, Problem, Solution, covariance, fit
from clinic.reconstruction.gate import Sighting
from clinic.reconstruction.level import IN_SPACE, neutral, photo_fits
from clinic.reconstruction.sitting import Sitting
from clinic.reconstruction.spots import Spots
from clinic.reconstruction.surface import Skin
from clinic.words import say

# What finds recognised spots of the skin in each photo, given how the photos see the face so far.
SpotCue = Callable[[Sequence[Photo], Sequence[PhotoFit], Topology], Sequence[Spots]]
# What finds the same skin in several photos.
PairCue = Callable[[Sequence[Photo], Sequence[tuple[Camera, Points]], Topology], Sequence[Matches]]
# What is believed of the identity after a first look at all photos.
Look = Callable[[FaceSpace, Sequence[Photo], Sequence[Sighting]], Belief]
# The last one looks for the residual too. Five photos of eight rendered heads of another family: 0.93 mm after two
# rounds, 0.85 after three.
_ROUNDS = 3
_UNUSUAL = 4.0  # mean square of the weights, 1 for what was believed
_MOST_MATCHES = 3000  # in one fit
# How the detector errs is learned view by view; that it errs alike in all of them is believed less. With several views,
# larger errors that they share leave the shape to the skin and the outlines (five photos of three rendered heads of
# another family: 0.96, 0.82, 1.06 mm with 1; 0.82 to 0.85, 0.70 to 0.77, 0.98 to 1.00 with 3 to 5).
_SHARED_ERROR, _SEVERAL = 4.0, 1.5  # views


@dataclass(frozen=True, slots=True)
class Cues:
    """What is asked beside the detector: look once, before the fit, the others again in each round."""

    spots: tuple[SpotCue, ...] = ()
    pairs: tuple[PairCue, ...] = ()
    look: Look | None = None

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
class Joint:
    """The fit of one face. covariance: of identity and residual."""

    solution: Solution
    covariance: Floats
    skin: Skin

    @property
    def unusual(self) -> bool:
        """Whether the face is farther from the average than any that may be expected: weights beyond their belief."""
        weights = self.solution.shape
        return bool((weights**2).mean() > _UNUSUAL)


def together(sitting: Sitting, cues: Cues, progress: Progress) -> Joint:
    """Fit all photos: what was marked, each photo counting as much as its view adds, then in rounds what cues find."""
    if cues.look is not None:
        sitting = replace(sitting, belief=cues.look(sitting.space, sitting.photos, sitting.faces))
    lifts = sitting.space.residual_modes
    skin = Skin(sitting.space, sitting.belief.mean, lifts[:0])
    problem = _problem(sitting, skin)
    solution = fit(problem)
    if len(sitting.photos) > 1:
        sitting = _seen_together(sitting, views.shares(views.directions(solution)))
        problem = _problem(sitting, skin)
        solution = fit(problem)
    for turn in range(_ROUNDS):
        progress.report(turn / _ROUNDS, say("Comparing the skin from photo to photo"))
        found = cues.find(sitting.photos, photo_fits(sitting, solution, IN_SPACE), sitting.space.topology)
        if not found.anything:
            break
        lifted = lifts if found.matches and turn == _ROUNDS - 1 else lifts[:0]
        skin = Skin(sitting.space, solution.identity, lifted)
        problem = _with_cues(sitting, solution, skin, found)
        solution = fit(problem, len(lifted), solution)
        if not found.matches:
            break  # an outline alone says nothing finer than the modes
    return Joint(solution, covariance(problem, solution), skin)


def _seen_together(sitting: Sitting, shares: Floats) -> Sitting:
    """Return the sitting with what each photo adds to the others, given as shares (p,) of a view."""
    larger = _SHARED_ERROR if shares.sum() > _SEVERAL else 1.0
    seen = [
        replace(one, weight=float(share), erring=replace(one.erring, drift=larger * one.erring.drift))
        for one, share in zip(sitting.observations, shares, strict=True)
    ]
    return replace(sitting, observations=tuple(seen))


def _problem(sitting: Sitting, skin: Skin) -> Problem:
    """Return the fit of what was marked alone."""
    places, used = sitting.space.landmarks_478, sitting.known.used
    model = replace(sitting.known.model, points=skin.places(places.triangle[used], places.weights[used]))
    marked = spots_seen(sitting.marked, skin)
    return Problem(sitting.belief, model, sitting.observations, sitting.lenses, marked)


def _with_cues(sitting: Sitting, solution: Solution, skin: Skin, found: Found) -> Problem:
    space = sitting.space
    points = space.topology.subdivide(neutral(space, solution))
    plain = _problem(sitting, skin)
    spots = [seen for each in found.spots for seen in spots_seen(each, skin)]
    pairs = pairs_seen(found.matches, skin, space.topology, points, _MOST_MATCHES)
    return replace(plain, spots=(*plain.spots, *spots), pairs=pairs)
