"""A neo-Hookean hollow sphere, radii 1 and 2, whose inner wall is pushed out to 1.5.

Exact: the boundary value problem in `radial.py` with r(1) = 1.5. An incompressible wall keeps r³ − R³: its outer radius
becomes (8 + 1.5³ − 1)^⅓ = 2.18108; a wall of ν = 0.49 comes to 2.18457.
"""

import numpy as np
import pytest
from mechanics import body, solved
from radial import INNER, OUTER, wall
from solids import shell

from clinic.simulation.tissue import Material

PUSHED = 1.5


def exact(poisson: float) -> tuple[float, float]:
    """The outer radius, and the nominal pressure on the inner wall."""
    _, pull, outer = wall(Material("wall", 1.0, poisson), lambda r, pull: r - PUSHED)
    return outer, -pull


def test_the_exact_solution_has_the_incompressible_limit() -> None:
    assert exact(0.4999)[0] == pytest.approx(np.cbrt(OUTER**3 + PUSHED**3 - INNER**3), abs=1e-4)


@pytest.mark.parametrize("poisson", [0.3, 0.49])
def test_six_layers_follow_within_half_a_percent(poisson: float) -> None:
    """The outer wall comes to where it should; the inner wall resists within 1.5 % of what it should."""
    points, cells, level = shell(INNER, OUTER, 2, 6)
    inner, outer = level == 0, level == 6
    tissue = body(points, cells, Material("wall", 1.0, poisson))
    moved = solved(tissue, inner, np.where(inner[:, None], (PUSHED - 1) * points, 0.0)).moved
    pushes = tissue.residual(moved).reshape(-1, 3)[inner]
    pressure = np.einsum("ij,ij->", pushes, points[inner]) / (4 * np.pi * INNER**2)
    radius = np.linalg.norm(points[outer] + moved[outer], axis=1).mean()
    assert radius == pytest.approx(exact(poisson)[0], rel=0.005)
    assert pressure == pytest.approx(exact(poisson)[1], rel=0.015)
