"""The linear answer, fast enough to follow a slider. Never exported."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Gauge, Load, Points, Simulation, SolverFigures
from clinic.case.arrays import freeze
from clinic.geometry import reached
from clinic.jobs import Progress
from clinic.simulation.aims import Gain, gain
from clinic.simulation.loading import Demand, Ground, Unit, demands, gauge_key
from clinic.simulation.mesher import mesh
from clinic.simulation.problem import Tissue
from clinic.simulation.saddle import Step
from clinic.simulation.skin import MADE_BY, Skin
from clinic.simulation.tissue import LAYERS
from clinic.words import say

_MOST_RESPONSES = 64
_MOST_SEEN = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """The answer to one unit of a demand.

    moved: (p, 3) mm, of the tissue. control: (c, 3) and display: (n, 3), of the skin. gain: how its amount is found,
    None if that is given. load: N, how large the forces of one unit are.
    """

    unit: Unit
    moved: Points
    control: Points
    display: Points
    gain: Gain | None
    load: float

    def __post_init__(self) -> None:
        freeze(self, moved=(np.float64, -1, 3), control=(np.float64, -1, 3), display=(np.float64, -1, 3))

    def amount(self, demand: Demand) -> float:
        """Return how much of it a demand asks for, by the linear model. Raises NotReached."""
        return demand.size if self.gain is None else self.gain.amount(demand)


class Preview:
    """One face, meshed and factored, waiting for loads.

    The tangent at rest is factored once, for every load: support that a cut releases is taken along smoothly by its
    neighbours instead of being let go, which changes the skin by tenths of a millimetre near the cut; the solved answer
    lets go, and its `linear_gap_mm` holds the difference. Each demand is answered once, for one unit, and superposed.
    """

    def __init__(self, face: FaceModel, progress: Progress | None = None, ears: bool = False) -> None:
        """Mesh the face, with its ears if asked, and factor its tangent. Raises CannotMesh, OutOfMemory and Cancelled.

        With the ears the rest of the face is meshed coarser: take them for plans that turn them (`on_ears`) alone.
        """
        lane = progress or Progress()
        self.face, self.ears = face, ears
        lane.report(0.0, say("Modelling the soft tissue"))
        self.volume = volume = mesh(face, ears=ears)
        self.skin, self.ground = Skin(face, volume.patch), Ground(volume)
        lane.report(0.4, say("Preparing the soft tissue"))
        self.tissue = Tissue(volume.points, volume.cells, volume.layer, LAYERS)
        self.tissue.tie(self.ground.springs)
        self._still = np.zeros_like(volume.points)
        at_rest = self.tissue.linearise(self._still)
        lane.report(0.6, say("Preparing the solver"))
        self.step = Step(self.ground.held)
        self.step.take(at_rest)
        self._min_quality = volume.min_quality
        self._responses: OrderedDict[bytes, Response] = OrderedDict()
        self._seen_before: dict[tuple[bytes, bytes], float] = {}

    def response(self, demand: Demand) -> Response:
        """Return the answer to one unit of a demand; what was asked before costs nothing."""
        key = demand.key
        if key not in self._responses:
            self._responses[key] = self._respond(demand)
            if len(self._responses) > _MOST_RESPONSES:
                self._responses.popitem(last=False)
        self._responses.move_to_end(key)
        return self._responses[key]

    def displacement(self, loads: Sequence[Load]) -> tuple[Points, Points]:
        """Return where control (c, 3) and display vertices (n, 3) go, mm: what a drag needs."""
        control, display = np.zeros_like(self.face.control), np.zeros_like(self.skin.points)
        for demand in demands(loads):
            response = self.response(demand)
            amount = response.amount(demand)
            control += amount * response.control
            display += amount * response.display
        return control, display

    def seen(self, gauge: Gauge, demand: Demand) -> float:
        """Return what a gauge reads of one unit of a demand, as long as that is little."""
        key = gauge_key(gauge), demand.key
        if key not in self._seen_before:
            response = self.response(demand)
            share = 1.0 / max(float(abs(response.control).max()), 1e-12)
            display = share * response.display
            read = reached(gauge, self.face.topology, self.skin.points, display) / share
            if len(self._seen_before) >= _MOST_SEEN:
                self._seen_before.clear()
            self._seen_before[key] = read
        return self._seen_before[key]

    def simulate(self, loads: Sequence[Load]) -> Simulation:
        """Return where the skin goes by the linear model, `solved` False. Raises NotReached."""
        began = time.perf_counter()
        control, display = self.displacement(loads)
        moved = self._still.copy()
        for demand in demands(loads):
            response = self.response(demand)
            moved += response.amount(demand) * response.moved
        figures = SolverFigures(
            tetrahedra=len(self.volume.cells),
            unknowns=len(self.step.free),
            load_steps=0,
            iterations=0,
            residual=0.0,
            min_det_f=self.tissue.min_det_f(moved),
            linear_gap_mm=0.0,
            seconds=time.perf_counter() - began,
            min_quality=self._min_quality,
        )
        return Simulation(
            displacement=display,
            control_displacement=control,
            strain=self.skin.strain(display),
            loads=tuple(loads),
            figures=figures,
            solved=False,
            made_from=(),  # whoever knows the case says from which face and plan
            made_by=MADE_BY,
        )

    def _respond(self, demand: Demand) -> Response:
        unit = self.ground.unit(demand)
        force = forces_at_rest(self.tissue, unit)
        prescribed = self._still if unit.moved is None else unit.moved
        moved = self.step.solve(force, prescribed)
        control = self.skin.control(moved[self.volume.skin])
        display = self.skin.display(control)
        found = gain(self.face, self.skin.points, demand, display, unit.least) if demand.gauges else None
        return Response(unit, moved, control, display, found, float(np.linalg.norm(force[self.step.free])))


def on_ears(face: FaceModel, loads: Sequence[Load]) -> bool:
    """Return whether a plan moves an ear, which is simulated only then."""
    ears = face.topology.region("ears")
    return any(bool(ears[load.moved].any()) for load in loads)


def forces_at_rest(tissue: Tissue, unit: Unit) -> Floats:
    """Return the (3p,) forces of one unit on a tissue at rest, N: springs that are moved along, pulls, and growth."""
    force = np.zeros(tissue.points.size) if unit.force is None else unit.force.copy()
    if unit.moved is not None:
        force -= tissue.pull(np.zeros_like(tissue.points), unit.moved)
    if unit.swollen is not None:
        force += tissue.swelling(unit.swollen[:, None, None] / 3.0 * np.eye(3))
    if unit.shortened is not None:
        force += tissue.swelling(-unit.shortened)
    return force
