"""One linear step of the tissue: displacement and nodal pressures together, which is cheaper than condensed."""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from clinic.case import Floats, Ints, Mask, Points
from clinic.simulation.factor import Factor, factorise
from clinic.simulation.problem import Linearisation


class Step:
    """The factored tangent of a tissue at one state, some points of which are held.

        [ K  Dᵀ ] [du]   [ f ]
        [ D  −C ] [dp] = [ g ]

    K: stiffness, D: dilation, C: compliance, all on free displacements. Eliminating dp gives K + Dᵀ C⁻¹ D.
    """

    def __init__(self, held: Mask, factorise: Callable[[sp.csr_array], Factor] = factorise) -> None:
        """Say which points are held, (p,), and how to factor."""
        self.free: Ints = np.flatnonzero(np.repeat(~held, 3)).astype(np.int32)
        self.held: Ints = np.flatnonzero(np.repeat(held, 3)).astype(np.int32)
        self._factorise = factorise
        self._factor: Factor | None = None

    def take(self, tangent: Linearisation) -> None:
        """Factor the tangent of a new state."""
        values = np.concatenate([tangent.stiffness.data, tangent.dilation.data, -tangent.compliance])
        if self._factor is None:
            self._gather_from(tangent)
        upper, self._to_held = self._upper.filled(values), self._coupling.filled(values)
        if self._factor is None:
            self._factor = self._factorise(upper)
        else:
            self._factor.refresh(upper)

    def _gather_from(self, tangent: Linearisation) -> None:
        """Learn where each entry of the matrices comes from; the pattern of the tangent never changes.

        Cutting numbered matrices once is twenty times cheaper than cutting the real ones in every iteration.
        """
        first = tangent.stiffness.nnz
        stiffness = _numbered(tangent.stiffness, 0)
        dilation = _numbered(tangent.dilation, first)
        compliance = sp.diags_array(first + tangent.dilation.nnz + 1.0 + np.arange(len(tangent.compliance)))
        free, held = stiffness[self.free], dilation[:, self.held]
        across = dilation[:, self.free]
        matrix = sp.block_array([[free[:, self.free], across.T], [across, compliance]])
        self._upper = _Gathered(sp.triu(matrix, format="csr"))
        self._coupling = _Gathered(sp.vstack([free[:, self.held], held], format="csr"))

    def solve(self, force: Floats, held_move: Points, growth_mm3: Floats | None = None) -> Points:
        """Return the (p, 3) move for forces on all points (3p,), N, a move of the held points and grown volumes.

        held_move: (p, 3), read at held points. growth_mm3: (a,) of each node and layer.
        """
        assert self._factor is not None
        grown = np.zeros(self._to_held.shape[0] - len(self.free)) if growth_mm3 is None else growth_mm3
        right = np.concatenate([force[self.free], grown]) - self._to_held @ held_move.ravel()[self.held]
        moved = np.zeros(held_move.size)
        moved[self.held] = held_move.ravel()[self.held]
        moved[self.free] = self._factor.solve(right)[: len(self.free)]
        return moved.reshape(-1, 3)


class _Gathered:
    """A sparse matrix whose entries are taken from a list of values by number."""

    def __init__(self, numbered: sp.csr_array) -> None:
        numbered.sort_indices()
        self._shape, self._indices, self._indptr = numbered.shape, numbered.indices, numbered.indptr
        self._source = numbered.data.astype(np.int64) - 1

    def filled(self, values: Floats) -> sp.csr_array:
        return sp.csr_array((values[self._source], self._indices, self._indptr), shape=self._shape)


def _numbered(matrix: sp.csr_array, first: int) -> sp.csr_array:
    """Return the matrix with its entries replaced by first + 1, first + 2, … in storage order."""
    numbers = first + 1.0 + np.arange(matrix.nnz)
    return sp.csr_array((numbers, matrix.indices, matrix.indptr), shape=matrix.shape)
