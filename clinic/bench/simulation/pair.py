"""One problem in turns with SfePy and with us: same mesh, energy, start and residual norm, plain linear tetrahedra."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clinic.bench.simulation.naive import Naive
from clinic.bench.simulation.ours import body, linear_answer, reaction, solve, steps
from clinic.bench.simulation.problem import Problem, with_poisson
from clinic.bench.timing import spread, timed
from clinic.errors import ClinicError
from clinic.simulation.newton import TOLERANCE
from clinic.simulation.saddle import Step

ALLOWED_MM = 1e-4  # between the two answers
POISSON = 0.45  # the most that plain linear tetrahedra bear


class AnswersDiffer(ClinicError):
    """The fast solution is not the reference solution."""

    def __init__(self, largest_mm: float) -> None:
        super().__init__(
            f"The fast solution and SfePy's differ by {largest_mm:.2g} mm, more than {ALLOWED_MM:g} mm. Times of "
            "different answers mean nothing, so none are given. Do not simulate with this installation; report it."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """What both sides took, one entry per pair, and how far their answers lie apart at most."""

    naive_s: Sequence[float]
    ours_s: Sequence[float]
    max_difference_mm: float
    details: Mapping[str, object]

    @property
    def ratio(self) -> Mapping[str, float]:
        """How many times longer SfePy took: median, least and largest of the pairs."""
        return spread([naive / ours for naive, ours in zip(self.naive_s, self.ours_s, strict=True)])


def paired(problem: Problem, pairs: int, linear_solver: str = "ls.scipy_superlu") -> Pairs:
    """Solve with both in turns. Raises AnswersDiffer and BaselineFailed.

    Both begin with the posed problem and the linear answer; whatever either factors from there on is in its time.
    SfePy stops at the same norm of the free forces in newtons, which we measure against the reactions.
    """
    plain = with_poisson(problem, POISSON)
    made = body(plain, averaged=False)
    start = linear_answer(made)
    tolerance = TOLERANCE * reaction(made, solve(made, start, made.step.lend()))  # also loads what is compiled
    naive, naive_setup = timed(lambda: Naive(plain, tolerance, linear_solver))
    naive_s, ours_s, difference = [], [], 0.0
    for _ in range(pairs):
        theirs, seconds = timed(lambda: naive.solve(start.moved))
        naive_s.append(seconds)
        ours, seconds = timed(lambda: solve(made, start, Step(plain.held)))
        ours_s.append(seconds)
        difference = max(difference, float(np.linalg.norm(theirs.moved - ours.moved, axis=1).max()))
    if not difference <= ALLOWED_MM:
        raise AnswersDiffer(difference)
    details = {
        "linear_solver": linear_solver,
        "naive_setup_s": naive_setup,
        "naive_newton_iterations": theirs.iterations,
        "newton_iterations": steps(ours),
        "tolerance_n": tolerance,
        "naive_residual_n": theirs.residual,
        "residual_n": ours.residual * reaction(made, ours),
    }
    return Pairs(naive_s, ours_s, difference, details)
