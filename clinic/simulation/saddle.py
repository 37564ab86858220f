"""Linear steps of the tissue: one factor, of displacement and nodal pressures together, serves many tangents."""

from collections.abc import Callable
from copy import copy

import numpy as np
import scipy.sparse as sp

from clinic.case import Floats, Ints, Mask, Points
from clinic.simulation.factor import Factor, factorise
from clinic.simulation.problem import Linearisation

# A factorisation costs about as much as so many iterations with the factor that is there
_WORTH_ITERATIONS = 16


class Step:
    """The factored tangent of a tissue at one state, some points of which are held.

        [ K  Dᵀ ] [du]   [ f ]
        [ D  −C ] [dp] = [ 0 ]

    K: stiffness, D: dilation, C: compliance, all on free displacements. Eliminating dp gives K + Dᵀ C⁻¹ D; with dp the
    matrix is larger, but its factor smaller. For the tangent of another state the factor only preconditions.
    """

    def __init__(self, held: Mask, factorise: Callable[[sp.csr_array], Factor] = factorise) -> None:
        """Say which points are held, (p,), and how to factor."""
        self.free: Ints = np.flatnonzero(np.repeat(~held, 3)).astype(np.int32)
        self.held: Ints = np.flatnonzero(np.repeat(held, 3)).astype(np.int32)
        self._factorise = factorise
        self._factor: Factor | None = None
        self._lent = False

    @property
    def ready(self) -> bool:
        """Whether any tangent has been factored."""
        return self._factor is not None

    @property
    def nonzeros(self) -> int:
        """How many numbers of the factor a solve reads, twice."""
        assert self._factor is not None
        return self._factor.nonzeros

    def lend(self) -> "Step":
        """Return a step with the same factor that takes new tangents without touching this one."""
        borrowed = copy(self)
        borrowed._lent = True
        return borrowed

    def take(self, tangent: Linearisation) -> None:
        """Factor the tangent of a new state. Raises OutOfMemory and CannotFactor."""
        values = np.concatenate([tangent.stiffness.data, tangent.dilation.data, -tangent.compliance])
        if self._factor is None:
            self._gather_from(tangent)
        upper, self._to_held = self._upper.filled(values), self._coupling.filled(values)
        if self._factor is None or self._lent:
            self._factor, self._lent = self._factorise(upper), False
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

    def solve(self, force: Floats, held_move: Points) -> Points:
        """Return the (p, 3) move for forces on all points (3p,), N, and a move of the held points.

        held_move: (p, 3), read at held points.
        """
        assert self._factor is not None
        right = -(self._to_held @ held_move.ravel()[self.held])
        right[: len(self.free)] += force[self.free]
        moved = np.zeros(held_move.size)
        moved[self.held] = held_move.ravel()[self.held]
        moved[self.free] = self._factor.solve(right)[: len(self.free)]
        return moved.reshape(-1, 3)

    def follow(self, tangent: Linearisation, force: Floats, forcing: float) -> Points:
        """Return the (p, 3) move of the free points for forces (3p,), N, by another tangent.

        Conjugate gradients, preconditioned by the factor, until the forces that are left are `forcing` of those given.
        Where the factor has become too different, the tangent is factored instead.
        """
        if self._factor is not None:
            found = self._iterate(tangent, force[self.free], forcing)
            if found is not None:
                moved = np.zeros(force.size)
                moved[self.free] = found
                return moved.reshape(-1, 3)
        self.take(tangent)
        return self.solve(force, np.zeros((len(force) // 3, 3)))

    def _iterate(self, tangent: Linearisation, force: Floats, forcing: float) -> Floats | None:
        """Return the move of the free degrees of freedom, or None where that takes too long or is not convex."""
        found, left = np.zeros_like(force), force.copy()
        enough = forcing * float(np.linalg.norm(force))
        direction = np.zeros_like(force)
        before = np.inf
        for _ in range(_WORTH_ITERATIONS):
            improved = self._precondition(left)
            gain = float(left @ improved)
            direction = improved + gain / before * direction
            pushed = self._times(tangent, direction)
            curvature = float(direction @ pushed)
            if not (gain > 0.0 and curvature > 0.0):
                return None
            found += gain / curvature * direction
            left -= gain / curvature * pushed
            if np.linalg.norm(left) <= enough:
                return found
            before = gain
        return None

    def _precondition(self, force: Floats) -> Floats:
        assert self._factor is not None
        right = np.zeros(self._to_held.shape[0])
        right[: len(force)] = force
        solution: Floats = self._factor.solve(right)[: len(force)]
        return solution

    def _times(self, tangent: Linearisation, moves: Floats) -> Floats:
        spread = np.zeros(tangent.stiffness.shape[0])
        spread[self.free] = moves
        product: Floats = tangent.times(spread)[self.free]
        return product


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
