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


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """The answer to one unit: support moves of size 1 mm, or a depot at strength 1.

    moved: (p, 3) mm. gains: cc at the skin for strength s are gains · (s, s², s³): swept volume is exactly cubic.
    """

    moved: Points
    gains: Floats

    def __post_init__(self) -> None:
        freeze(self, moved=(np.float64, -1, 3), gains=(np.float64, 3))

    def strength(self, cc: float) -> float:
        """Return the strength that brings so many cc to the skin."""
        powers = np.arange(1, 4)
        found = cc / self.gains[0]
        for _ in range(8):
            found -= (self.gains @ found**powers - cc) / (self.gains @ (powers * found ** (powers - 1)))
        return float(found)


class Preview:
    """One face, meshed and factored, waiting for loads."""

    def __init__(self, face: FaceModel) -> None:
        """Mesh the face. Raises CannotMesh."""
        self._face = face
        self.volume = mesh(face)
        self.skin = Skin(face, self.volume.patch)
        volume = self.volume
        self.tissue = Tissue(volume.points, volume.cells, volume.layer, LAYERS)
        self._still = np.zeros_like(volume.points)
        self._at_rest = self.tissue.linearise(self._still)
        self._steps: dict[bytes, Step] = {}
        self._responses: dict[bytes, Response] = {}
        self.step(loading(face, volume, ()).held)

    def step(self, held: Mask) -> Step:
        """Return the factored tangent at rest for a set of held points; a set seen before costs nothing."""
        key = np.packbits(held).tobytes()
        if key not in self._steps:
            self._steps[key] = Step(held)
            self._steps[key].take(self._at_rest)
        return self._steps[key]

    def answer(self, asked: Loading) -> LinearAnswer:
        """Return the linear answer to loads that were brought to this face's tissue.

        While a slider is dragged only its amount changes: the response to one unit is kept until the next answer.
        """
        before, self._responses = self._responses, {}
        moved, strengths = self._moved(asked, before), np.zeros(len(asked.injecting))
        for k, load in enumerate(asked.injecting):
            key = b"depot" + asked.held.tobytes() + asked.depots[k].tobytes()
            response = self._responses[key] = before.get(key) or self._injected(asked, k)
            strengths[k] = response.strength(load.growth_cc)
            moved = moved + strengths[k] * response.moved
        return LinearAnswer(moved, strengths)

    def _moved(self, asked: Loading, before: dict[bytes, Response]) -> Points:
        size = float(abs(asked.prescribed).max())
        if size == 0.0:
            return self._still
        unit = np.round(asked.prescribed / size, 9)
        key = b"moves" + asked.held.tobytes() + unit.tobytes()
        if key not in before:
            before[key] = Response(self.step(asked.held).solve(self._still.ravel(), unit), np.zeros(3))
        self._responses[key] = before[key]
        return size * before[key].moved

    def _injected(self, asked: Loading, k: int) -> Response:
        grown = self.tissue.node_volumes(asked.depots[k] * self.tissue.rest_volumes)
        column = self.step(asked.held).solve(self._still.ravel(), self._still, grown)
        display = self.skin.display(self.skin.control(column[self.volume.skin]))
        tried = np.array([-0.5, 0.5, 1.0])
        gained = [self.skin.gained_cc(asked.injecting[k], s * display) for s in tried]
        gains = np.linalg.solve(tried[:, None] ** np.arange(1, 4), gained)
        return Response(column, gains.astype(np.float64))

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
