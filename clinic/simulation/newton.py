"""Static equilibrium by Newton's method: load steps, line search, and no cell may invert."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Floats, Points
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.simulation.problem import Tissue, growth_tensors
from clinic.simulation.saddle import Step
from clinic.words import say

TOLERANCE = 1e-7  # free forces over the largest of reactions and loads
_LEAST_DET_F = 1e-3
# The same, of load steps before the last, which only have to lead there. A cell about to fold hardly shows among the
# forces of a face: were steps less sharp, it would be led on by the linear answer until it inverts.
BY_THE_WAY = 1e-5
_SMALLEST_STEP = 1 / 32
_MOST_STEPS = 24  # tried; more than that is a plan that nobody should see
_MOST_ITERATIONS = 40
_SHORTEST = 1 / 64  # of a Newton step, in the line search
_ALONG = 0.5  # of the force along a Newton step, what may be left at its end
_LOOSEST, _TIGHTEST = 0.1, 1e-3  # of the free forces, what a linear solve may leave


class NoEquilibrium(ClinicError):
    """The tissue cannot follow what is planned."""

    def __init__(self, done: float) -> None:
        super().__init__(
            say(
                "The soft tissue cannot follow this plan: beyond {done:.0f} % of the change it would fold or "
                "tear. No result is shown. Reduce the amounts, or remove edits that work against each other, "
                "and simulate again.",
                done=100 * done,
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Acting:
    """All that acts on a tissue.

    prescribed: (p, 3) mm, where held points are brought and springs are tied. growth: (t,) J_g or (t, 3, 3) G. force:
    (3p,) N, on the points; None for none.
    """

    prescribed: Points
    growth: Floats
    force: Floats | None = None

    def out_of_balance(self, tissue: Tissue, moved: Points) -> Floats:
        """Return the (3p,) forces of the tissue less those that act on it."""
        internal = tissue.residual(moved, self.prescribed)
        return internal if self.force is None else internal - self.force

    def towards(self, goal: "Acting", share: float) -> "Acting":
        """Return what acts after a share of the way to a goal."""
        here, there = self.growth, goal.growth
        if here.ndim != there.ndim:
            here, there = growth_tensors(here), growth_tensors(there)
        pulls = None
        if self.force is not None or goal.force is not None:
            nothing = np.zeros(goal.prescribed.size)
            before, after = (nothing if force is None else force for force in (self.force, goal.force))
            pulls = _between(before, after, share)
        return Acting(_between(self.prescribed, goal.prescribed, share), _between(here, there, share), pulls)


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """Where the tissue comes to rest.

    moved: (p, 3) mm. acting: under which it holds. residual: free forces over the largest force.
    """

    moved: Points
    acting: Acting
    residual: float = 0.0
    load_steps: int = 0
    iterations: int = 0


def rest(tissue: Tissue) -> Equilibrium:
    """Return the state before the operation."""
    still = np.zeros_like(tissue.points)
    return Equilibrium(still, Acting(still, np.ones(len(tissue.cells))))


def equilibrium(
    tissue: Tissue,
    step: Step,
    start: Equilibrium,
    prescribed: Points,
    growth: Floats,
    progress: Progress,
    tolerance: float = TOLERANCE,
    force: Floats | None = None,
) -> Equilibrium:
    """Go from one equilibrium to that under other moves of the held points (p, 3), another growth and other forces.

    Tries all at once; halves the load step where a cell would invert or Newton's method does not settle, and from the
    second on begins each where points would go on as they came. Raises NoEquilibrium when steps of 1/32 do not help.
    """
    goal = Acting(prescribed, growth, force)

    def settled(way: Way, share: float) -> Equilibrium | None:
        part = start.acting.towards(goal, share)
        guess, load = _linear_guess(tissue, step, way.state, part)
        onwards = way.guess(share)
        if onwards is not None:
            onwards.ravel()[step.held] = part.prescribed.ravel()[step.held]
            guess = replace(guess, moved=onwards)
        sharp = tolerance if share == 1.0 else max(tolerance, BY_THE_WAY)
        return settle(tissue, step, guess, load, progress.part(way.done, share), sharp)

    return in_steps(start, settled)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """How far the loads have been brought on: the state there, the share of the way, and what both were before."""

    state: Equilibrium
    done: float = 0.0
    before: "Way | None" = None

    def guess(self, share: float) -> Points | None:
        """Return where points (p, 3) would go if they went on as they came; None at the start."""
        if self.before is None:
            return None
        speed = (share - self.done) / (self.done - self.before.done)
        return self.state.moved + speed * (self.state.moved - self.before.state.moved)


def in_steps(start: Equilibrium, settled: Callable[[Way, float], Equilibrium | None]) -> Equilibrium:
    """Go all the way in one load step, or in as many as it takes.

    settled: takes how far it has come and to what share of the way to go; None if it cannot. A step that cannot be
    taken is halved, the one after a step that can is twice as long. Raises NoEquilibrium.
    """
    way, size = Way(start), 1.0
    for _ in range(_MOST_STEPS):
        share = min(1.0, way.done + size)
        found = settled(way, share)
        if found is None:
            size /= 2.0
            if size < _SMALLEST_STEP:
                break
        elif share == 1.0:
            return found
        else:
            way, size = Way(found, share, replace(way, before=None)), 2.0 * size
    raise NoEquilibrium(way.done)


def settle(
    tissue: Tissue, step: Step, guess: Equilibrium, load: float, progress: Progress, tolerance: float = TOLERANCE
) -> Equilibrium | None:
    """Bring a guess to rest under what acts on it by Newton's method; None if it does not settle or a cell inverts.

    Held points of the guess are where they are brought. load: N, how large the free forces were before anything gave
    way. Tangents are solved only as sharply as they are worth (Eisenstat and Walker 1996), with whatever factor the
    step has.
    """
    acting, moved = guess.acting, guess.moved
    tissue.grow(acting.growth)
    before: float | None = None
    largest = max(load, 1e-12)
    for iteration in range(1, _MOST_ITERATIONS + 1):
        # each iteration takes away about a quarter of what is left to do
        words = say("Solving the soft tissue, iteration {iterations}", iterations=guess.iterations + iteration)
        progress.report(1.0 - 0.75 ** (iteration - 1), words)
        if tissue.min_det_f(moved) <= _LEAST_DET_F:
            return None
        force = acting.out_of_balance(tissue, moved)
        left = float(np.linalg.norm(force[step.free]))
        largest = max(largest, _largest(tissue, step, acting, moved, force))
        if left <= tolerance * largest:
            done = guess.iterations + iteration, guess.load_steps + 1
            return replace(guess, moved=moved, residual=left / largest, iterations=done[0], load_steps=done[1])
        forcing = _LOOSEST if before is None else (left / before) ** 2
        forcing = min(_LOOSEST, max(forcing, _TIGHTEST, 0.3 * tolerance * largest / left))
        along = step.follow(tissue.linearise(moved), -force, forcing)
        better = _search(tissue, step, acting, moved, along, force)
        if better is None:
            return None
        moved, before = better, left
    return None


def _linear_guess(tissue: Tissue, step: Step, state: Equilibrium, acting: Acting) -> tuple[Equilibrium, float]:
    """Return where the tissue would come to rest if it went on as it begins, and the free forces there are now, N.

    Factors the tangent of the state that it starts from.
    """
    tissue.grow(acting.growth)
    step.take(tissue.linearise(state.moved))
    load = acting.out_of_balance(tissue, state.moved)
    moved = state.moved + step.solve(-load, acting.prescribed - state.moved)
    return replace(state, moved=moved, acting=acting), float(np.linalg.norm(load[step.free]))


def _largest(tissue: Tissue, step: Step, acting: Acting, moved: Points, force: Floats) -> float:
    """Return the largest of the reactions of held points and springs and of the forces that act."""
    pulled = np.linalg.norm(tissue.pull(moved, acting.prescribed))
    acted = 0.0 if acting.force is None else np.linalg.norm(acting.force[step.free])
    return float(max(np.linalg.norm(force[step.held]), pulled, acted))


def _search(tissue: Tissue, step: Step, acting: Acting, moved: Points, along: Points, force: Floats) -> Points | None:
    """Return the first of the full, half, … step that inverts nothing and lowers free forces or energy enough.

    Near a point where much turns, forces may rise on the way to less energy; there what is left of them along the step
    decides (Matthies and Strang 1979).
    """
    left, slope = np.linalg.norm(force[step.free]), abs(force @ along.ravel())
    share = 1.0
    while share >= _SHORTEST:
        tried: Points = moved + share * along
        if tissue.min_det_f(tried) > _LEAST_DET_F:
            after = acting.out_of_balance(tissue, tried)
            lower = np.linalg.norm(after[step.free]) < (1.0 - 1e-4 * share) * left
            if lower or abs(after @ along.ravel()) < _ALONG * slope:
                return tried
        share /= 2.0
    return None


def _between(here: Floats, there: Floats, share: float) -> Floats:
    return np.asarray(here + share * (there - here))
