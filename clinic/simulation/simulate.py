"""Where the skin goes under a plan, or a clear refusal."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clinic.case import FaceModel, Floats, Load, Points, Simulation
from clinic.jobs import Progress
from clinic.simulation.aims import NotReached, reading
from clinic.simulation.loading import demands
from clinic.simulation.newton import TOLERANCE, Equilibrium, in_steps, rest, settle
from clinic.simulation.preview import Preview
from clinic.simulation.saddle import Step

AIM_TOLERANCE = 0.005  # of what was asked; 2 % is promised
_MOST_CORRECTIONS = 6
_ROUGH = 1e-3


def simulate(face: FaceModel, loads: Sequence[Load], progress: Progress) -> Simulation:
    """Solve the equilibrium of the soft tissue under the loads of a plan.

    Nothing that is unconverged, inverted or short of what was asked is returned. Raises CannotMesh, NoEquilibrium,
    NotReached, TooMuchTaken, OutOfMemory, CannotFactor and Cancelled.
    """
    began = time.perf_counter()
    preview = Preview(face, progress.part(0.0, 0.2))
    progress.report(0.2, "Solving the linear model")
    first = preview.simulate(loads)
    solving = Solving(preview, loads, first.by_others)
    solved = solving.run(progress.part(0.3, 1.0))
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
    return replace(answer, by_others=first.by_others)


class Solving:
    """One plan on its way to equilibrium.

    Demands that aim at something are corrected until their gauges read what was asked of them and what the other loads
    do there by the way.
    """

    def __init__(self, preview: Preview, loads: Sequence[Load], by_others: Sequence[float]) -> None:
        """Take the face with its tangent at rest, what is asked, and what each gauge reads of the other loads."""
        self._preview = preview
        self._demands = demands(loads)
        self._responses = [preview.response(demand) for demand in self._demands]
        self._aiming = [k for k, demand in enumerate(self._demands) if demand.gauges]
        self._asked = np.array([self._demands[k].asked for k in self._aiming])
        self._targets = self._asked + self._by_others(loads, by_others)
        released = preview.ground.released(loads)
        self._held = preview.ground.held & ~released
        self._springs = np.where(released[:, None, None], 0.0, preview.ground.springs)
        self.step = Step(self._held) if released.any() else preview.step.lend()

    def run(self, progress: Progress) -> Equilibrium:
        """Return the equilibrium. Raises NoEquilibrium, NotReached and TooMuchTaken."""
        tissue = self._preview.tissue
        tissue.tie(self._springs)
        try:
            return self._run(progress)
        finally:
            tissue.tie(self._preview.ground.springs)

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

        def settled(state: Equilibrium, done: float, share: float) -> Equilibrium | None:
            amounts, change = here + share * (there - here), (share - done) * (there - here)
            acting = preview.ground.acting(self._demands, units, amounts)
            moved = state.moved.copy()
            for step, response in zip(change, responses, strict=True):
                moved += step * response.moved
            moved[self._held] = acting.prescribed[self._held]
            load = sum(abs(float(a)) * response.load for a, response in zip(amounts, responses, strict=True))
            guess = replace(state, moved=moved, acting=acting)
            return settle(preview.tissue, self.step, guess, load, progress.part(done, share), tolerance)

        return in_steps(state, settled)

    def _corrected(self, state: Equilibrium, amounts: Floats) -> Floats:
        """Return amounts that bring the gauges to their targets by the linear model; none more than doubles."""
        slopes = np.array([[self._slope(k, other) for other in self._aiming] for k in self._aiming])
        wanted = amounts.copy()
        wanted[self._aiming] += np.linalg.solve(slopes, self._missing(state))
        low, high = np.minimum(0.5 * amounts, 2.0 * amounts), np.maximum(0.5 * amounts, 2.0 * amounts)
        least = [response.unit.least for response in self._responses]
        return np.maximum(np.clip(wanted, low, high), least)

    def _slope(self, k: int, other: int) -> float:
        """Return how much more the gauges of demand k read for one more unit of another."""
        return sum(self._preview.seen(gauge, self._demands[other]) for gauge in self._demands[k].gauges)

    def _missing(self, state: Equilibrium) -> Floats:
        """Return what the gauges of the aiming demands should read more."""
        skin = self._preview.skin
        return self._targets - self._readings(skin.display(skin.control(state.moved[self._preview.volume.skin])))

    def _by_others(self, loads: Sequence[Load], by_others: Sequence[float]) -> Floats:
        """Return what the gauges of each aiming demand read together of the other loads."""
        gauges = [gauge for load in loads for gauge in load.gauges]
        read = {id(gauge): value for gauge, value in zip(gauges, by_others, strict=True)}
        return np.array([sum(read[id(gauge)] for gauge in self._demands[k].gauges) for k in self._aiming])

    def _readings(self, display: Points) -> Floats:
        return np.array([self._read(k, display) for k in self._aiming])

    def _read(self, k: int, display: Points) -> float:
        return reading(self._preview.face, self._preview.skin.points, self._demands[k], display)
