"""Fits identity, expressions and cameras to the landmarks of one or more photos.

Maximum a posteriori by Gauss–Newton with Levenberg–Marquardt damping and analytic derivatives. One identity serves all
photos and each photo has its own expression, so that a smile is an expression and not a wide mouth. What is minimised:

    Σ photos, points   (ν + 2)/2 · log(1 + |u − d|²/σ²ν)     Student-t on image points u against detected d
  + Σ photos, pairs    the same on (u_a − u_b) − (d_a − d_b)     lids and lips open as far as in the photo
  + ½ |identity|²                                               one standard deviation per mode
  + Σ photos           |expression − detected| / b, smooth at 0  expressions within [0, 1]
  + ½ Σ lenses         (log f − log f₀)²/σ²
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Floats, Ints, Mask, Points
from clinic.reconstruction.camera import Lens, first_pose, turn

_NU = 4.0  # Student-t degrees of freedom
_SMOOTH = 0.02  # where |x| of the expression prior turns round, in expression weights
_POSE = 6
_STEPS = 40
_CONVERGED = 1e-5  # relative fall of the cost


@dataclass(frozen=True, slots=True, eq=False)
class LinearPoints:
    """Points that follow identity and expression linearly: mean (l, 3), modes (k, l, 3), expressions (e, l, 3), mm.

    pairs: (q, 2) rows that open and close: lids, lips. spread: (e,) expected size b of an expression's error.
    """

    mean: Points
    modes: Floats
    expressions: Floats
    pairs: Ints
    spread: Floats

    def at(self, identity: Floats, expression: Floats) -> Points:
        """Return the (l, 3) points."""
        shaped: Points = (
            self.mean + np.tensordot(identity, self.modes, 1) + np.tensordot(expression, self.expressions, 1)
        )
        return shaped


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What was seen in one photo.

    image: (l, 2) detected points, px, with their standard deviations sigma_px (l,). pair_sigma_px: standard deviation
    of an opening. expression: (e,) detected weights. centre: (2,) px. lens: number of its lens. weight: 0…1, how much
    the photo counts; a second photo of the same view has nothing new to say.
    """

    image: Floats
    sigma_px: Floats
    pair_sigma_px: float
    expression: Floats
    centre: Floats
    lens: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One photo's part of the solution; camera axes as in `case.Camera`."""

    rotation: Floats
    translation: Floats
    expression: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """identity (k,), log focal lengths per lens, one view per photo; cost, and covariance (k, k) of the identity."""

    identity: Floats
    log_focal: Floats
    views: tuple[View, ...]
    cost: float = np.inf
    covariance: Floats | None = None

    def focal_px(self, lens: int) -> float:
        """Return the focal length of a lens."""
        return float(np.exp(self.log_focal[lens]))


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    model: LinearPoints
    observations: tuple[Observation, ...]
    lenses: tuple[Lens, ...]

    @property
    def shared(self) -> int:
        """How many unknowns all photos share: identity, then lenses."""
        return len(self.model.modes) + len(self.lenses)

    @property
    def own(self) -> int:
        """How many unknowns one photo has: turn, shift, expression."""
        return _POSE + len(self.model.expressions)

    def block(self, photo: int) -> slice:
        start = self.shared + photo * self.own
        return slice(start, start + self.own)

    @property
    def size(self) -> int:
        return self.shared + len(self.observations) * self.own


def fit(model: LinearPoints, observations: Sequence[Observation], lens_starts: Sequence[Sequence[Lens]]) -> Solution:
    """Return the best solution over all `lens_starts` (each one lens per lens number): pose first, then everything."""
    from threadpoolctl import threadpool_limits

    solutions = []
    # The matrices are small: on a busy machine, threads that wait for each other took thirty times as long as one.
    with threadpool_limits(1, user_api="blas"):
        for lenses in lens_starts:
            problem = _Problem(model, tuple(observations), tuple(lenses))
            posed = _minimise(problem, _start(problem), _pose_only(problem))
            solutions.append((problem, _minimise(problem, posed, np.ones(problem.size, bool))))
        problem, best = min(solutions, key=lambda pair: pair[1].cost)
        return replace(best, covariance=_covariance(problem, best))


