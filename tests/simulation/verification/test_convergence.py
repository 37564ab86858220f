"""Order of convergence on a solution that no element can represent.

In the unit cube, u = (sin πx cos πy, −cos πx sin πy + ½ sin πy, sin πz) has div u = π (½ cos πy + cos πz), and
f = −μ Δu − (λ + μ) ∇ div u holds it in equilibrium when the surface is brought to u. Source: manufactured solutions,
Roache (1998), Verification and Validation in Computational Science and Engineering.
"""

import numpy as np
import pytest
from mechanics import body, linear, outside
from solids import block

from clinic.case import Floats, Points
from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import Material

PI = np.pi


def wanted(points: Points) -> Points:
    x, y, z = PI * points.T
    return np.stack([np.sin(x) * np.cos(y), (0.5 - np.cos(x)) * np.sin(y), np.sin(z)], axis=1)


def holding(material: Material, points: Points) -> Points:
    """The body force f."""
    x, y, z = PI * points.T
    lam = material.bulk - 2 * material.shear / 3
    laplacian = [-2 * np.sin(x) * np.cos(y), (2 * np.cos(x) - 0.5) * np.sin(y), -np.sin(z)]
    of_div = np.stack([np.zeros_like(x), -0.5 * np.sin(y), -np.sin(z)], axis=1)
    force: Points = -(PI**2) * (material.shear * np.stack(laplacian, axis=1) + (lam + material.shear) * of_div)
    return force


def nodal(tissue: Tissue, force: Points) -> Floats:
    """Forces on the points, (3p,), of a force per volume that is linear in each cell: ∫ φ_i φ_j = V (1 + δ_ij) / 20."""
    corners = force[tissue.cells]
    shares = tissue.rest_volumes[:, None, None] / 20 * (corners + corners.sum(axis=1, keepdims=True))
    gathered = np.zeros_like(force)
    np.add.at(gathered, tissue.cells, shares)
    return gathered.ravel()


def error(poisson: float, n: int) -> float:
    """The root mean square of the error at the points."""
    material = Material("cube", 1.0, poisson)
    points, cells = block(n, size=1.0)
    tissue, held = body(points, cells, material), outside(points)
    moved = linear(tissue, held, wanted(points), nodal(tissue, holding(material, points)))
    return float(np.sqrt(((moved - wanted(points)) ** 2).mean()))


@pytest.mark.parametrize("poisson", [0.3, 0.49])
def test_half_the_cell_size_leaves_about_a_quarter_of_the_error(poisson: float) -> None:
    """Second order in the displacement, also where the tissue is nearly incompressible."""
    assert np.log2(error(poisson, 6) / error(poisson, 12)) > 1.7
