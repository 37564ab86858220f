"""Tissue that is taut at rest: a string, a sheet, and nothing at rest.

Exact: under a second Piola–Kirchhoff tension S that is balanced at rest, P = F S − S, beside what the tissue adds. With
S = T x⊗x a string: pulled aside by w in its middle between ends at a distance L it pulls back with 4 T A w / L, however
far. Source: Holzapfel, Nonlinear Solid Mechanics (2000), §3.4; Timoshenko and Goodier, Theory of Elasticity, §116.
"""

import numpy as np
import pytest
from mechanics import linear
from solids import block, bricks

from clinic.case import Floats, Ints, Points
from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import Material

TENSION = 0.05  # MPa
STRING = Material("string", 1e-9, 0.3)  # hardly anything but its tension
SKIN = Material("skin", 0.06, 0.49, fibre_mpa=0.04)
STRIP, CELLS = bricks(8, 2, 1)


def taut(points: Points, cells: Ints, material: Material, tension: Floats, stretch: float = 0.0) -> Tissue:
    """A body under tension (3, 3), with fibres along (3, 4, 0)/5 that are stretched at rest."""
    bare = Tissue(points, cells, np.zeros(len(cells), np.int32), (material,))
    along = np.tile(stretch * np.array([0.6, 0.8, 0.0]), (len(cells), 1))
    return bare.grained((material,), along, np.tile(tension, (len(cells), 1, 1)))


def skin(seed: int = 3) -> tuple[Tissue, np.random.Generator]:
    random = np.random.default_rng(seed)
    root = random.normal(size=(3, 3))
    return taut(*block(2, shake=0.2), SKIN, 0.01 * root @ root.T, stretch=1.1), random


@pytest.mark.parametrize("aside", [0.1, 3.0])
def test_a_taut_string_pulls_back(aside: float) -> None:
    """4 T A w / L by the nonlinear forces, at small w and large."""
    string = taut(STRIP, CELLS, STRING, np.diag([TENSION, 0, 0]))
    height = aside * np.minimum(STRIP[:, 0], 8 - STRIP[:, 0]) / 4
    forces = string.residual(height[:, None] * (0.0, 0.0, 1.0)).reshape(-1, 3)
    assert forces[STRIP[:, 0] == 4, 2].sum() == pytest.approx(4 * TENSION * 2 * aside / 8, rel=1e-6)


def test_a_pull_in_the_middle_finds_its_place() -> None:
    """The linear model brings a string under P in its middle to w = P L / (4 T A), and straight on either side."""
    string = taut(STRIP, CELLS, STRING, np.diag([TENSION, 0, 0]))
    ends = (STRIP[:, 0] == 0) | (STRIP[:, 0] == 8)
    tent = np.minimum(STRIP[:, 0], 8 - STRIP[:, 0])[:, None] / 4 * (0.0, 0.0, 1.0)
    force = string.linearise(np.zeros_like(STRIP)).times(tent.ravel())
    assert force.reshape(-1, 3)[STRIP[:, 0] == 4, 2].sum() == pytest.approx(4 * TENSION * 2 / 8, rel=1e-6)
    found = linear(string, ends, np.zeros_like(STRIP), np.where(np.repeat(ends, 3), 0.0, force))
    assert abs(found - tent).max() < 1e-6


@pytest.mark.parametrize("axis", [0, 1])
def test_a_sheet_resists_tilting_by_its_tension_on_top_of_its_stiffness(axis: int) -> None:
    """Sheared by γ out of its plane, a sheet pulls with (μ + T) γ on its section: T along x, half of it along y.

    All strain is alike, so that the tetrahedra meet it exactly.
    """
    points, cells = block(2, shake=0.2)
    sheet = taut(points, cells, Material("sheet", 0.06, 0.49), np.diag([TENSION, TENSION / 2, 0]))
    moved = 1e-3 * points[:, [axis]] * (0.0, 0.0, 1.0)
    forces = sheet.linearise(np.zeros_like(points)).times(moved.ravel()).reshape(-1, 3)
    pull = (0.06 / 2.98 + (TENSION, TENSION / 2)[axis]) * 1e-3 * 100
    assert forces[points[:, axis] == 10, 2].sum() == pytest.approx(pull, rel=1e-9)


def test_rest_is_rest() -> None:
    """The body is where it was measured: no force anywhere, although skin and fibres are taut."""
    tissue, _ = skin()
    assert abs(tissue.residual(np.zeros_like(tissue.points))).max() < 1e-14


def test_the_tangent_is_the_derivative_of_the_forces() -> None:
    tissue, random = skin()
    tissue.grow(np.eye(3) + 0.1 * random.normal(size=(len(tissue.cells), 3, 3)))
    moved, along, h = 0.3 * random.normal(size=tissue.points.shape), random.normal(size=tissue.points.shape), 1e-5
    assert tissue.min_det_f(moved) > 0.1
    difference = (tissue.residual(moved + h * along) - tissue.residual(moved - h * along)) / (2 * h)
    found = tissue.linearise(moved).times(along.ravel())
    assert abs(found - difference).max() < 1e-6 * abs(difference).max()


def test_what_is_shortened_pulls_with_its_tension_too() -> None:
    """The push of a small growth at rest is the derivative of the forces by it, tension and taut fibres included."""
    tissue, random = skin()
    strain = random.normal(size=(len(tissue.cells), 3, 3))
    strain, still, h = strain + strain.transpose(0, 2, 1), np.zeros_like(tissue.points), 1e-6
    pushed = tissue.swelling(strain)
    forces = []
    for share in (h, -h):
        tissue.grow(np.eye(3) + share * strain)
        forces.append(tissue.residual(still))
    difference = (forces[1] - forces[0]) / (2 * h)
    assert abs(pushed - difference).max() < 1e-6 * abs(difference).max()


def test_turning_an_evenly_taut_body_strains_nothing() -> None:
    """Inside nothing pulls; at the surface only what pulled there from outside at rest, and does not turn."""
    points, cells = block(3, shake=0.2)
    body = taut(points, cells, SKIN, np.diag([TENSION, 0.0, 0.0]), stretch=1.1)
    turned = points @ np.array([[0.8, 0.6, 0.0], [-0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]) - points
    inside = ((points > 0) & (points < 10)).all(axis=1)
    forces = body.residual(turned).reshape(-1, 3)
    assert abs(forces[inside]).max() < 1e-13 < 0.1 < abs(forces).max()
