"""Materials and layers."""

import numpy as np
import pytest

from clinic.simulation.tissue import LAYERS, STACK_MM, Material, layer_bounds


@pytest.mark.parametrize("material", LAYERS, ids=lambda material: material.name)
def test_moduli_belong_to_young_and_poisson(material: Material) -> None:
    """E = 9Kμ / (3K + μ) and ν = (3K − 2μ) / 2(3K + μ)."""
    K, mu = material.bulk, material.shear
    assert 9 * K * mu / (3 * K + mu) == pytest.approx(material.young_mpa)
    assert (3 * K - 2 * mu) / (2 * (3 * K + mu)) == pytest.approx(material.poisson)


def test_layers_have_their_thickness_or_shrink_together() -> None:
    """As deep as the table, half as deep, and 4 mm deeper: there the fats, 5 of 11 mm here, share the 4 mm."""
    table = np.tile(np.array([[2.0], [3.0], [4.0], [2.0]]), 3)
    depth = np.array([11.0, 5.5, 15.0])
    thickness = np.diff(layer_bounds(depth, table, np.zeros(3)), axis=0) * depth
    np.testing.assert_allclose(thickness[:, 0], [2.0, 3.0, 4.0, 2.0])
    np.testing.assert_allclose(thickness[:, 1], [1.0, 1.5, 2.0, 1.0])
    np.testing.assert_allclose(thickness[:, 2], [2.0, 5.4, 4.0, 3.6])


def test_no_layer_vanishes() -> None:
    """A lid's fat of 0.1 mm would give cells like paper: every layer keeps a tenth of the depth, or what is asked."""
    table = np.array([[1.0], [0.1], [1.0], [1.0]])
    thickness = np.diff(layer_bounds(np.array([3.0]), table, np.zeros(1)), axis=0) * 3.0
    assert (thickness > 0.3).all()
    assert (np.diff(layer_bounds(np.array([3.0]), table, np.array([0.6])), axis=0) * 3.0 > 0.5).all()
    assert thickness.sum() == pytest.approx(3.0)


@pytest.mark.parametrize(("place", "depth"), [("rhinion", 3.0), ("subnasale", 13.0), ("pogonion", 11.5), ("menton", 7)])
def test_layers_add_up_to_the_published_depth(place: str, depth: float) -> None:
    assert sum(STACK_MM[place]) == pytest.approx(depth)