def _start(problem: _Problem) -> Solution:
    identity = np.zeros(len(problem.model.modes))
    views = []
    for seen in problem.observations:
        points = problem.model.at(identity, seen.expression)
        rotation, translation = first_pose(points, seen.image, problem.lenses[seen.lens].focal_px, seen.centre)
        views.append(View(rotation, translation, seen.expression))
    log_focal = np.log([lens.focal_px for lens in problem.lenses])
    return Solution(identity, log_focal, tuple(views))


def _pose_only(problem: _Problem) -> Mask:
    free = np.zeros(problem.size, bool)
    for photo in range(len(problem.observations)):
        start = problem.block(photo).start
        free[start : start + _POSE] = True
    return free


def _minimise(problem: _Problem, solution: Solution, free: Mask) -> Solution:
    """Levenberg–Marquardt on the unknowns that are `free`; expressions are kept within [0, 1] by projection."""
    damping = 1e-3
    hessian, gradient, cost = _normal_equations(problem, solution)
    for _ in range(_STEPS):
        moving = free & ~_held(problem, solution, gradient)
        step = _damped_step(hessian, gradient, moving, damping)
        candidate = _moved(problem, solution, step)
        new = _normal_equations(problem, candidate)
        if new[2] < cost:
            fell, solution, (hessian, gradient, cost) = cost - new[2], candidate, new
            damping = max(damping / 5, 1e-9)
            if fell < _CONVERGED * max(cost, 1.0):
                break
        elif damping > 1e6:
            break
        else:
            damping *= 8
    return replace(solution, cost=cost)


def _held(problem: _Problem, solution: Solution, gradient: Floats) -> Mask:
    """Which unknowns lie on a bound and would leave it."""
    held = np.zeros(problem.size, bool)
    for photo, view in enumerate(solution.views):
        own = slice(problem.block(photo).start + _POSE, problem.block(photo).stop)
        held[own] = ((view.expression <= 0) & (gradient[own] > 0)) | ((view.expression >= 1) & (gradient[own] < 0))
    return held


def _damped_step(hessian: Floats, gradient: Floats, moving: Mask, damping: float) -> Floats:
    chosen = np.flatnonzero(moving)
    matrix = hessian[np.ix_(chosen, chosen)]
    matrix[np.diag_indices_from(matrix)] *= 1 + damping
    step = np.zeros(len(gradient))
    step[chosen] = -np.linalg.solve(matrix, gradient[chosen])
    return step


def _moved(problem: _Problem, solution: Solution, step: Floats) -> Solution:
    count = len(solution.identity)
    views = []
    for photo, view in enumerate(solution.views):
        own = step[problem.block(photo)]
        views.append(
            View(
                turn(own[:3]) @ view.rotation,
                view.translation + own[3:_POSE],
                np.clip(view.expression + own[_POSE:], 0, 1),
            )
        )
    log_focal = solution.log_focal + step[count : problem.shared]
    return Solution(solution.identity + step[:count], log_focal, tuple(views))


def _normal_equations(problem: _Problem, solution: Solution) -> tuple[Floats, Floats, float]:
    """Return Gauss–Newton matrix, gradient and cost of data and priors."""
    hessian, gradient, cost = _priors(problem, solution)
    for photo, seen in enumerate(problem.observations):
        jacobian, residual = _linearise(problem, solution, photo)
        weights, data_cost = _student(residual)
        weights, data_cost = seen.weight * weights, seen.weight * data_cost
        weighted = jacobian * weights[:, None, None]
        flat = jacobian.reshape(-1, jacobian.shape[-1])
        local = flat.T @ weighted.reshape(flat.shape)
        unknowns = np.r_[
            0 : len(solution.identity),
            len(solution.identity) + seen.lens,
            problem.block(photo).start : problem.block(photo).stop,
        ]
        hessian[np.ix_(unknowns, unknowns)] += local
        gradient[unknowns] += weighted.reshape(flat.shape).T @ residual.ravel()
        cost += data_cost
    return hessian, gradient, cost


