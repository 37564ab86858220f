"""The same problem with more or fewer cells."""

import numpy as np
import pytest
from cushions import MIDDLE, SIDE_MM, THICK_MM, cushion

from clinic.bench.simulation.problem import Problem
from clinic.bench.simulation.sizes import resized
from clinic.simulation.shaping import volumes


def grown_mm3(problem: Problem) -> float:
    return float((problem.growth - 1.0) @ volumes(problem.points, problem.cells))


def test_four_times_the_cells_fill_the_same_cushion() -> None:
    """Splitting at the middles of edges moves no surface: volume, swelling and layers stay to rounding."""
    coarse = cushion()
    fine = resized(coarse, MIDDLE, 4 * len(coarse.cells))
    volume = volumes(fine.points, fine.cells)
    assert len(fine.cells) == 4 * len(coarse.cells)
    assert volume.min() > 0.0
    assert volume.sum() == pytest.approx(SIDE_MM**2 * THICK_MM)
    assert grown_mm3(fine) == pytest.approx(grown_mm3(coarse))
    for layer in range(4):
        assert volume[fine.layer == layer].sum() == pytest.approx(SIDE_MM**2 * THICK_MM / 4)
    assert fine.prescribed.max() == coarse.prescribed.max()


def test_what_is_cut_off_is_held_and_moves_no_more() -> None:
    """Skin beyond the middle is left out; where it was cut nothing moves, so that moved support tears nowhere."""
    whole = cushion(8)
    part = resized(whole, MIDDLE, len(whole.cells) // 3)
    assert abs(len(part.cells) - len(whole.cells) // 3) < 12
    assert volumes(part.points, part.cells).min() > 0.0
    away = np.linalg.norm(part.points[:, :2] - MIDDLE[:2], axis=1)
    rim = away > 0.9 * away.max()
    assert part.held[rim].all()
    assert not part.prescribed[rim].any()
    assert part.prescribed[away < SIDE_MM / 8].max() == whole.prescribed.max()


def test_any_number_between_is_a_part_of_the_finer() -> None:
    whole = cushion()
    part = resized(whole, MIDDLE, 2 * len(whole.cells))
    assert abs(len(part.cells) - 2 * len(whole.cells)) < 12
    assert len(np.unique(part.cells)) == len(part.points)
