"""A bar pulled along its length."""

import numpy as np
import pytest
from mechanics import FLESH, body, solved
from scipy.optimize import brentq
from solids import block

STRETCHES = [0.7, 1.2, 1.5]


def stress(along: float, across: float, which: float) -> float:
    """The nominal stress P_i of FLESH at stretches (λ, t, t), MPa.

    ψ = μ/2 (J^(−2/3) I₁ − 3) + K/2 (J − 1)², J = λt², I₁ = λ² + 2t²:
    P_i = μ J^(−2/3) (λ_i − I₁ / 3λ_i) + K (J − 1) J / λ_i. Source: Holzapfel, Nonlinear Solid Mechanics (2000), §6.4.
    """
    J, I1 = along * across**2, along**2 + 2 * across**2
    return float(FLESH.shear * J ** (-2 / 3) * (which - I1 / (3 * which)) + FLESH.bulk * (J - 1) * J / which)


def narrowed(stretch: float) -> float:
    """The lateral stretch t at which no lateral stress is left."""
    return float(brentq(lambda t: stress(stretch, t, t), 0.3, 2.0, xtol=1e-15))


@pytest.mark.parametrize("stretch", STRETCHES)
@pytest.mark.parametrize("growth", [1.0, 1.6])
def test_the_pull_is_exact(stretch: float, growth: float) -> None:
    """At stretches (λ, t, t) the bar pulls with P A at its ends and nowhere else.

    A bar that has grown by J_g behaves like a bar that is larger by g = J_g^⅓: F = g F_e, force J_g^⅔ P(F_e) A.
    """
    across = narrowed(stretch)
    points, cells = block(2, shake=0.2)
    bar, larger = body(points, cells), growth ** (1 / 3)
    bar.grow(np.full(len(cells), growth))
    forces = bar.residual(points * (np.array([stretch, across, across]) * larger - 1)).reshape(-1, 3)
    end = points[:, 0] == points[:, 0].max()
    pull = larger**2 * stress(stretch, across, stretch) * 10.0**2
    assert forces[end, 0].sum() == pytest.approx(pull, rel=1e-8)
    assert abs(forces[:, 1:]).max() < 1e-8 * abs(pull)


@pytest.mark.parametrize("stretch", STRETCHES)
def test_the_sides_come_to_rest_where_they_are_free(stretch: float) -> None:
    """With its ends brought to (λ, t, t) the free sides of the bar follow: the strain is uniform."""
    across = narrowed(stretch)
    points, cells = block(2, shake=0.2)
    exact = points * (np.array([stretch, across, across]) - 1)
    ends = (points[:, 0] == 0) | (points[:, 0] == 10)
    found = solved(body(points, cells), ends, np.where(ends[:, None], exact, 0.0))
    assert abs(found.moved - exact).max() < 1e-8
