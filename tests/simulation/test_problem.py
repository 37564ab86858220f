"""The tissue against exact solutions."""

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import brentq
from solids import block, shell

from clinic.case import Floats, Mask, Points
from clinic.jobs import Progress
from clinic.simulation.newton import Equilibrium, equilibrium, rest
from clinic.simulation.problem import Linearisation, Tissue
from clinic.simulation.saddle import Step
from clinic.simulation.tissue import Material

FLESH = Material("flesh", 0.03, 0.49)


def body(points: Points, cells: np.ndarray, material: Material = FLESH) -> Tissue:
    return Tissue(points, cells, np.zeros(len(cells), np.int32), (material,))


def surface(points: Points) -> Mask:
    mask: Mask = ((points == points.min(axis=0)) | (points == points.max(axis=0))).any(axis=1)
    return mask


def solved(tissue: Tissue, held: Mask, prescribed: Points, growth: Floats | None = None) -> Equilibrium:
    grown = np.ones(len(tissue.cells)) if growth is None else growth
    return equilibrium(tissue, Step(held), rest(tissue), prescribed, grown, Progress(), tolerance=1e-12)


def whole(tangent: Linearisation) -> sp.csr_array:
    """The tangent with the pressures eliminated."""
    return (tangent.stiffness + tangent.dilation.T @ sp.diags_array(1 / tangent.compliance) @ tangent.dilation).tocsr()


def test_patch() -> None:
    """An affine move of the surface of any homogeneous body is an affine move of its inside, also when large.

    u = (F − I) x solves div P = 0 exactly, because F is the same everywhere.
    """
    points, cells = block(3, shake=0.25)
    F = np.array([[1.10, 0.20, 0.00], [-0.05, 0.95, 0.10], [0.00, 0.15, 1.05]])
    exact = points @ (F - np.eye(3)).T
    held = surface(points)
    found = solved(body(points, cells), held, np.where(held[:, None], exact, 0.0))
    assert abs(found.moved - exact).max() < 1e-10


def test_tangent_is_the_derivative_of_the_forces() -> None:
    """(r(u + h w) − r(u − h w)) / 2h → K(u) w with an error of order h²; two layers and growth are in it."""
    points, cells = block(2, shake=0.2)
    layer = (points[cells].mean(axis=1)[:, 2] > 5).astype(np.int32)
    tissue = Tissue(points, cells, layer, (FLESH, Material("skin", 0.06, 0.45)))
    random = np.random.default_rng(3)
    tissue.grow(random.uniform(0.8, 1.4, len(cells)))
    moved, along = 0.3 * random.normal(size=points.shape), random.normal(size=points.shape)
    h = 1e-5
    difference = (tissue.residual(moved + h * along) - tissue.residual(moved - h * along)) / (2 * h)
    assert tissue.min_det_f(moved) > 0.1
    assert abs(whole(tissue.linearise(moved)) @ along.ravel() - difference).max() < 1e-6 * abs(difference).max()


def stress(along: float, across: float, which: float) -> float:
    """The nominal stress P_i of FLESH at stretches (λ, t, t), MPa.

    ψ = μ/2 (J^(−2/3) I₁ − 3) + K/2 (J − 1)², J = λt², I₁ = λ² + 2t²:
    P_i = μ J^(−2/3) (λ_i − I₁ / 3λ_i) + K (J − 1) J / λ_i.
    """
    J, I1 = along * across**2, along**2 + 2 * across**2
    return float(FLESH.shear * J ** (-2 / 3) * (which - I1 / (3 * which)) + FLESH.bulk * (J - 1) * J / which)


@pytest.mark.parametrize("stretch", [0.7, 1.2, 1.5])
@pytest.mark.parametrize("growth", [1.0, 1.6])
def test_uniaxial_stretch(stretch: float, growth: float) -> None:
    """A neo-Hookean bar pulled to stretch λ narrows to t where no lateral stress is left, and pulls with P A.

    A bar that has grown by J_g behaves like a bar that is larger by g = J_g^⅓: F = g F_e, force J_g^⅔ P(F_e) A.
    """
    across = brentq(lambda t: stress(stretch, t, t), 0.3, 2.0, xtol=1e-15)
    points, cells = block(2, shake=0.2)
    bar, larger = body(points, cells), growth ** (1 / 3)
    bar.grow(np.full(len(cells), growth))
    forces = bar.residual(points * (np.array([stretch, across, across]) * larger - 1)).reshape(-1, 3)
    end = points[:, 0] == points[:, 0].max()
    pull = larger**2 * stress(stretch, across, stretch) * 10.0**2
    assert forces[end, 0].sum() == pytest.approx(pull, rel=1e-8)
    assert abs(forces[:, 1:]).max() < 1e-8 * abs(pull)


