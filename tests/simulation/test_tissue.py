"""Materials and layers."""

import numpy as np
import pytest

from clinic.simulation.tissue import LAYERS, MUSCLE_MM, SKIN_MM, Material, layer_bounds


@pytest.mark.parametrize("material", LAYERS, ids=lambda material: material.name)
def test_moduli_belong_to_young_and_poisson(material: Material) -> None:
    """E = 9Kμ / (3K + μ) and ν = (3K − 2μ) / 2(3K + μ)."""
    K, mu = material.bulk, material.shear
    assert 9 * K * mu / (3 * K + mu) == pytest.approx(material.young_mpa)
    assert (3 * K - 2 * mu) / (2 * (3 * K + mu)) == pytest.approx(material.poisson)


def test_layers_have_their_thickness_or_shrink_together() -> None:
    """Over 20 mm skin and muscle are as thick as the tables say; over 2 mm every layer still has some."""
    thickness = np.diff(layer_bounds(np.array([20.0, 2.0])), axis=0) * [20.0, 2.0]
    np.testing.assert_allclose(thickness[:, 0], [SKIN_MM, 20.0 - SKIN_MM - MUSCLE_MM, MUSCLE_MM])
    assert (thickness[:, 1] > 0.5).all()
    np.testing.assert_allclose(thickness.sum(axis=0), [20.0, 2.0])
