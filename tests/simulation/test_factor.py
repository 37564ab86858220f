"""Both factorisations, on a small quasi-definite matrix."""

import numpy as np
import pytest
import scipy.sparse as sp

from clinic.case import Floats
from clinic.simulation import factor
from clinic.simulation.factor import CannotFactor, Factor, OutOfMemory, Pardiso, SuperLu, factorise


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


def test_short_memory_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """SuperLU raises MemoryError, PARDISO says −2; other troubles of PARDISO keep their number."""
    upper = sp.triu(saddle(1.0), format="csr")

    def short(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(factor, "splu", short)
    with pytest.raises(OutOfMemory, match="not enough free memory"):
        SuperLu(upper)


@pytest.mark.parametrize(("code", "error"), [(-2, OutOfMemory), (-4, CannotFactor)])
def test_what_pardiso_says_becomes_an_error(code: int, error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    wrapper = pytest.importorskip("pypardiso.pardiso_wrapper")

    def stops(*_: object) -> None:
        raise wrapper.PyPardisoError(code)

    monkeypatch.setattr(wrapper.PyPardisoSolver, "_call_pardiso", stops)
    with pytest.raises(error):
        Pardiso(sp.triu(saddle(1.0), format="csr"))


def test_counts_what_a_solve_reads() -> None:
    """At least the matrix itself, at most a full triangle."""
    upper = sp.triu(saddle(1.0), format="csr")
    for make in (factorise, SuperLu):
        assert upper.nnz <= make(upper).nonzeros <= 80 * 81 / 2
