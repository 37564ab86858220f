"""Factors of large sparse symmetric matrices: PARDISO where MKL exists, SuperLU elsewhere."""

import functools
import os
import weakref
from importlib import metadata
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import Floats

# PARDISO's words
_SYMMETRIC_INDEFINITE = -2
_ANALYSE_AND_FACTOR, _FACTOR, _SOLVE, _FREE = 12, 22, 33, -1


class Factor(Protocol):
    """A factorised symmetric matrix, given by its upper triangle (CSR, sorted, full diagonal)."""

    def refresh(self, upper: sp.csr_array) -> None:
        """Factor another matrix with the same pattern."""

    def solve(self, right: Floats) -> Floats:
        """Return x with matrix · x = right; right is (n,) or (n, k)."""


def factorise(upper: sp.csr_array) -> Factor:
    """Factor a symmetric quasi-definite matrix (definite blocks of either sign): any order of elimination works."""
    return Pardiso(upper) if _mkl() else SuperLu(upper)


class SuperLu:
    """SciPy's SuperLU in its symmetric mode."""

    def __init__(self, upper: sp.csr_array) -> None:
        self.refresh(upper)

    def refresh(self, upper: sp.csr_array) -> None:
        """Factor anew; SuperLU keeps nothing."""
        whole = (upper + sp.triu(upper, 1).T).tocsc()
        self._factor = splu(whole, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})

    def solve(self, right: Floats) -> Floats:
        """Substitute forwards and back."""
        solution: Floats = self._factor.solve(right)
        return solution


class Pardiso:
    """MKL's PARDISO on the upper triangle, symmetric indefinite, with the order of elimination kept."""

    def __init__(self, upper: sp.csr_array) -> None:
        from pypardiso import PyPardisoSolver

        self._solver = PyPardisoSolver(mtype=_SYMMETRIC_INDEFINITE)
        self._upper = upper
        self._call(_ANALYSE_AND_FACTOR)
        # MKL holds the factor outside of Python's memory
        weakref.finalize(self, _free, self._solver, upper.shape[0])

    def refresh(self, upper: sp.csr_array) -> None:
        """Factor the new values; the order of elimination is kept."""
        self._upper = upper
        self._call(_FACTOR)

    def solve(self, right: Floats) -> Floats:
        """Substitute forwards and back."""
        self._solver.set_phase(_SOLVE)
        solution: Floats = self._solver._call_pardiso(self._upper, np.asfortranarray(right))
        return solution

    def _call(self, phase: int) -> None:
        self._solver.set_phase(phase)
        self._solver._call_pardiso(self._upper, np.zeros((self._upper.shape[0], 1), order="F"))


def _free(solver: Any, size: int) -> None:
    solver.set_phase(_FREE)
    solver._call_pardiso(sp.identity(size, format="csr"), np.zeros((size, 1), order="F"))


@functools.cache
def _mkl() -> bool:
    """Tell whether MKL can be used, and tell pypardiso where it lies: its own search walks the whole environment."""
    try:
        found = [file for file in metadata.files("mkl") or () if "mkl_rt" in file.name]
        if found:
            os.environ.setdefault("PYPARDISO_MKL_RT", str(found[0].locate()))
        from pypardiso import PyPardisoSolver

        PyPardisoSolver()
    except (ImportError, OSError):  # PackageNotFoundError is an ImportError
        return False
    return True
