"""`clinic bench simulation`: the nonlinear solve with the compiled kernel and PARDISO, against SfePy and SuperLU."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any, TypeVar

from clinic import workflow
from clinic.case import Edit, FaceModel, Floats, Ints, Mask, Points
from clinic.errors import ClinicError
from clinic.jobs import Progress

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from clinic.simulation.factor import Factor
    from clinic.simulation.newton import Equilibrium
    from clinic.simulation.problem import Tissue

T = TypeVar("T")

ALLOWED_MM = 1e-4  # between the two answers
_VERSIONS = ("clinic", "sfepy", "numpy", "scipy", "numba", "pypardiso", "mkl")


class AnswersDiffer(ClinicError):
    """The fast solution is not the reference solution."""

    def __init__(self, largest_mm: float) -> None:
        super().__init__(
            f"The fast solution and SfePy's differ by {largest_mm:.2g} mm, more than {ALLOWED_MM:g} mm. Times of "
            "different answers mean nothing, so none are given. Do not simulate with this installation; report it."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What both sides solve: a body of points (p, 3), cells (t, 4), layer (t,), held (p,), prescribed, growth (t,)."""

    points: Points
    cells: Ints
    layer: Ints
    held: Mask
    prescribed: Points
    growth: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One solve."""

    wall_s: float
    cpu_s: float
    found: "Equilibrium"


class PlainSuperLu:
    """SuperLU as SciPy calls it when nothing is asked for."""

    def __init__(self, upper: "csr_array") -> None:
        self.refresh(upper)

    def refresh(self, upper: "csr_array") -> None:
        """Factor anew; SuperLU keeps nothing."""
        import scipy.sparse as sp
        from scipy.sparse.linalg import splu

        self._factor = splu((upper + sp.triu(upper, 1).T).tocsc())

    def solve(self, right: Floats) -> Floats:
        """Substitute forwards and back."""
        solution: Floats = self._factor.solve(right)
        return solution


def bench(full: bool) -> Mapping[str, object]:
    """Solve the demo plan on the sample patient three times (ten with `full`) with each, in turns.

    Both sides share mesh, energy, start (the linear answer), Newton's method and the norm of the residual. Baseline:
    SfePy evaluates, SciPy's SuperLU with its defaults factors (displacement and pressure together: condensed, the
    same matrix takes it nearly twice as long). Raises AnswersDiffer.
    """
    load_before = os.getloadavg()
    case = workflow.reconstruct_face(workflow.sample_case(Progress()), Progress())
    assert case.face is not None
    stages, task = _stages(case.face), _task(case.face)
    return {
        **paired(task, 10 if full else 3),
        "stages": stages,
        "load_before": load_before,
        "load_after": os.getloadavg(),
        "cores": os.cpu_count(),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _VERSIONS}},
    }


def paired(task: Task, pairs: int) -> dict[str, object]:
    """Solve with both sides in turns and return a summary and the figures behind it. Raises AnswersDiffer."""
    from clinic.simulation.factor import factorise
    from clinic.simulation.problem import Tissue
    from clinic.simulation.reference import Reference
    from clinic.simulation.tissue import LAYERS

    body = task.points, task.cells, task.layer, LAYERS
    ours, setup = _timed(lambda: Tissue(*body))
    theirs, reference_setup = _timed(lambda: Reference(*body))
    _solve(ours, task, factorise)  # compiles, or loads what was compiled before
    runs = []
    for _ in range(pairs):
        baseline, fast = _solve(theirs, task, PlainSuperLu), _solve(ours, task, factorise)
        difference = float(abs(baseline.found.moved - fast.found.moved).max())
        if not difference <= ALLOWED_MM:
            raise AnswersDiffer(difference)
        runs.append((baseline, fast, difference))
    figures = {
        "tetrahedra": len(task.cells),
        "unknowns": int(3 * (~task.held).sum()),
        "pairs": pairs,
        "max_difference_mm": max(difference for _, _, difference in runs),
        "baseline": {"setup_s": reference_setup[0]} | _figures([run[0] for run in runs]),
        "fast": {"setup_s": setup[0]} | _figures([run[1] for run in runs]),
        "ratio_wall": _spread([baseline.wall_s / fast.wall_s for baseline, fast, _ in runs]),
        "ratio_cpu": _spread([baseline.cpu_s / fast.cpu_s for baseline, fast, _ in runs]),
        "linearise_ratio_cpu": round(_linearising(theirs, task) / _linearising(ours, task), 1),
    }
    return {"summary": _words(figures), **figures}


def _words(figures: Mapping[str, Any]) -> str:
    ratio, fast, baseline = figures["ratio_wall"], figures["fast"]["wall_s"], figures["baseline"]["wall_s"]
    return (
        f"Nonlinear solve of {figures['tetrahedra']:,} tetrahedra, {figures['unknowns']:,} unknowns: "
        f"{fast['median']:.2f} s against {baseline['median']:.1f} s with SfePy and SuperLU, "
        f"{ratio['median']:.1f} times faster (wall, {ratio['min']:.1f} to {ratio['max']:.1f}; "
        f"CPU {figures['ratio_cpu']['median']:.1f}); answers differ by {figures['max_difference_mm']:.0e} mm"
    )


def _task(face: FaceModel) -> Task:
    """The demo plan, with depots of the strength that the linear model gives."""
    from clinic.planning.apply import loads
    from clinic.simulation.loading import loading
    from clinic.simulation.preview import Preview

    preview = Preview(face)
    volume = preview.volume
    asked = loading(face, volume, loads(workflow.DEMO_PLAN, face))
    growth = asked.growth(preview.answer(asked).strengths)
    return Task(volume.points, volume.cells, volume.layer, asked.held, asked.prescribed, growth)


def _stages(face: FaceModel) -> dict[str, dict[str, float]]:
    """Wall and CPU seconds of what a surgeon waits for.

    set-up: mesh and factor; loads or compiles the kernel where that was not done yet. first answer: to the plan, whose
    released support needs a factor of its own. drag: the next answer, one amount changed. solved: the whole
    simulation, with the turns that correct the depots.
    """
    from clinic.planning.apply import loads
    from clinic.simulation.preview import Preview
    from clinic.simulation.simulate import simulate

    plan = workflow.DEMO_PLAN
    asked = loads(plan, face)
    dragged = loads(replace(plan, edits=(Edit("dorsal_hump", (("amount_mm", -2.5),)), *plan.edits[1:])), face)
    preview, setup = _timed(lambda: Preview(face))
    seconds = {
        "setup": setup,
        "first_answer": _timed(lambda: preview.simulate(asked))[1],
        "drag": _timed(lambda: preview.simulate(dragged))[1],
        "solved": _timed(lambda: simulate(face, asked, Progress()))[1],
    }
    return {stage: {"wall_s": wall, "cpu_s": cpu} for stage, (wall, cpu) in seconds.items()}


def _solve(tissue: "Tissue", task: Task, factorise: "Callable[[csr_array], Factor]") -> Run:
    from clinic.simulation.newton import equilibrium, rest
    from clinic.simulation.saddle import Step

    step, start = Step(task.held, factorise), rest(tissue)
    found, (wall, cpu) = _timed(
        lambda: equilibrium(tissue, step, start, task.prescribed, task.growth, Progress()),
    )
    return Run(wall, cpu, found)


def _linearising(tissue: "Tissue", task: Task) -> float:
    """Return the CPU seconds of one tangent at rest, median of five."""
    still = 0.0 * task.points
    return statistics.median(_timed(lambda: tissue.linearise(still))[1][1] for _ in range(5))


def _figures(runs: Sequence[Run]) -> dict[str, object]:
    return {
        "wall_s": _spread([run.wall_s for run in runs]),
        "cpu_s": _spread([run.cpu_s for run in runs]),
        "iterations": runs[0].found.iterations,
        "load_steps": runs[0].found.load_steps,
        "residual": max(run.found.residual for run in runs),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    named = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {name: round(value, 4) for name, value in named.items()}


def _timed(work: Callable[[], T]) -> tuple[T, tuple[float, float]]:
    """Return the answer, and wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    return answer, (round(time.perf_counter() - wall, 5), round(time.process_time() - cpu, 5))


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
