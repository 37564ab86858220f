"""Skin of which a share s is excised along d: growth by G = I − s d⊗d, by which a free strip becomes shorter.

Source: multiplicative split F = F_e G, Rodriguez, Hoger and McCulloch (1994), Journal of Biomechanics 27, 455–467.
"""

import numpy as np
import pytest
from bars import narrowed, stress
from mechanics import FLESH, body, solved, turn
from solids import bricks


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_a_free_strip_shortens_by_exactly_what_is_excised(share: float) -> None:
    """u = −s (d·x) d leaves F_e = I: neither stress nor change across, whatever the direction."""
    points, cells = bricks(6, 2, 1)
    d = turn(25.0)[0]
    shorter = np.tile(np.eye(3) - share * np.outer(d, d), (len(cells), 1, 1))
    tissue, one = body(points, cells), np.arange(len(points)) == 0
    exact = points @ (shorter[0] - np.eye(3))
    held = one | (abs(points - (6, 0, 0)).sum(axis=1) == 0) | (abs(points - (0, 2, 0)).sum(axis=1) == 0)
    found = solved(tissue, held, np.where(held[:, None], exact, 0.0), shorter)
    assert abs(found.moved - exact).max() < 1e-9
    assert tissue.deformed_volumes(found.moved).sum() == pytest.approx((1 - share) * 12.0, rel=1e-9)


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_a_strip_that_cannot_shorten_pulls_like_one_that_is_stretched(share: float) -> None:
    """Between held ends F = (1, t, t) and F_e = (1 / (1 − s), t, t): the wound pulls with P(1 / (1 − s)) A."""
    points, cells = bricks(6, 2, 1)
    stretch = 1 / (1 - share)
    across = narrowed(FLESH, stretch)
    tissue = body(points, cells)
    shorter = np.tile(np.diag([1 - share, 1.0, 1.0]), (len(cells), 1, 1))
    ends = (points[:, 0] == 0) | (points[:, 0] == 6)
    exact = points * (0.0, across - 1, across - 1)
    found = solved(tissue, ends, np.where(ends[:, None], exact, 0.0), shorter)
    pull = tissue.residual(found.moved).reshape(-1, 3)[points[:, 0] == 6, 0].sum()
    assert abs(found.moved - exact).max() < 1e-8
    assert pull == pytest.approx(stress(FLESH, stretch, across)[0] * 2.0, rel=1e-8)