def test_free_growth_has_exactly_the_grown_volume_and_no_stress() -> None:
    """Tissue that grows everywhere by J_g swells by J_g^⅓ in every direction; nothing pushes back."""
    points, cells = block(2, shake=0.2)
    exact = points * (1.7 ** (1 / 3) - 1)
    held = points[:, 2] == 0
    tissue = body(points, cells)
    found = solved(tissue, held, np.where(held[:, None], exact, 0.0), np.full(len(cells), 1.7))
    assert abs(found.moved - exact).max() < 1e-9
    assert tissue.deformed_volumes(found.moved).sum() == pytest.approx(1.7 * 1000.0, rel=1e-9)
    assert abs(tissue.residual(exact)).max() < 1e-12


def shell_error(poisson: float, levels: int, layers: int) -> float:
    """Relative error of the outer wall of a hollow sphere whose inner wall is pushed out by a hundredth.

    Lamé: u_r = A r + B / r²; no stress at the outer wall: (3λ + 2μ) A = 4 μ B / b³.
    """
    a, b = 1.0, 2.0
    material = Material("wall", 1.0, poisson)
    lam = material.bulk - 2 * material.shear / 3
    ratio = 4 * material.shear / b**3 / (3 * lam + 2 * material.shear)  # A / B
    B = 0.01 / (ratio * a + 1 / a**2)
    points, cells, layer = shell(a, b, levels, layers)
    tissue = body(points, cells, material)
    step = Step(layer == 0)
    step.take(tissue.linearise(np.zeros_like(points)))
    moved = step.solve(np.zeros(points.size), np.where((layer == 0)[:, None], 0.01 * points, 0.0))
    outer = layer == layers
    radial = np.einsum("ij,ij->i", moved[outer], points[outer]) / b
    return float(abs(radial.mean() / (ratio * B * b + B / b**2) - 1))


def test_hollow_sphere_converges_at_second_order() -> None:
    """Lamé's hollow sphere, see `shell_error`: half the cell size leaves about a quarter of the error."""
    coarse, fine = shell_error(0.3, 1, 2), shell_error(0.3, 2, 4)
    assert np.log2(coarse / fine) > 1.6


def test_nearly_incompressible_wall_does_not_lock() -> None:
    """Lamé's hollow sphere at ν = 0.49 with 8 layers is within 2 %."""
    assert shell_error(0.49, 2, 8) < 0.02


def test_rigid_turn_costs_nothing() -> None:
    """ψ depends on FᵀF alone: a rotation by any angle leaves no force."""
    points, cells = block(2, shake=0.2)
    c, s = np.cos(1.1), np.sin(1.1)
    turned = points @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]]).T
    assert abs(body(points, cells).residual(turned - points)).max() < 1e-14


def test_agrees_with_an_independent_finite_element_library() -> None:
    """At rest the tangent is ∫ 2μ dev ε : dev ε + Dᵀ (K / V) D with D_a = ¼ Σ_e ∫_e div u, assembled by scikit-fem."""
    from skfem import Basis, BilinearForm, ElementTetP0, ElementTetP1, ElementVector, MeshTet, asm
    from skfem.helpers import div
    from skfem.models.elasticity import linear_elasticity

    points, cells = block(2, shake=0.2)
    mesh = MeshTet(points.T, cells.T.astype(np.int64))
    vector = Basis(mesh, ElementVector(ElementTetP1()))
    constant = vector.with_element(ElementTetP0())
    deviatoric = asm(linear_elasticity(-2 * FLESH.shear / 3, FLESH.shear), vector)
    divergence = asm(BilinearForm(lambda u, q, w: div(u) * q), vector, constant)
    quarter = sp.coo_array((np.full(cells.size, 0.25), (cells.ravel(), np.repeat(np.arange(len(cells)), 4)))).tocsr()
    mean = quarter @ divergence
    node_volume = quarter @ body(points, cells).rest_volumes
    expected = (deviatoric + mean.T @ sp.diags_array(FLESH.bulk / node_volume) @ mean).toarray()
    order = vector.nodal_dofs.T.ravel()  # scikit-fem's number of (point, axis)
    ours = whole(body(points, cells).linearise(np.zeros_like(points))).toarray()
    assert abs(ours - expected[np.ix_(order, order)]).max() < 1e-12 * abs(ours).max()
