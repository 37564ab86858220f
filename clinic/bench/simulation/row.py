"""One size of the problem: both elements in our solver, and pairs with SfePy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinic.bench.machine import peak_mib, reset_peak
from clinic.bench.simulation.ours import stages
from clinic.bench.simulation.pair import POISSON, Pairs, paired
from clinic.bench.simulation.problem import Problem, with_poisson
from clinic.bench.timing import spread

_PAIRS, _PAIRS_IN_FULL = 3, 5


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One size. plain: linear tetrahedra at ν 0.45, what SfePy has. averaged: nodal pressure at ν 0.49, the product's.

    others: pairs with other linear solvers in SfePy.
    """

    problem: Problem
    plain: Mapping[str, float]
    averaged: Mapping[str, float]
    pairs: Pairs
    others: Sequence[Pairs]
    peak_mib: float | None


def measured(sized: Problem, full: bool) -> Row:
    """Measure one size."""
    reset_peak()
    pairs = paired(sized, _PAIRS_IN_FULL if full else _PAIRS)
    others = [paired(sized, 1, "ls.pypardiso")] if full else []
    return Row(sized, stages(with_poisson(sized, POISSON), False), stages(sized, True), pairs, others, peak_mib())


def details(row: Row) -> Mapping[str, object]:
    """Return the row for the report."""
    return {
        "tets": len(row.problem.cells),
        "dof": row.problem.unknowns,
        "plain": {"element": f"linear, ν {POISSON}", **row.plain},
        "averaged": {"element": "averaged nodal pressure, ν 0.49", **row.averaged},
        "pairs": [_pair_details(pairs) for pairs in (row.pairs, *row.others)],
        "peak_mib": row.peak_mib,
    }


def _pair_details(pairs: Pairs) -> Mapping[str, object]:
    return {
        "naive_s": spread(pairs.naive_s),
        "ours_s": spread(pairs.ours_s),
        "ratio": pairs.ratio,
        "max_difference_mm": pairs.max_difference_mm,
        **pairs.details,
    }
