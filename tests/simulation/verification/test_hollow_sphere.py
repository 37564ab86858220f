"""Lamé's hollow sphere: small strain, all around, in a wall that may be nearly incompressible.

Inner radius a = 1, outer b = 2, inner wall pushed out by δ, outer wall free:
u_r = A r + B / r², σ_rr = 3K A − 4μ B / r³, with 3K A = 4μ B / b³ and A a + B / a² = δ.
The pressure inside is p = −σ_rr(a). Source: Timoshenko and Goodier, Theory of Elasticity (1970), §136.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from mechanics import body, linear, plain, whole
from solids import shell

from clinic.case import Ints
from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import Material

INNER, OUTER, PUSHED = 1.0, 2.0, 0.01


class Errors(NamedTuple):
    """Relative errors of the move of the outer wall and of the pressure that pushes the inner wall there."""

    moved: float
    pressure: float


def errors(tissue: Tissue, level: Ints, material: Material) -> Errors:
    points, inner, outer = tissue.points, level == 0, level == level.max()
    ratio = 4 * material.shear / OUTER**3 / (3 * material.bulk)  # A / B
    B = PUSHED / (ratio * INNER + 1 / INNER**2)
    moved = linear(tissue, inner, np.where(inner[:, None], PUSHED * points, 0.0))
    radial = np.einsum("ij,ij->i", moved[outer], points[outer]) / OUTER
    forces = (whole(tissue.linearise(np.zeros_like(points))) @ moved.ravel()).reshape(-1, 3)
    pressure = np.einsum("ij,ij->", forces[inner], points[inner]) / (4 * np.pi * INNER**2)
    exact = 4 * material.shear * B / INNER**3 - 3 * material.bulk * ratio * B
    return Errors(radial.mean() / (ratio * B * OUTER + B / OUTER**2) - 1, pressure / exact - 1)


def wall(poisson: float, levels: int, layers: int, pose: Callable[..., Tissue]) -> Errors:
    """The errors on an icosphere of so many levels and a wall of so many layers; pose: `body` or `plain`."""
    points, cells, level = shell(INNER, OUTER, levels, layers)
    material = Material("wall", 1.0, poisson)
    return errors(pose(points, cells, material), level, material)


@pytest.mark.parametrize("pose", [body, plain])
def test_half_the_cell_size_leaves_about_a_quarter_of_the_error(pose: Callable[..., Tissue]) -> None:
    """Linear tetrahedra converge at second order in the displacement, and so does the energy: ν = 0.3."""
    coarse, fine = wall(0.3, 2, 4, pose), wall(0.3, 3, 8, pose)
    assert np.log2(abs(coarse.moved / fine.moved)) > 1.7
    assert np.log2(abs(coarse.pressure / fine.pressure)) > 1.7


def test_a_nearly_incompressible_wall_is_right_and_without_averaging_it_locks() -> None:
    """ν = 0.49, 8 layers: within 2 %. Plain tetrahedra of the same mesh resist by more than 10 % too much."""
    ours, locked = wall(0.49, 2, 8, body), wall(0.49, 2, 8, plain)
    assert abs(ours.moved) < 0.02
    assert abs(ours.pressure) < 0.02
    assert locked.pressure > 0.1
