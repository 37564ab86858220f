"""Both factorisations, on a small quasi-definite matrix."""

import numpy as np
import pytest
import scipy.sparse as sp

from clinic.case import Floats
from clinic.simulation.factor import Factor, SuperLu, factorise


def saddle(stiffness: float) -> sp.csr_array:
    """[K Dᵀ; D −C] with K and C positive definite."""
    random = np.random.default_rng(1)
    K = sp.diags_array([[-1.0] * 59, [2.5] * 60, [-1.0] * 59], offsets=[-1, 0, 1]) * stiffness
    D = sp.random_array((20, 60), density=0.2, rng=random)
    return sp.block_array([[K, D.T], [D, -sp.eye_array(20) * 1e-3]]).tocsr()


@pytest.mark.parametrize("make", [factorise, SuperLu])
def test_solves_also_after_new_values(make: type[Factor]) -> None:
    """matrix · x = right, for the first and for a refreshed matrix, one right-hand side or several."""
    right: Floats = np.random.default_rng(2).normal(size=(80, 3))
    factor = make(sp.triu(saddle(1.0), format="csr"))  # type: ignore[call-arg]
    assert abs(saddle(1.0) @ factor.solve(right) - right).max() < 1e-10
    factor.refresh(sp.triu(saddle(7.0), format="csr"))
    assert abs(saddle(7.0) @ factor.solve(right[:, 0]) - right[:, 0]).max() < 1e-10


def test_both_give_the_same_answer() -> None:
    upper, right = sp.triu(saddle(1.0), format="csr"), np.ones(80)
    np.testing.assert_allclose(factorise(upper).solve(right), SuperLu(upper).solve(right), atol=1e-12)
