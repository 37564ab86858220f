"""Support on which tissue glides: springs that hold across it and let go along it."""

import numpy as np
import pytest
from bars import narrowed, stress
from mechanics import FLESH, body, solved
from solids import block


@pytest.mark.parametrize("stretch", [0.8, 1.3])
@pytest.mark.parametrize("ground", [0.0, 2.0])
def test_a_bar_that_is_pulled_off_its_springs_narrows_freely_on_them(stretch: float, ground: float) -> None:
    """Springs of S in all, tied to a ground that moves by g, give way by P A / S, and the strain stays uniform.

    Hooke's law in series with the exact bar of `bars.py`: the foot moves to g + P(λ) A / S and narrows to t like the
    rest, because nothing holds it along the support.
    """
    points, cells = block(2, shake=0.2)
    across = narrowed(FLESH, stretch)
    uniform = points * (np.array([stretch, across, across]) - 1)
    tissue, foot, top = body(points, cells), points[:, 0] == 0, points[:, 0] == 10
    pulls = tissue.residual(uniform).reshape(-1, 3)[foot, 0]
    springs = np.zeros((len(points), 3, 3))
    springs[foot, 0, 0] = 0.4 * pulls / pulls.sum()
    tissue.tie(springs)
    lifted = ground + stress(FLESH, stretch, across)[0] * 10.0**2 / 0.4
    exact = uniform + np.array([lifted, 0.0, 0.0])
    brought = np.where(top[:, None], exact, np.where(foot[:, None], (ground, 0.0, 0.0), 0.0))
    assert abs(solved(tissue, top, brought).moved - exact).max() < 1e-8
