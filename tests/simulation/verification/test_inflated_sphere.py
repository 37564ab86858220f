"""A neo-Hookean hollow sphere whose inner wall is pushed out from radius 1 to 1.5.

Spherical symmetry leaves a boundary value problem in the radius R ∈ [1, 2]: with λ_r = r′, λ_t = r / R,
P_r′ + 2 (P_r − P_t) / R = 0, r(1) = 1.5 and P_r(2) = 0; solved by collocation to 1e-9. For an incompressible wall
r³ = R³ + 1.5³ − 1: the outer radius is 2.18108; a wall of ν = 0.49 comes to 2.18457.
Source: Green and Zerna, Theoretical Elasticity (1968), §3.10; Ogden, Non-Linear Elastic Deformations (1984), §5.3.
"""

import functools

import numpy as np
import pytest
from mechanics import body, solved
from scipy.integrate import solve_bvp
from solids import shell

from clinic.case import Floats
from clinic.simulation.tissue import Material

INNER, OUTER, PUSHED = 1.0, 2.0, 1.5


def stresses(material: Material, radial: Floats, around: Floats) -> tuple[Floats, Floats]:
    """The nominal stresses P_r and P_t at stretches (λ_r, λ_t, λ_t), as in the test of uniaxial stretch."""
    J, I1 = radial * around**2, radial**2 + 2 * around**2
    shear, volume = material.shear * J ** (-2 / 3), material.bulk * (J - 1) * J
    along, across = (shear * (stretch - I1 / (3 * stretch)) + volume / stretch for stretch in (radial, around))
    return along, across


def radial_stretch(material: Material, pull: Floats, around: Floats) -> Floats:
    """The λ_r at which P_r has a given value, by Newton's method from the incompressible one."""
    stretch, h = around**-2.0, 1e-6
    for _ in range(30):
        slope = (stresses(material, stretch + h, around)[0] - stresses(material, stretch - h, around)[0]) / (2 * h)
        stretch = np.maximum(stretch - (stresses(material, stretch, around)[0] - pull) / slope, stretch / 2)
    return stretch


@functools.cache
def exact(material: Material) -> tuple[float, float]:
    """The outer radius, and the nominal pressure on the inner wall."""

    def slope(R: Floats, state: Floats) -> Floats:
        r, pull = state
        stretch = radial_stretch(material, pull, r / R)
        along, around = stresses(material, stretch, r / R)
        return np.stack([stretch, -2 * (along - around) / R])

    R = np.linspace(INNER, OUTER, 41)
    guess = np.stack([np.cbrt(R**3 + PUSHED**3 - 1), material.shear * (R - OUTER)])
    found = solve_bvp(slope, lambda a, b: np.array([a[0] - PUSHED, b[1]]), R, guess, tol=1e-9)
    assert found.success
    return float(found.sol(OUTER)[0]), -float(found.sol(INNER)[1])


def test_the_exact_solution_has_the_incompressible_limit() -> None:
    radius, _ = exact(Material("wall", 1.0, 0.4999))
    assert radius == pytest.approx(np.cbrt(OUTER**3 + PUSHED**3 - 1), abs=1e-4)


@pytest.mark.parametrize("poisson", [0.3, 0.49])
def test_six_layers_follow_within_half_a_percent(poisson: float) -> None:
    """The outer wall is where the boundary value problem puts it, and the inner wall resists as much as it says."""
    material = Material("wall", 1.0, poisson)
    points, cells, level = shell(INNER, OUTER, 2, 6)
    inner, outer = level == 0, level == 6
    tissue = body(points, cells, material)
    moved = solved(tissue, inner, np.where(inner[:, None], (PUSHED - 1) * points, 0.0)).moved
    pushes = tissue.residual(moved).reshape(-1, 3)[inner]
    pressure = np.einsum("ij,ij->", pushes, points[inner]) / (4 * np.pi * INNER**2)
    radius = np.linalg.norm(points[outer] + moved[outer], axis=1).mean()
    assert radius == pytest.approx(exact(material)[0], rel=0.005)
    assert pressure == pytest.approx(exact(material)[1], rel=0.015)
