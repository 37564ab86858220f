"""What is fitted to what: points that follow the unknowns, and what the photos say about them."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Ints, Points
from clinic.reconstruction.camera import Lens


@dataclass(frozen=True, slots=True, eq=False)
class LinearPoints:
    """Points that follow shape and expression linearly, mm.

    mean: (l, 3). shapes: (l, 3, m), identity first, then residual. expressions: (l, 3, e).
    """

    mean: Points
    shapes: Floats
    expressions: Floats

    def at(self, shape: Floats, expression: Floats) -> Points:
        """Return the (l, 3) points; fewer weights than shapes: the rest are 0."""
        shaped: Points = self.mean + self.shapes[:, :, : len(shape)] @ shape + self.expressions @ expression
        return shaped


@dataclass(frozen=True, slots=True, eq=False)
class MarkerModel:
    """Where a detector marks a face.

    points: the average places. pairs: (q, 2) rows that open and close: lids, lips. spread: (e,) expected size of an
    expression's error.
    """

    points: LinearPoints
    pairs: Ints
    spread: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Erring:
    """How a detector misplaces its points in one photo, px.

    by_identity: (l, 2, k) for each weight of the identity. drift: (l, 2, d) for each of the errors that all photos of
    the person share, one standard deviation each.
    """

    by_identity: Floats
    drift: Floats

    @staticmethod
    def nowhere(points: int, identity: int, drift: int = 0) -> "Erring":
        """Return a detector that does not err."""
        return Erring(np.zeros((points, 2, identity)), np.zeros((points, 2, drift)))


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What the detector saw in one photo.

    image: (l, 2) points, px, with their standard deviations sigma_px (l,) that have nothing to do with each other, and
    erring: those that have. pair_sigma_px: standard deviation of an opening. expression: (e,) detected
    weights. centre: (2,) px. lens: number of its lens. weight: 0…1, how much the photo counts; a second photo of the
    same view has nothing new to say. first: rotation and translation to start from, None: from the points.
    """

    image: Floats
    sigma_px: Floats
    erring: Erring
    pair_sigma_px: float
    expression: Floats
    centre: Floats
    lens: int
    weight: float = 1.0
    first: tuple[Floats, Floats] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SpotsSeen:
    """Recognised spots of the skin in one photo: whiten (s, 2, 2) · (projected − image (s, 2)) counts deviations."""

    photo: int
    points: LinearPoints
    image: Floats
    whiten: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PairSeen:
    """The same skin in two photos: where it lies, but not which spots of the mesh it is.

    first, second: numbers of the photos. points: places on the mesh near the skin; tangents: (s, 3, 2) along the mesh,
    in which it may slide under the skin. image_first, image_second: (s, 2) px. whiten: (s, 2, 2) for what is left in
    the second photo once the mesh has slid to where the first shows the skin.
    """

    first: int
    second: int
    points: LinearPoints
    tangents: Floats
    image_first: Floats
    image_second: Floats
    whiten: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """What is believed of the identity before the fit: a normal distribution, mean (k,) and precision (k, k)."""

    mean: Floats
    precision: Floats

    @staticmethod
    def standard(count: int) -> "Belief":
        """Return N(0, 1) for each weight."""
        return Belief(np.zeros(count), np.eye(count))


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Everything that one fit weighs up."""

    belief: Belief
    markers: MarkerModel
    observations: tuple[Observation, ...]
    lenses: tuple[Lens, ...]
    spots: tuple[SpotsSeen, ...] = ()
    pairs: tuple[PairSeen, ...] = ()
