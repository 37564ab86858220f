"""Levenberg–Marquardt with analytic derivatives: maximum a posteriori over all unknowns at once.

One identity serves all photos and each photo has its own expression, so that a smile is an expression and not a wide
mouth.
"""

from dataclasses import replace

import numpy as np

from clinic.case import Floats, Mask
from clinic.reconstruction.camera import first_pose
from clinic.reconstruction.fitting.factors import Normal, normal_equations
from clinic.reconstruction.fitting.model import Problem
from clinic.reconstruction.fitting.state import POSE, Layout, Solution, View

_STEPS = 40
_CONVERGED = 0.1  # fall of the cost that means nothing: the odds of two faces are then 1.1 to 1
_BOUND_PASSES = 4


def fit(problem: Problem, residual: int = 0, start: Solution | None = None) -> Solution:
    """Return the likeliest face and cameras: from `start`, or from scratch, pose first, then everything.

    residual: how many weights of the residual to find.
    """
    from threadpoolctl import threadpool_limits

    layout = Layout.of(problem, residual)
    # The matrices are small: on a busy machine, threads that wait for each other took thirty times as long as one.
    with threadpool_limits(1, user_api="blas"):
        if start is None:
            start = _minimise(problem, layout, _first(problem, layout), _pose_only(layout))
        elif len(start.residual) < residual:
            start = replace(start, residual=np.zeros(residual))
        return _minimise(problem, layout, start, np.ones(layout.size, bool))


def covariance(problem: Problem, solution: Solution) -> Floats:
    """Return the (k + r, k + r) covariance of identity and residual, everything else unknown too (Laplace)."""
    from threadpoolctl import threadpool_limits

    layout = Layout.of(problem, len(solution.residual))
    with threadpool_limits(1, user_api="blas"):
        normal = normal_equations(problem, layout, solution)
        free = np.flatnonzero(~_held(layout, solution, normal.gradient))
        inverse = np.linalg.inv(normal.hessian[np.ix_(free, free)])
    return np.asarray(inverse[: layout.shape, : layout.shape])


def _first(problem: Problem, layout: Layout) -> Solution:
    views = []
    for seen in problem.observations:
        points = problem.markers.points.at(problem.belief.mean, seen.expression)
        focal_px = problem.lenses[seen.lens].focal_px
        posed = seen.first or first_pose(points, seen.image, focal_px, seen.centre)
        views.append(View(*posed, seen.expression))
    return Solution(
        problem.belief.mean,
        np.zeros(layout.residual),
        np.zeros(layout.drift),
        np.log([lens.focal_px for lens in problem.lenses]),
        tuple(views),
    )


def _pose_only(layout: Layout) -> Mask:
    free = np.zeros(layout.size, bool)
    for photo in range(layout.photos):
        start = layout.own(photo).start
        free[start : start + POSE] = True
    return free


def _minimise(problem: Problem, layout: Layout, solution: Solution, free: Mask) -> Solution:
    """Move the unknowns that are `free`, expressions within [0, 1]."""
    damping = 1e-3
    normal = normal_equations(problem, layout, solution)
    converged = False
    for _ in range(_STEPS):
        moving = free & ~_held(layout, solution, normal.gradient)
        candidate = layout.moved(solution, _bounded_step(normal, layout, solution, moving, damping))
        new = normal_equations(problem, layout, candidate)
        if new.cost < normal.cost:
            fell, solution, normal = normal.cost - new.cost, candidate, new
            damping = max(damping / 8, 1e-9)
            converged = fell < _CONVERGED
        else:
            damping *= 8
            converged = damping > 1e6
        if converged:
            break
    return replace(solution, cost=normal.cost, converged=converged)


def _held(layout: Layout, solution: Solution, gradient: Floats) -> Mask:
    """Which unknowns lie on a bound and would leave it."""
    held = np.zeros(layout.size, bool)
    for photo, view in enumerate(solution.views):
        own = layout.expression(photo)
        held[own] = ((view.expression <= 0) & (gradient[own] > 0)) | ((view.expression >= 1) & (gradient[own] < 0))
    return held


def _bounded_step(normal: Normal, layout: Layout, solution: Solution, moving: Mask, damping: float) -> Floats:
    """Return the damped step; an expression that it would take over a bound stops there, and the others make up."""
    least, most = np.full(layout.size, -np.inf), np.full(layout.size, np.inf)
    for photo, view in enumerate(solution.views):
        least[layout.expression(photo)] = -view.expression
        most[layout.expression(photo)] = 1 - view.expression
    step, moving = np.zeros(layout.size), moving.copy()
    for _ in range(_BOUND_PASSES):
        step[moving] = _damped_step(normal, step, moving, damping)
        beyond = moving & ((step < least) | (step > most))
        step = np.clip(step, least, most)
        if not beyond.any():
            break
        moving &= ~beyond
    return step


def _damped_step(normal: Normal, step: Floats, moving: Mask, damping: float) -> Floats:
    """Return the step of what moves, while the rest makes the step that it has."""
    from scipy.linalg import solve

    chosen, rest = np.flatnonzero(moving), np.flatnonzero(~moving & (step != 0))
    matrix = normal.hessian[np.ix_(chosen, chosen)]
    matrix[np.diag_indices_from(matrix)] *= 1 + damping
    pull = normal.gradient[chosen] + normal.hessian[np.ix_(chosen, rest)] @ step[rest]
    return np.asarray(-solve(matrix, pull, assume_a="pos", overwrite_a=True, check_finite=False))
