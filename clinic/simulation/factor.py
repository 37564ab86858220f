"""Factors of large sparse symmetric matrices: PARDISO where MKL exists, SuperLU elsewhere."""

import functools
import os
import weakref
from importlib import metadata
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from threadpoolctl import ThreadpoolController

from clinic.case import Floats
from clinic.errors import ClinicError
from clinic.words import say

# PARDISO's words
_SYMMETRIC_INDEFINITE = -2
_ANALYSE_AND_FACTOR, _FACTOR, _SOLVE, _FREE = 12, 22, 33, -1
_OUT_OF_MEMORY = (-2, -9)
# Its parameters that differ from 0, numbered from 1. Definite blocks of either sign need no pivoting (21) and no
# refinement (8): a fifth off a factor, and a solve takes a third.
_PARAMETERS = {1: 1, 2: 2, 10: 8, 18: -1}


class OutOfMemory(ClinicError):
    """The matrix does not fit into memory."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The computer has not enough free memory to simulate this face. Nothing was changed. Close "
                "other programs and simulate again."
            )
        )


class CannotFactor(ClinicError):
    """The solver has given up."""

    def __init__(self, code: int) -> None:
        super().__init__(
            say(
                "The soft tissue could not be solved: the solver stopped with code {code}. No result is "
                "shown. Reduce the amounts and simulate again; report it if that does not help.",
                code=code,
            )
        )


class Factor(Protocol):
    """A factorised symmetric matrix, given by its upper triangle (CSR, sorted, full diagonal)."""

    @property
    def nonzeros(self) -> int:
        """How many numbers of the factor a solve reads, twice."""

    def refresh(self, upper: sp.csr_array) -> None:
        """Factor another matrix with the same pattern."""

    def solve(self, right: Floats) -> Floats:
        """Return x with matrix · x = right; right is (n,) or (n, k)."""


def factorise(upper: sp.csr_array) -> Factor:
    """Factor a symmetric quasi-definite matrix (definite blocks of either sign): any order of elimination works.

    Raises OutOfMemory and CannotFactor.
    """
    return Pardiso(upper) if _mkl() else SuperLu(upper)


class SuperLu:
    """SciPy's SuperLU in its symmetric mode."""

    def __init__(self, upper: sp.csr_array) -> None:
        self.refresh(upper)

    @property
    def nonzeros(self) -> int:
        """As PARDISO counts: of one of the two factors, which are each other's mirror image."""
        return int(self._factor.L.nnz)

    def refresh(self, upper: sp.csr_array) -> None:
        """Factor anew; SuperLU keeps nothing."""
        whole = (upper + sp.triu(upper, 1).T).tocsc()
        options = {"SymmetricMode": True}
        try:
            self._factor = splu(whole, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
        except MemoryError as short:
            raise OutOfMemory from short

    def solve(self, right: Floats) -> Floats:
        """Substitute forwards and back."""
        solution: Floats = self._factor.solve(right)
        return solution


class Pardiso:
    """MKL's PARDISO on the upper triangle, symmetric indefinite, with the order of elimination kept."""

    def __init__(self, upper: sp.csr_array) -> None:
        from pypardiso import PyPardisoSolver

        self._solver = PyPardisoSolver(mtype=_SYMMETRIC_INDEFINITE)
        for number, value in _PARAMETERS.items():
            self._solver.set_iparm(number, value)
        self._upper = upper
        self._call(_ANALYSE_AND_FACTOR)
        # MKL holds the factor outside of Python's memory
        weakref.finalize(self, _free, self._solver, upper.shape[0])

    @property
    def nonzeros(self) -> int:
        """How many numbers of the factor a solve reads, twice."""
        return int(self._solver.get_iparm(18))

    def refresh(self, upper: sp.csr_array) -> None:
        """Factor the new values; the order of elimination is kept."""
        self._upper = upper
        self._call(_FACTOR)

    def solve(self, right: Floats) -> Floats:
        """Substitute forwards and back."""
        return self._call(_SOLVE, right)

    def _call(self, phase: int, right: Floats | None = None) -> Floats:
        from pypardiso.pardiso_wrapper import PyPardisoError

        self._solver.set_phase(phase)
        asked = np.zeros((self._upper.shape[0], 1)) if right is None else right
        try:
            solution: Floats = self._solver._call_pardiso(self._upper, np.asfortranarray(asked))
        except PyPardisoError as stopped:
            if stopped.value in _OUT_OF_MEMORY:
                raise OutOfMemory from stopped
            raise CannotFactor(stopped.value) from stopped
        except MemoryError as short:
            raise OutOfMemory from short
        return solution


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
    # MKL's threads spin for a while after each call; NumPy's, which any dot product wakes, would wait for their cores.
    ThreadpoolController().select(internal_api="openblas").limit(limits=1)
    return True
