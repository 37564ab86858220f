"""What a surgeon waits for: the product's default path on one face, with averaged nodal pressure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from clinic import workflow
from clinic.bench.machine import peak_mib, reset_peak
from clinic.bench.simulation.problem import Problem
from clinic.bench.timing import timed
from clinic.case import Edit, FaceModel, Load, Plan, Simulation
from clinic.geometry import reached
from clinic.jobs import Progress
from clinic.planning.apply import loads
from clinic.simulation.loading import demands
from clinic.simulation.preview import Preview
from clinic.simulation.simulate import Solving, simulate
from clinic.simulation.tissue import LAYERS

_DRAGS = 20
# Handles that the demo plan has not, so that none has been answered when its time is taken: bone and filler.
_UNSEEN = Plan(
    (
        Edit("radix", (("amount_mm", -1.0),)),
        Edit("genioplasty", (("vertical_mm", 2.0),)),
        Edit("nasolabial_filler", (("amount_cc", 0.5),)),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """What the demo plan on a face took.

    seconds: by name. volume_error_pct: the worst difference of reached from asked volume, of what was asked.
    """

    seconds: Mapping[str, float]
    volume_error_pct: float
    peak_mib: float | None


def product(face: FaceModel) -> tuple[Product, Problem]:
    """Take the times of the demo plan on a face; return also what both sides are to solve.

    setup_s: mesh, tangent and factor. new_handle_ms: the first answer to a handle. linear_s: the first answer to the
    whole plan. drag_ms: the skin for another amount. nonlinear_s: equilibrium, and the asked volumes reached, from the
    linear answer on. simulate_s: all of it, from the face to the result.
    """
    asked = loads(workflow.DEMO_PLAN, face)
    simulate(face, asked, Progress())  # loads what is compiled
    reset_peak()
    preview, setup = timed(lambda: Preview(face))
    handles = [_seconds(preview, (load,)) for load in loads(_UNSEEN, face)]
    _, linear = timed(lambda: preview.simulate(asked))
    drags = [_seconds(preview, _dragged(face, -2.0 + 0.01 * step)) for step in range(_DRAGS)]
    _, nonlinear = timed(lambda: Solving(preview, asked).run(Progress()))
    solved, simulated = timed(lambda: simulate(face, asked, Progress()))
    seconds = {
        "setup_s": setup,
        "new_handle_ms": 1e3 * median(handles),
        "drag_ms": 1e3 * median(drags),
        "linear_s": linear,
        "nonlinear_s": nonlinear,
        "simulate_s": simulated,
    }
    return Product(seconds, _volume_error_pct(face, solved), peak_mib()), problem(preview, asked)


def problem(preview: Preview, asked: tuple[Load, ...]) -> Problem:
    """Return what loads do to the face's tissue by the linear model, without springs, which SfePy has not.

    Support that glides is held there like bone.
    """
    volume, ground, made = preview.volume, preview.ground, demands(asked)
    responses = [preview.response(demand) for demand in made]
    amounts = np.array([response.amount(demand) for response, demand in zip(responses, made, strict=True)])
    acting = ground.acting(made, [response.unit for response in responses], amounts)
    held = ground.held.copy()
    held[volume.support] |= volume.gliding
    held &= ~ground.released(asked)
    skin = volume.patch.triangles
    return Problem(skin, volume.points, volume.cells, volume.layer, LAYERS, held, acting.prescribed, acting.growth)


def _seconds(preview: Preview, asked: tuple[Load, ...]) -> float:
    return timed(lambda: preview.displacement(asked))[1]


def _dragged(face: FaceModel, amount_mm: float) -> tuple[Load, ...]:
    hump = Edit("dorsal_hump", (("amount_mm", amount_mm),))
    return loads(replace(workflow.DEMO_PLAN, edits=(hump, *workflow.DEMO_PLAN.edits[1:])), face)


def _volume_error_pct(face: FaceModel, solved: Simulation) -> float:
    """Return the worst difference of what the skin gained from what was asked, without what other edits do there."""
    skin, others = face.points, iter(solved.by_others)
    worst = 0.0
    for load in solved.loads:
        read = {gauge: next(others) for gauge in load.gauges}
        if load.growth_cc:
            volumes = [gauge for gauge in load.gauges if gauge.unit == "cc"]
            gained = sum(reached(one, face.topology, skin, solved.displacement) - read[one] for one in volumes)
            worst = max(worst, abs(gained / load.growth_cc - 1.0))
    return 100.0 * worst
