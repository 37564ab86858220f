"""Spherically symmetric neo-Hookean walls, exactly: a boundary value problem in the radius.

With λ_r = r′, λ_t = r / R the nominal stresses P satisfy P_r′ + 2 (P_r − P_t) / R = 0; collocation solves it to 1e-9.
Sources: Green and Zerna, Theoretical Elasticity (1968), §3.10; Ogden, Non-Linear Elastic Deformations (1984), §5.3.
"""

from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_bvp

from clinic.case import Floats
from clinic.simulation.tissue import Material

INNER, OUTER = 1.0, 2.0


def wall(material: Material, inside: Callable[[float, float], float]) -> tuple[float, float, float]:
    """The inner radius, the pull on the inner wall, and the outer radius of a wall from radius 1 to 2, free outside.

    inside: zero where radius and pull of the inner wall fit together.
    """

    def slope(R: Floats, state: Floats) -> Floats:
        r, pull = state
        stretch = _radial_stretch(material, pull, r / R)
        along, around = _stresses(material, stretch, r / R)
        return np.stack([stretch, -2 * (along - around) / R])

    R = np.linspace(INNER, OUTER, 41)
    guess = np.stack([np.cbrt(R**3 + 1), 0.5 * material.shear * (R - OUTER)])
    found = solve_bvp(slope, lambda a, b: np.array([inside(*a), b[1]]), R, guess, tol=1e-9)
    assert found.success
    return float(found.sol(INNER)[0]), float(found.sol(INNER)[1]), float(found.sol(OUTER)[0])


def _stresses(material: Material, radial: Floats, around: Floats) -> tuple[Floats, Floats]:
    """P_r and P_t at stretches (λ_r, λ_t, λ_t) for ψ = μ/2 (J^(−2/3) I₁ − 3) + K/2 (J − 1)²."""
    J, I1 = radial * around**2, radial**2 + 2 * around**2
    shear, volume = material.shear * J ** (-2 / 3), material.bulk * (J - 1) * J
    along, across = (shear * (stretch - I1 / (3 * stretch)) + volume / stretch for stretch in (radial, around))
    return along, across


def _radial_stretch(material: Material, pull: Floats, around: Floats) -> Floats:
    """The λ_r at which P_r has a given value, by Newton's method from the incompressible one."""
    stretch, h = around**-2.0, 1e-6
    for _ in range(30):
        slope = (_stresses(material, stretch + h, around)[0] - _stresses(material, stretch - h, around)[0]) / (2 * h)
        stretch = np.maximum(stretch - (_stresses(material, stretch, around)[0] - pull) / slope, stretch / 2)
    return stretch
