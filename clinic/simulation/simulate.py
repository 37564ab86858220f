"""Where the skin goes under a plan, or a clear refusal."""

import time
from collections.abc import Sequence

import numpy as np

from clinic.case import FaceModel, Floats, Load, Simulation, SolverFigures
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.simulation.loading import Loading, loading
from clinic.simulation.newton import TOLERANCE, Equilibrium, equilibrium, rest
from clinic.simulation.preview import Preview

VOLUME_TOLERANCE = 0.01  # of the asked cc; 2 % is promised
_MOST_CORRECTIONS = 6
_ROUGH = 1e-3


class VolumeNotReached(ClinicError):
    """The filler cannot bring the asked volume to the skin."""

    def __init__(self, label: str, asked: float, got: float) -> None:
        super().__init__(
            f"{label}: {asked:g} cc cannot be brought to the skin there, only {got:.2f} cc. No result is shown. "
            "Reduce the volume and simulate again."
        )


def simulate(face: FaceModel, loads: Sequence[Load], progress: Progress) -> Simulation:
    """Solve the equilibrium of the soft tissue under the loads of a plan.

    Nothing that is unconverged, inverted or short of its volume is returned. Raises CannotMesh, NoEquilibrium,
    VolumeNotReached, and Cancelled.
    """
    began = time.perf_counter()
    progress.report(0.0, "Modelling the soft tissue")
    preview = Preview(face)
    asked = loading(face, preview.volume, loads)
    progress.report(0.1, "Solving the linear model")
    first = preview.answer(asked)
    solved = _solve(preview, asked, first.strengths, progress.part(0.2, 1.0))
    tissue, skin = preview.tissue, preview.volume.skin
    gap = np.linalg.norm(solved.moved[skin] - first.moved[skin], axis=1).max()
    figures = SolverFigures(
        tetrahedra=len(tissue.cells),
        unknowns=len(preview.step(asked.held).free),
        load_steps=solved.load_steps,
        iterations=solved.iterations,
        residual=solved.residual,
        min_det_f=tissue.min_det_f(solved.moved),
        linear_gap_mm=float(gap),
        seconds=time.perf_counter() - began,
    )
    return preview.skin.simulation(solved.moved[skin], loads, figures, solved=True)


def _solve(preview: Preview, asked: Loading, strengths: Floats, progress: Progress) -> Equilibrium:
    """Find equilibrium, then correct the depots until the skin has gained what each was to bring."""
    tissue, step = preview.tissue, preview.step(asked.held)
    state = rest(tissue)
    gained = np.zeros(len(asked.injecting))
    wanted = np.array([load.growth_cc for load in asked.injecting])
    for turn in range(_MOST_CORRECTIONS):
        lane = progress.part(1.0 - 0.5**turn, 1.0 - 0.5 ** (turn + 1))
        # the first answer only corrects the linear model's strengths: it need not be sharp
        tolerance = _ROUGH if turn == 0 and len(wanted) else TOLERANCE
        state = equilibrium(tissue, step, state, asked.prescribed, asked.growth(strengths), lane, tolerance)
        gained = _gained(preview, asked, state)
        close = abs(gained - wanted) <= VOLUME_TOLERANCE * abs(wanted)
        if close.all() and tolerance == TOLERANCE:
            return state
        strengths = strengths * np.clip(wanted / gained, 0.5, 2.0)
    worst = int(np.argmax(abs(gained / wanted - 1.0)))
    raise VolumeNotReached(asked.injecting[worst].gauges[0].label, float(wanted[worst]), float(gained[worst]))


def _gained(preview: Preview, asked: Loading, state: Equilibrium) -> Floats:
    skin = preview.skin
    display = skin.display(skin.control(state.moved[preview.volume.skin]))
    return np.array([skin.gained_cc(load, display) for load in asked.injecting])