def _priors(problem: _Problem, solution: Solution) -> tuple[Floats, Floats, float]:
    diagonal, gradient = np.zeros(problem.size), np.zeros(problem.size)
    count = len(solution.identity)
    diagonal[:count], gradient[:count] = 1.0, solution.identity
    cost = 0.5 * float(solution.identity @ solution.identity)
    for number, lens in enumerate(problem.lenses):
        off = solution.log_focal[number] - np.log(lens.focal_px)
        diagonal[count + number], gradient[count + number] = lens.sigma**-2, off * lens.sigma**-2
        cost += 0.5 * (off / lens.sigma) ** 2
    for photo, (view, seen) in enumerate(zip(solution.views, problem.observations, strict=True)):
        own = slice(problem.block(photo).start + _POSE, problem.block(photo).stop)
        off = view.expression - seen.expression
        length = np.sqrt(off**2 + _SMOOTH**2)
        diagonal[own] = seen.weight / (problem.model.spread * length)
        gradient[own] = off * diagonal[own]
        cost += seen.weight * float(((length - _SMOOTH) / problem.model.spread).sum())
    return np.diag(diagonal), gradient, cost


def _student(residual: Floats) -> tuple[Floats, float]:
    """Return the weights (r,) and the cost of whitened residuals (r, 2) under Student's t in two dimensions."""
    squared = (residual**2).sum(axis=1)
    return (_NU + 2) / (_NU + squared), float((_NU + 2) / 2 * np.log1p(squared / _NU).sum())


def _linearise(problem: _Problem, solution: Solution, photo: int) -> tuple[Floats, Floats]:
    """Return whitened residuals (r, 2) of points, then of pairs, and their derivatives (r, 2, unknowns).

    Unknowns: identity, log focal length, turn, shift, expression.
    """
    model, seen, view = problem.model, problem.observations[photo], solution.views[photo]
    focal = solution.focal_px(seen.lens)
    turned = model.at(solution.identity, view.expression) @ view.rotation.T
    x, y, z = (turned + view.translation).T
    plane = focal * np.stack([x / z, y / z], axis=1)
    # Derivative of the image point by the point in camera axes.
    by_point = np.zeros((len(x), 2, 3))
    by_point[:, 0, 0] = by_point[:, 1, 1] = focal / z
    by_point[:, :, 2] = -plane / z[:, None]
    by_space = by_point @ view.rotation
    shapes = np.concatenate([model.modes, model.expressions])
    by_shape = np.einsum("lij,klj->lik", by_space, shapes, optimize=True)
    by_turn = np.cross(turned[:, None, :], by_point)
    count = len(model.modes)
    derivative = np.concatenate(
        [by_shape[:, :, :count], plane[:, :, None], by_turn, by_point, by_shape[:, :, count:]], axis=2
    )
    error = plane + seen.centre - seen.image
    a, b = model.pairs.T
    openings = (error[a] - error[b]) / seen.pair_sigma_px
    residual = np.concatenate([error / seen.sigma_px[:, None], openings])
    opening = (derivative[a] - derivative[b]) / seen.pair_sigma_px
    jacobian = np.concatenate([derivative / seen.sigma_px[:, None, None], opening])
    return jacobian, residual


def _covariance(problem: _Problem, solution: Solution) -> Floats:
    """Return the (k, k) covariance of the identity, everything else unknown too (Laplace's approximation)."""
    hessian, gradient, _ = _normal_equations(problem, solution)
    free = np.flatnonzero(~_held(problem, solution, gradient))
    inverse = np.linalg.inv(hessian[np.ix_(free, free)])
    count = len(solution.identity)
    return np.asarray(inverse[:count, :count])
