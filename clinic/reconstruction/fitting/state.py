"""The unknowns of a fit: what they are, where they stand in one long vector, and how a step moves them."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Ints
from clinic.reconstruction.camera import turn
from clinic.reconstruction.fitting.model import Problem

POSE = 6  # turn, then shift


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One photo's part of the solution; camera axes as in `case.Camera`."""

    rotation: Floats
    translation: Floats
    expression: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What was found: one face, its lenses, and one view per photo.

    identity: (k,). residual: (r,) weights of the residual modes. drift: (d,) the detector's error on this face. All in
    standard deviations. log_focal: per lens. converged: whether the minimisation came to rest.
    """

    identity: Floats
    residual: Floats
    drift: Floats
    log_focal: Floats
    views: tuple[View, ...]
    cost: float = np.inf
    converged: bool = True

    @property
    def shape(self) -> Floats:
        """(k + r,) identity, then residual."""
        return np.concatenate([self.identity, self.residual])

    def focal_px(self, lens: int) -> float:
        """Return the focal length of a lens."""
        return float(np.exp(self.log_focal[lens]))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the unknowns stand: identity, residual, drift, lenses; for each photo turn, shift and expression."""

    identity: int
    residual: int
    drift: int
    lenses: int
    expressions: int
    photos: int

    @staticmethod
    def of(problem: Problem, residual: int) -> "Layout":
        """Return the layout of a problem with this many weights of the residual."""
        model, erring = problem.markers, problem.observations[0].erring
        return Layout(
            len(problem.belief.mean),
            residual,
            erring.drift.shape[2],
            len(problem.lenses),
            model.points.expressions.shape[2],
            len(problem.observations),
        )

    @property
    def shape(self) -> int:
        """How many unknowns make the shape."""
        return self.identity + self.residual

    @property
    def drifts(self) -> slice:
        """Unknowns of the detector's error on this face."""
        return slice(self.shape, self.shape + self.drift)

    @property
    def focals(self) -> slice:
        """Logarithms of the focal lengths."""
        return slice(self.shape + self.drift, self.shape + self.drift + self.lenses)

    @property
    def size(self) -> int:
        """How many unknowns there are."""
        return int(self.own(self.photos).start)

    def own(self, photo: int) -> slice:
        """Turn, shift and expression of one photo."""
        width = POSE + self.expressions
        start = self.focals.stop + photo * width
        return slice(start, start + width)

    def expression(self, photo: int) -> slice:
        """Expression of one photo."""
        own = self.own(photo)
        return slice(own.start + POSE, own.stop)

    def seen_by(self, photo: int, lens: int) -> Ints:
        """Unknowns that place a point of the face in one photo: shape, focal length, turn, shift, expression."""
        own = self.own(photo)
        return np.array([*range(self.shape), self.focals.start + lens, *range(own.start, own.stop)], np.int32)

    def moved(self, solution: Solution, step: Floats) -> Solution:
        """Return the solution after a step; expressions stay within [0, 1]."""
        views = tuple(self._moved_view(photo, view, step) for photo, view in enumerate(solution.views))
        return Solution(
            solution.identity + step[: self.identity],
            solution.residual + step[self.identity : self.shape],
            solution.drift + step[self.drifts],
            solution.log_focal + step[self.focals],
            views,
        )

    def _moved_view(self, photo: int, view: View, step: Floats) -> View:
        own = step[self.own(photo)]
        return View(
            turn(own[:3]) @ view.rotation,
            view.translation + own[3:POSE],
            np.clip(view.expression + own[POSE:], 0, 1),
        )
