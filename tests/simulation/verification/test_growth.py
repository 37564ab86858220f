"""Tissue that takes up volume: fillers and fat."""

import numpy as np
import pytest
from mechanics import FLESH, body, outside, solved
from radial import INNER, OUTER, wall
from solids import ball, block

from clinic.simulation.tissue import Material


@pytest.mark.parametrize("growth", [0.4, 1.7])
def test_free_growth_has_exactly_the_grown_volume_and_no_stress(growth: float) -> None:
    """Tissue that grows everywhere by J_g swells by J_g^⅓ in every direction; nothing pushes back.

    F = J_g^⅓ I leaves F_e = I. Source: Rodriguez, Hoger and McCulloch (1994), Journal of Biomechanics 27, 455–467.
    """
    points, cells = block(2, shake=0.2)
    exact = points * (growth ** (1 / 3) - 1)
    held = points[:, 2] == 0
    tissue = body(points, cells)
    found = solved(tissue, held, np.where(held[:, None], exact, 0.0), np.full(len(cells), growth))
    assert abs(found.moved - exact).max() < 1e-9
    assert tissue.deformed_volumes(found.moved).sum() == pytest.approx(growth * 1000.0, rel=1e-9)
    assert abs(tissue.residual(exact)).max() < 1e-12


@pytest.mark.parametrize("growth", [0.8, 1.3])
def test_growth_in_a_rigid_box_stays_in_place_and_presses(growth: float) -> None:
    """Tissue that grows by J_g where it cannot go anywhere presses with K (1 − 1/J_g) on every wall.

    F = I, so F_e = J_g^(−⅓) I: no shear, and dψ/dJ_e = K (1/J_g − 1) all over. Inner points must not move.
    """
    points, cells = block(3, shake=0.2)
    held = outside(points)
    tissue = body(points, cells)
    found = solved(tissue, held, np.zeros_like(points), np.full(len(cells), growth))
    assert abs(found.moved).max() < 1e-9
    wall = points[:, 0] == 10
    push = tissue.residual(found.moved).reshape(-1, 3)[wall, 0].sum()
    assert push == pytest.approx(FLESH.bulk * (1 / growth - 1) * 10.0**2, rel=1e-9)


@pytest.mark.parametrize("growth", [0.5, 1.6])
def test_a_depot_swells_inside_tissue_that_did_not_grow(growth: float) -> None:
    """A ball of radius 2 whose core of radius 1 grows by J_g: the surface goes as far out as it should, within 1 %.

    Exact: the core stays uniform, F = λ I, and pulls with K (λ³/J_g − 1) λ² at the wall around it, `radial.py`.
    """
    material = Material("flesh", 1.0, 0.49)
    points, cells = ball(OUTER, 2, 8)
    tissue = body(points, cells, material)
    grown = np.where(np.linalg.norm(points[cells].mean(axis=1), axis=1) < INNER, growth, 1.0)
    middle = np.arange(len(points)) == len(points) - 1
    moved = solved(tissue, middle, np.zeros_like(points), grown).moved
    _, _, outer = wall(material, lambda r, pull: pull - material.bulk * (r**3 / growth - 1) * r**2)
    skin = np.linalg.norm(points, axis=1) > OUTER - 1e-9
    radius = np.linalg.norm(points[skin] + moved[skin], axis=1).mean()
    assert radius - OUTER == pytest.approx(outer - OUTER, rel=0.01)
