"""Static equilibrium by Newton's method: load steps, line search, and no cell may invert."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Points
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.simulation.problem import Tissue
from clinic.simulation.saddle import Step

TOLERANCE = 1e-7  # free forces over the largest of reactions and loads
_LEAST_DET_F = 1e-3
_SMALLEST_STEP = 1 / 32
_MOST_STEPS = 24  # tried; more than that is a plan that nobody should see
_MOST_ITERATIONS = 40
_SHORTEST = 1 / 64  # of a Newton step, in the line search


class NoEquilibrium(ClinicError):
    """The tissue cannot follow what is planned."""

    def __init__(self, done: float) -> None:
        super().__init__(
            f"The soft tissue cannot follow this plan: beyond {100 * done:.0f} % of the change it would fold or tear. "
            "No result is shown. Reduce the amounts, or remove edits that work against each other, and simulate again."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """Where the tissue comes to rest.

    moved: (p, 3) mm. residual: free forces over the largest force. growth: (t,) J_g under which it holds.
    """

    moved: Points
    growth: Floats
    residual: float = 0.0
    load_steps: int = 0
    iterations: int = 0


def rest(tissue: Tissue) -> Equilibrium:
    """Return the state before the operation."""
    return Equilibrium(np.zeros_like(tissue.points), np.ones(len(tissue.cells)))


def equilibrium(
    tissue: Tissue,
    step: Step,
    start: Equilibrium,
    prescribed: Points,
    growth: Floats,
    progress: Progress,
    tolerance: float = TOLERANCE,
) -> Equilibrium:
    """Go from one equilibrium to that under other moves of the held points (p, 3) and another growth (t,).

    Tries all at once; halves the load step where a cell would invert or Newton's method does not settle. Raises
    NoEquilibrium when steps of 1/32 do not help.
    """
    state, done, size = start, 0.0, 1.0
    for _ in range(_MOST_STEPS):
        goal = min(1.0, done + size)
        to, grown = start.moved + goal * (prescribed - start.moved), start.growth + goal * (growth - start.growth)
        settled = _settle(tissue, step, state, to, grown, progress.part(done, goal), tolerance)
        if settled is None:
            size /= 2.0
            if size < _SMALLEST_STEP:
                break
        elif goal == 1.0:
            return settled
        else:
            state, done = settled, goal
    raise NoEquilibrium(done)


def _settle(
    tissue: Tissue,
    step: Step,
    start: Equilibrium,
    prescribed: Points,
    growth: Floats,
    progress: Progress,
    tolerance: float,
) -> Equilibrium | None:
    """One load step: the linear answer, then Newton; None if it does not settle or a cell inverts."""
    tissue.grow(growth)
    load = tissue.residual(start.moved)
    step.take(tissue.linearise(start.moved))
    moved = start.moved + step.solve(-load, prescribed - start.moved)
    largest = float(np.linalg.norm(load[step.free]))
    for iteration in range(1, _MOST_ITERATIONS + 1):
        # each iteration takes away about a quarter of what is left to do
        progress.report(
            1.0 - 0.75 ** (iteration - 1), f"Solving the soft tissue, iteration {start.iterations + iteration}"
        )
        if tissue.min_det_f(moved) <= _LEAST_DET_F:
            return None
        force = tissue.residual(moved)
        out_of_balance = float(np.linalg.norm(force[step.free]))
        largest = max(largest, float(np.linalg.norm(force[step.held])), 1e-12)
        if out_of_balance <= tolerance * largest:
            done = start.iterations + iteration, start.load_steps + 1
            return Equilibrium(moved, growth, out_of_balance / largest, done[1], done[0])
        step.take(tissue.linearise(moved))
        along = step.solve(-force, np.zeros_like(moved))
        better = _search(tissue, step, moved, along, out_of_balance)
        if better is None:
            return None
        moved = better
    return None


def _search(tissue: Tissue, step: Step, moved: Points, along: Points, out_of_balance: float) -> Points | None:
    """Return the first of the full, half, … step that inverts nothing and lowers the free forces."""
    share = 1.0
    while share >= _SHORTEST:
        tried: Points = moved + share * along
        if tissue.min_det_f(tried) > _LEAST_DET_F:
            left = float(np.linalg.norm(tissue.residual(tried)[step.free]))
            if left < (1.0 - 1e-4 * share) * out_of_balance:
                return tried
        share /= 2.0
    return None
