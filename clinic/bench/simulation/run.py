"""One run: the product's default on the sample face, then that problem in pairs with SfePy, in two sizes or more."""

import argparse
from collections.abc import Mapping, Sequence

from clinic import workflow
from clinic.bench.machine import Machine
from clinic.bench.report import Numbers, Unmeasured, report
from clinic.bench.simulation.bandwidth import bandwidth, least_seconds
from clinic.bench.simulation.growth import exponent
from clinic.bench.simulation.ours import solver_threads
from clinic.bench.simulation.problem import Problem
from clinic.bench.simulation.product import Product, product
from clinic.bench.simulation.row import Row, details, measured
from clinic.bench.simulation.sizes import resized
from clinic.bench.simulation.words import words
from clinic.cli.bench import Report
from clinic.jobs import Progress

_COARSER = 20_000  # beside the product's own mesh, so that growth can be told
_SAME = 0.2  # so much away from the product's own mesh is that mesh


def run(options: argparse.Namespace) -> Report:
    """Measure. Raises AnswersDiffer and BaselineFailed."""
    machine = Machine()
    case = workflow.reconstruct_face(workflow.sample_case(Progress()), Progress())
    assert case.face is not None
    made, whole = product(case.face)
    centre = case.face.landmarks()["subnasale"]
    rows = {}
    for cells in sorted({_own(cells, whole) for cells in (*(options.sizes or (_COARSER,)), len(whole.cells))}):
        sized = whole if cells == len(whole.cells) else resized(whole, centre, cells)
        rows[cells] = measured(sized, options.full)
    return conclude(made, rows[len(whole.cells)], list(rows.values()), machine)


def conclude(made: Product, own: Row, rows: Sequence[Row], machine: Machine) -> Report:
    """Draw the conclusions from all sizes; `own` is that of the product's mesh."""
    threads = solver_threads()
    streams = {count: bandwidth(count) for count in sorted({1, threads})}
    bound = least_seconds(own.averaged["factor_nonzeros"], streams[threads])
    growth = {name: _growth(rows, name) for name in ("factor_s", "new_handle_ms", "nonlinear_s")}
    numbers: Numbers = {
        "tets": len(own.problem.cells),
        **{name: made.seconds[name] for name in ("setup_s", "new_handle_ms", "drag_ms", "linear_s", "nonlinear_s")},
        "ratio_vs_sfepy": own.pairs.ratio["median"],
        "backsub_over_bandwidth": own.averaged["new_handle_ms"] / 1e3 / bound,
        "growth_exponent": growth["factor_s"]["averaged"] or Unmeasured("one size alone: give several with --sizes"),
        "volume_error_pct": made.volume_error_pct,
        "max_difference_mm": own.pairs.max_difference_mm,
    }
    behind = {
        "product": {**made.seconds, "peak_mib": made.peak_mib, "element": "averaged nodal pressure, ν 0.49"},
        "sizes": [details(row) for row in rows],
        "growth": growth,
        "memory": {
            "solver_threads": threads,
            "read_bytes_per_s": {str(count): rate for count, rate in streams.items()},
            "substitution_s": own.averaged["new_handle_ms"] / 1e3,
            "least_s": bound,
        },
    }
    return report(numbers, behind, machine, words(made, rows, numbers))


def _own(cells: int, whole: Problem) -> int:
    own = len(whole.cells)
    return own if abs(cells - own) <= _SAME * own else cells


def _growth(rows: Sequence[Row], name: str) -> Mapping[str, float | None]:
    sizes = [len(row.problem.cells) for row in rows]
    return {
        "plain": exponent(sizes, [row.plain[name] for row in rows]),
        "averaged": exponent(sizes, [row.averaged[name] for row in rows]),
    }
