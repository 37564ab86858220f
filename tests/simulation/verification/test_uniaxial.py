"""A bar pulled along its length: neo-Hookean, Mooney–Rivlin, and with fibres along the pull. Exact: `bars.py`."""

import numpy as np
import pytest
from bars import narrowed, stress
from mechanics import FLESH, solved
from solids import block

from clinic.case import Ints, Points
from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import Material

MATERIALS = [FLESH, Material("rubber", 0.03, 0.49, mooney_mpa=0.004), Material("dermis", 0.03, 0.45, fibre_mpa=0.02)]
STRETCHES = [0.7, 1.2, 1.5]


def bar(points: Points, cells: Ints, material: Material) -> Tissue:
    """A bar along x, with its fibres."""
    along = np.tile((1.0, 0.0, 0.0), (len(cells), 1))
    return Tissue(points, cells, np.zeros(len(cells), np.int32), (material,), along=along)


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
@pytest.mark.parametrize("stretch", STRETCHES)
@pytest.mark.parametrize("growth", [1.0, 1.6])
def test_the_pull_is_exact(material: Material, stretch: float, growth: float) -> None:
    """At stretches (λ, t, t) the bar pulls with P A at its ends and nowhere else.

    A bar that has grown by J_g behaves like a bar that is larger by g = J_g^⅓: F = g F_e, force J_g^⅔ P(F_e) A.
    """
    across, larger = narrowed(material, stretch), growth ** (1 / 3)
    points, cells = block(2, shake=0.2)
    tissue = bar(points, cells, material)
    tissue.grow(np.full(len(cells), growth))
    forces = tissue.residual(points * (np.array([stretch, across, across]) * larger - 1)).reshape(-1, 3)
    end = points[:, 0] == points[:, 0].max()
    pull = larger**2 * stress(material, stretch, across)[0] * 10.0**2
    assert forces[end, 0].sum() == pytest.approx(pull, rel=1e-8)
    assert abs(forces[:, 1:]).max() < 1e-8 * abs(pull)


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
@pytest.mark.parametrize("stretch", STRETCHES)
def test_the_sides_come_to_rest_where_they_are_free(material: Material, stretch: float) -> None:
    """With its ends brought to (λ, t, t) the free sides of the bar follow: the strain is uniform."""
    across = narrowed(material, stretch)
    points, cells = block(2, shake=0.2)
    exact = points * (np.array([stretch, across, across]) - 1)
    ends = (points[:, 0] == 0) | (points[:, 0] == 10)
    found = solved(bar(points, cells, material), ends, np.where(ends[:, None], exact, 0.0))
    assert abs(found.moved - exact).max() < 1e-8
