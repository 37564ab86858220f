"""Our side: the problem in the product's own tissue, factor and Newton's method, without face and skin around it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_info

from clinic.bench.simulation.problem import Problem
from clinic.bench.timing import median_seconds, timed
from clinic.case import Points
from clinic.jobs import Progress
from clinic.simulation.newton import Acting, Equilibrium, NoEquilibrium, settle
from clinic.simulation.problem import Linearisation, Tissue
from clinic.simulation.saddle import Step

_HANDLES = 64  # whose responses are kept for a face: 4 bones with 6 movements each, and 40 others
_TIMES = 7


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A problem, set up. at_rest: the tangent before the operation. step: its factor."""

    problem: Problem
    tissue: Tissue
    at_rest: Linearisation
    step: Step

    @property
    def still(self) -> Points:
        """(p, 3) zeros."""
        return np.zeros_like(self.problem.points)


def body(problem: Problem, averaged: bool) -> Body:
    """Set a problem up. averaged: with averaged nodal pressure, or with plain linear tetrahedra."""
    tissue = Tissue(problem.points, problem.cells, problem.layer, problem.layers, averaged=averaged)
    at_rest = tissue.linearise(np.zeros_like(problem.points))
    step = Step(problem.held)
    step.take(at_rest)
    return Body(problem, tissue, at_rest, step)


def linear_answer(body: Body) -> Equilibrium:
    """Return where the tissue would come to rest if it went on as it begins."""
    acting = Acting(body.problem.prescribed, body.problem.growth)
    body.tissue.grow(acting.growth)
    load = acting.out_of_balance(body.tissue, body.still)
    body.tissue.grow(np.ones(len(body.problem.cells)))
    return Equilibrium(body.step.solve(-load, acting.prescribed), acting)


def solve(body: Body, start: Equilibrium, step: Step) -> Equilibrium:
    """Bring a first guess to rest with the factor that the step has, or makes. Raises NoEquilibrium."""
    found = settle(body.tissue, step, start, 0.0, Progress())
    if found is None:
        raise NoEquilibrium(0.0)
    return found


def reaction(body: Body, found: Equilibrium) -> float:
    """Return the norm of the forces on held points, N: what the free forces are measured against."""
    force = found.acting.out_of_balance(body.tissue, found.moved)
    return float(np.linalg.norm(force[body.step.held]))


def steps(found: Equilibrium) -> int:
    """Return how many times a linear system was solved, which SfePy calls its iterations; we count looks as well."""
    return found.iterations - found.load_steps


def stages(problem: Problem, averaged: bool) -> Mapping[str, float]:
    """Return what the solver takes for a problem of any size, and what its factor is like.

    setup_s: tissue, tangent and factor. factor_s: the factor alone. new_handle_ms: the response to a move of held
    points, one substitution. drag_ms: the skin for other amounts of 64 handles. linear_s: the linear answer.
    nonlinear_s: equilibrium from there, by the factor at rest as far as it serves, as in the product.
    """
    made, setup = timed(lambda: body(problem, averaged))
    _, factor = timed(lambda: Step(problem.held).take(made.at_rest))
    nothing = np.zeros(problem.points.size)
    handle = median_seconds(lambda: made.step.solve(nothing, problem.prescribed), _TIMES)
    start, linear = timed(lambda: linear_answer(made))
    skin = np.tile(start.moved[: _skin_points(problem)].ravel(), (_HANDLES, 1))
    amounts = np.linspace(-1.0, 1.0, _HANDLES)
    found, nonlinear = timed(lambda: solve(made, start, made.step.lend()))
    return {
        "setup_s": setup,
        "factor_s": factor,
        "new_handle_ms": 1e3 * handle,
        "drag_ms": 1e3 * median_seconds(lambda: amounts @ skin, _TIMES),
        "linear_s": linear,
        "nonlinear_s": nonlinear,
        "newton_iterations": steps(found),
        "residual": found.residual,
        "factor_nonzeros": made.step.nonzeros,
    }


def _skin_points(problem: Problem) -> int:
    return len(problem.points) // (len(problem.layers) + 1)


def solver_threads() -> int:
    """Return how many threads the library that factors and substitutes uses."""
    pools = threadpool_info()
    return max((pool["num_threads"] for pool in pools if pool["internal_api"] == "mkl"), default=1)
