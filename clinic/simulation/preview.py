"""The linear answer, fast enough to follow a slider. Never exported."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Load, Mask, Points, Simulation, SolverFigures
from clinic.case.arrays import freeze
from clinic.simulation.loading import Loading, loading
from clinic.simulation.mesher import mesh
from clinic.simulation.problem import Tissue
from clinic.simulation.saddle import Step
from clinic.simulation.skin import Skin
from clinic.simulation.tissue import LAYERS


@dataclass(frozen=True, slots=True, eq=False)
class LinearAnswer:
    """The small-displacement answer to all loads.

    moved: (p, 3) mm. strengths: (k,) of the depots, so that each load that injects brings its volume to the skin.
    """

    moved: Points
    strengths: Floats

    def __post_init__(self) -> None:
        freeze(self, moved=(np.float64, -1, 3), strengths=(np.float64, -1))


class Preview:
    """One face, meshed and factored, waiting for loads."""

    def __init__(self, face: FaceModel) -> None:
        """Mesh the face. Raises CannotMesh."""
        self._face = face
        self.volume = mesh(face)
        self.skin = Skin(face, self.volume.patch)
        volume = self.volume
        self.tissue = Tissue(volume.points, volume.cells, volume.layer, LAYERS)
        self._at_rest = self.tissue.linearise(np.zeros_like(volume.points))
        self._steps: dict[bytes, Step] = {}
        self.step(loading(face, volume, ()).held)

    def step(self, held: Mask) -> Step:
        """Return the factored tangent at rest for a set of held points; a set seen before costs nothing."""
        key = np.packbits(held).tobytes()
        if key not in self._steps:
            self._steps[key] = Step(held)
            self._steps[key].take(self._at_rest)
        return self._steps[key]

    def answer(self, asked: Loading) -> LinearAnswer:
        """Return the linear answer to loads that were brought to this face's tissue."""
        step, still = self.step(asked.held), np.zeros_like(self.volume.points)
        moved = step.solve(still.ravel(), asked.prescribed)
        strengths = np.zeros(len(asked.injecting))
        for k, load in enumerate(asked.injecting):
            grown = self.tissue.node_volumes(asked.depots[k] * self.tissue.rest_volumes)
            column = step.solve(still.ravel(), still, grown)
            strengths[k] = self._strength(load, column[self.volume.skin])
            moved = moved + strengths[k] * column
        return LinearAnswer(moved, strengths)

    def simulate(self, loads: Sequence[Load]) -> Simulation:
        """Return where the skin goes by the linear model, `solved` False."""
        began = time.perf_counter()
        asked = loading(self._face, self.volume, loads)
        moved = self.answer(asked).moved
        figures = SolverFigures(
            tetrahedra=len(self.volume.cells),
            unknowns=len(self.step(asked.held).free),
            load_steps=0,
            iterations=0,
            residual=0.0,
            min_det_f=self.tissue.min_det_f(moved),
            linear_gap_mm=0.0,
            seconds=time.perf_counter() - began,
        )
        return self.skin.simulation(moved[self.volume.skin], loads, figures, solved=False)

    def _strength(self, load: Load, column: Points) -> float:
        """Return how much of a unit depot brings the load's volume to the skin; swept volume is not quite linear."""
        display = self.skin.display(self.skin.control(column))
        strength = 1.0
        for _ in range(3):
            strength *= load.growth_cc / self.skin.gained_cc(load, strength * display)
        return strength
