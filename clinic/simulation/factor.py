"""Factors of large sparse symmetric matrices: PARDISO where MKL exists, SuperLU elsewhere."""

import ctypes
import functools
import weakref
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import Floats

# PARDISO's words
_SYMMETRIC_INDEFINITE = -2
_ANALYSE_AND_FACTOR, _FACTOR, _SOLVE, _FREE = 12, 22, 33, -1


class Factor(Protocol):
    """A factorised matrix that solves for right-hand sides."""

    def refresh(self, matrix: sp.csr_array) -> None:
        """Factor another matrix with the same pattern; the order of elimination is kept."""

    def solve(self, right: Floats) -> Floats:
        """Return x with matrix · x = right; right is (n,) or (n, k)."""


def factorise(matrix: sp.csr_array) -> Factor:
    """Factor a symmetric quasi-definite matrix (definite blocks of either sign): any order of elimination works."""
    return Pardiso(matrix) if _mkl() else SuperLu(matrix)


class SuperLu:
    """SciPy's SuperLU in its symmetric mode."""

    def __init__(self, matrix: sp.csr_array) -> None:
        self.refresh(matrix)

    def refresh(self, matrix: sp.csr_array) -> None:
        """Factor anew; SuperLU keeps nothing."""
        self._factor = splu(
            matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )

    def solve(self, right: Floats) -> Floats:
        """Substitute forwards and back."""
        solution: Floats = self._factor.solve(right)
        return solution


class Pardiso:
    """MKL's PARDISO on the upper triangle, symmetric indefinite, with the order of elimination kept."""

    def __init__(self, matrix: sp.csr_array) -> None:
        from pypardiso import PyPardisoSolver

        self._solver = PyPardisoSolver(mtype=_SYMMETRIC_INDEFINITE)
        self._upper = _upper_triangle(matrix)
        self._call(_ANALYSE_AND_FACTOR)
        # MKL holds the factor outside of Python's memory
        weakref.finalize(self, _free, self._solver, self._upper.shape[0])

    def refresh(self, matrix: sp.csr_array) -> None:
        """Factor the new values; the order of elimination is kept while the pattern stays the same."""
        before, self._upper = self._upper, _upper_triangle(matrix)
        same = np.array_equal(before.indptr, self._upper.indptr) and np.array_equal(before.indices, self._upper.indices)
        self._call(_FACTOR if same else _ANALYSE_AND_FACTOR)

    def solve(self, right: Floats) -> Floats:
        """Substitute forwards and back."""
        self._solver.set_phase(_SOLVE)
        solution: Floats = self._solver._call_pardiso(self._upper, np.asfortranarray(right))
        return solution

    def _call(self, phase: int) -> None:
        self._solver.set_phase(phase)
        self._solver._call_pardiso(self._upper, np.zeros((self._upper.shape[0], 1), order="F"))


def _upper_triangle(matrix: sp.csr_array) -> sp.csr_array:
    upper = sp.triu(matrix, format="csr")
    upper.sort_indices()
    return upper


def _free(solver: Any, size: int) -> None:
    solver.set_phase(_FREE)
    solver._call_pardiso(sp.identity(size, format="csr"), np.zeros((size, 1), order="F"))


@functools.cache
def _mkl() -> bool:
    try:
        from pypardiso import PyPardisoSolver

        PyPardisoSolver()
    except (ImportError, OSError, ctypes.ArgumentError):
        return False
    return True
