"""The forces with which growth pushes, against what the residual says of a little growth."""

import numpy as np
import pytest
from solids import block

from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import LAYERS


@pytest.mark.parametrize("averaged", [True, False])
def test_swelling_is_the_derivative_of_the_residual_by_growth(averaged: bool) -> None:
    """Central differences of the residual at rest, at random strains in every cell."""
    points, cells = block(3, shake=0.2)
    tissue = Tissue(points, cells, (np.arange(len(cells)) % 4).astype(np.int32), LAYERS, averaged=averaged)
    strain = np.random.default_rng(5).normal(size=(len(cells), 3, 3))
    strain = (strain + strain.transpose(0, 2, 1)) / 2
    still, little, pulled = np.zeros_like(points), 1e-5, []
    for share in (little, -little):
        tissue.grow(np.eye(3) + share * strain)
        pulled.append(tissue.residual(still))
    expected = (pulled[1] - pulled[0]) / (2 * little)
    np.testing.assert_allclose(tissue.swelling(strain), expected, atol=1e-6 * abs(expected).max())
