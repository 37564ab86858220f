"""Where the skin goes under a plan, or a clear refusal."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clinic.case import FaceModel, Floats, Load, Points, Simulation
from clinic.jobs import Progress
from clinic.simulation.aims import NotReached, reading
from clinic.simulation.credit import by_others
from clinic.simulation.loading import demands
from clinic.simulation.newton import BY_THE_WAY, TOLERANCE, Equilibrium, Way, in_steps, rest, settle
from clinic.simulation.preview import Preview, forces_at_rest, on_ears
from clinic.simulation.saddle import Step
from clinic.simulation.spread import spread
from clinic.words import say

AIM_TOLERANCE = 0.005  # of what was asked; 2 % is promised
_MOST_CORRECTIONS = 6
_ROUGH = 1e-3


def simulate(face: FaceModel, loads: Sequence[Load], progress: Progress) -> Simulation:
    """Solve the equilibrium of the soft tissue under the loads of a plan.

    Nothing that is unconverged, inverted or short of what was asked is returned. Raises CannotMesh, NoEquilibrium,
    NotReached, TooMuchTaken, OutOfMemory, CannotFactor and Cancelled.
    """
    return solve(Preview(face, progress.part(0.0, 0.2), on_ears(face, loads)), loads, progress.part(0.2, 1.0))


def simulate_with_range(face: FaceModel, loads: Sequence[Load], progress: Progress) -> Simulation:
    """Solve a plan as `simulate` does, and add how far the result may lie from the likely one. Raises the same."""
    preview = Preview(face, progress.part(0.0, 0.1), on_ears(face, loads))
    likely = solve(preview, loads, progress.part(0.1, 0.5))
    return replace(likely, range=spread(preview, loads, likely, progress.part(0.5, 1.0)))


def solve(preview: Preview, loads: Sequence[Load], progress: Progress) -> Simulation:
    """Solve the equilibrium on a face that is meshed and factored already. Raises as `simulate`, but for the mesh."""
    began = time.perf_counter()
    progress.report(0.0, say("Solving the linear model"))
    first = preview.simulate(loads)
    solving = Solving(preview, loads)
    solved = solving.run(progress.part(0.1, 1.0))
    control = preview.skin.control(solved.moved[preview.volume.skin])
    gap = np.linalg.norm(control - first.control_displacement, axis=1).max()
    figures = replace(
        first.figures,
        unknowns=len(solving.step.free),
        load_steps=solved.load_steps,
        iterations=solved.iterations,
        residual=solved.residual,
        min_det_f=preview.tissue.min_det_f(solved.moved),
        linear_gap_mm=float(gap),
        seconds=time.perf_counter() - began,
        volume_error=solving.volume_error(solved),
    )
    answer = preview.skin.simulation(solved.moved[preview.volume.skin], loads, figures, solved=True)
    return replace(answer, by_others=solving.by_others(solved))


class Solving:
    """One plan on its way to equilibrium.

    Demands that aim at something are corrected until their gauges read what was asked of them beside what the other
    loads do there.
    """

    def __init__(self, preview: Preview, loads: Sequence[Load]) -> None:
        """Take the face with its tangent at rest, and what is asked."""
        self._preview, self._loads = preview, loads
        self._demands = demands(loads)
        self._responses = [preview.response(demand) for demand in self._demands]
        self._aiming = [k for k, demand in enumerate(self._demands) if demand.gauges]
        self._asked = np.array([self._demands[k].asked for k in self._aiming])
        self._amounts = np.zeros(len(self._demands))  # of the latest equilibrium
        released = preview.ground.released(loads)
        self._held = preview.ground.held & ~released
        self._springs = np.where(released[:, None, None], 0.0, preview.ground.springs)
        self._columns = [response.moved for response in self._responses]  # (p, 3) mm, the linear answers to one unit
        self.step = preview.step.lend()
        if released.any():
            self.step = Step(self._held)

    def run(self, progress: Progress) -> Equilibrium:
        """Return the equilibrium. Raises NoEquilibrium, NotReached and TooMuchTaken."""
        tissue = self._preview.tissue
        tissue.tie(self._springs)
        if not self.step.ready:
            still = np.zeros_like(tissue.points)
            self.step.take(tissue.linearise(still))
            units = [response.unit for response in self._responses]
            self._columns = [
                self.step.solve(forces_at_rest(tissue, unit), still if unit.moved is None else unit.moved)
                for unit in units
            ]
        try:
            return self._run(progress)
        finally:
            tissue.tie(self._preview.ground.springs)

    def by_others(self, solved: Equilibrium) -> tuple[float, ...]:
        """Return what each gauge of the loads reads, in their order, of what the other loads do."""
        parts = [float(a) * response.display for a, response in zip(self._amounts, self._responses, strict=True)]
        face, points = self._preview.face, self._preview.skin.points
        return by_others(face, points, self._loads, self._demands, parts, self._display(solved))

    def volume_error(self, solved: Equilibrium) -> float:
        """Return the worst relative error of the volumes that were asked."""
        error = abs(self._missing(solved) / self._asked)
        return max((float(error[i]) for i, k in enumerate(self._aiming) if self._demands[k].grows), default=0.0)

    def _run(self, progress: Progress) -> Equilibrium:
        pairs = zip(self._responses, self._demands, strict=True)
        amounts = np.array([response.amount(demand) for response, demand in pairs])
        state, nothing = rest(self._preview.tissue), np.zeros(len(amounts))
        if not self._aiming:
            return self._go(state, nothing, amounts, progress, TOLERANCE)
        # the first answer only corrects the amounts of the linear model: it need not be sharp
        state = self._go(state, nothing, amounts, progress.part(0.0, 0.5), _ROUGH)
        for turn in range(1, _MOST_CORRECTIONS + 1):
            better = self._corrected(state, amounts)
            lane = progress.part(1.0 - 0.5**turn, 1.0 - 0.5 ** (turn + 1))
            state, amounts = self._go(state, amounts, better, lane, TOLERANCE), better
            missing = self._missing(state)
            if (abs(missing) <= AIM_TOLERANCE * abs(self._asked)).all():
                return state
        worst = int(np.argmax(abs(missing / self._asked)))
        raise NotReached(self._demands[self._aiming[worst]], float(self._asked[worst] - missing[worst]))

    def _go(self, state: Equilibrium, here: Floats, there: Floats, progress: Progress, tolerance: float) -> Equilibrium:
        """Go from the equilibrium under some amounts to that under others, by the linear responses first."""
        preview, responses = self._preview, self._responses
        units = [response.unit for response in responses]

        def settled(way: Way, share: float) -> Equilibrium | None:
            amounts, change = here + share * (there - here), (share - way.done) * (there - here)
            acting = preview.ground.acting(self._demands, units, amounts)
            moved = way.guess(share)
            if moved is None:
                moved = way.state.moved + _sum(change, self._columns)
            moved[self._held] = acting.prescribed[self._held]
            load = sum(abs(float(a)) * response.load for a, response in zip(amounts, responses, strict=True))
            guess = replace(way.state, moved=moved, acting=acting)
            sharp = tolerance if share == 1.0 else BY_THE_WAY
            return settle(preview.tissue, self.step, guess, load, progress.part(way.done, share), sharp)

        settled_there = in_steps(state, settled)
        self._amounts = there
        return settled_there

    def _corrected(self, state: Equilibrium, amounts: Floats) -> Floats:
        """Return amounts that bring the gauges to their targets by the linear model; none more than doubles."""
        slopes = np.array([[self._slope(k, other) for other in self._aiming] for k in self._aiming])
        wanted = amounts.copy()
        wanted[self._aiming] += np.linalg.solve(slopes, self._missing(state))
        low, high = np.minimum(0.5 * amounts, 2.0 * amounts), np.maximum(0.5 * amounts, 2.0 * amounts)
        least = [response.unit.least for response in self._responses]
        return np.maximum(np.clip(wanted, low, high), least)

    def _slope(self, k: int, other: int) -> float:
        """Return how much more the gauges of demand k read for one more unit of another, of volume only of its own."""
        if self._demands[k].grows and other != k:
            return 0.0
        return sum(self._preview.seen(gauge, self._demands[other]) for gauge in self._demands[k].gauges)

    def _missing(self, state: Equilibrium) -> Floats:
        """Return what the gauges of the aiming demands should read more of their own."""
        gauges = [gauge for load in self._loads for gauge in load.gauges]
        others = {id(gauge): value for gauge, value in zip(gauges, self.by_others(state), strict=True)}
        of_others = np.array([sum(others[id(gauge)] for gauge in self._demands[k].gauges) for k in self._aiming])
        display = self._display(state)
        missing: Floats = self._asked + of_others - np.array([self._read(k, display) for k in self._aiming])
        return missing

    def _display(self, state: Equilibrium) -> Points:
        skin = self._preview.skin
        return skin.display(skin.control(state.moved[self._preview.volume.skin]))

    def _read(self, k: int, display: Points) -> float:
        return reading(self._preview.face, self._preview.skin.points, self._demands[k], display)


def _sum(amounts: Floats, columns: Sequence[Floats]) -> Floats:
    """Return Σ amount × column."""
    total = np.zeros_like(columns[0]) if columns else np.zeros(1)
    for amount, column in zip(amounts, columns, strict=True):
        total = total + amount * column
    return total
