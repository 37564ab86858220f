"""What the terminal shows: two tables and one sentence."""

from collections.abc import Mapping, Sequence

from clinic.bench.report import Numbers, Unmeasured
from clinic.bench.simulation.product import Product
from clinic.bench.simulation.row import Row

_HEAD = f"{'tets':>9}{'unknowns':>10}{'setup s':>9}{'handle ms':>11}{'drag ms':>9}{'linear s':>10}{'solved s':>10}"


def words(made: Product, rows: Sequence[Row], numbers: Numbers) -> str:
    """Return the tables and the sentence."""
    return "\n".join(
        [
            "Averaged nodal pressure, ν 0.49, the product's default",
            _HEAD,
            *(_line(row, row.averaged) for row in rows),
            f"{'face':>9}{'':>10}{_stages(made.seconds)}   all of it {made.seconds['simulate_s']:.2f} s",
            "",
            "Plain linear tetrahedra, ν 0.45, in turns with SfePy",
            f"{_HEAD}{'SfePy s':>10}{'ratio':>22}{'apart mm':>11}",
            *(_line(row, row.plain) + _paired(row) for row in rows),
            "",
            _sentence(numbers),
        ]
    )


def _line(row: Row, seconds: Mapping[str, float]) -> str:
    return f"{len(row.problem.cells):>9,}{row.problem.unknowns:>10,}{_stages(seconds)}"


def _stages(seconds: Mapping[str, float]) -> str:
    handle, drag = seconds["new_handle_ms"], seconds["drag_ms"]
    return (
        f"{seconds['setup_s']:9.2f}{handle:11.1f}{drag:9.3f}{seconds['linear_s']:10.3f}{seconds['nonlinear_s']:10.2f}"
    )


def _paired(row: Row) -> str:
    ratio = row.pairs.ratio
    spread = f"{ratio['median']:.1f} ({ratio['min']:.1f} to {ratio['max']:.1f})"
    return f"{min(row.pairs.naive_s):10.2f}{spread:>22}{row.pairs.max_difference_mm:11.0e}"


def _sentence(numbers: Numbers) -> str:
    told = {name: "not measured" if isinstance(n, Unmeasured) else f"{n:.3g}" for name, n in numbers.items()}
    return (
        f"The demo plan on {numbers['tets']:,} tetrahedra is solved in {told['nonlinear_s']} s and follows a slider in "
        f"{told['drag_ms']} ms; plain SfePy takes {told['ratio_vs_sfepy']} times as long for the same answer, "
        f"{told['max_difference_mm']} mm apart. A substitution takes {told['backsub_over_bandwidth']} times what "
        f"memory allows, factors grow with size to the power of {told['growth_exponent']}, and the asked volume is "
        f"met within {told['volume_error_pct']} %."
    )
