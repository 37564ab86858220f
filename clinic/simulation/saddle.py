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
_LITTLE_ENOUGH = 0.1


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
        self._spent, self._convex = 0, True  # iterations with this factor; whether the last saw the energy convex

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
        self._spent = 0
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

        Conjugate gradients, preconditioned by the factor, until the forces that are left are `forcing` of those given,
        or little enough after as many iterations as a factorisation is worth. Where the factor is too different for
        that, or has cost more iterations than another, the tangent is factored. Where the energy is not convex, the
        way downhill so far is returned (Steihaug 1983), and no factor is made of it.
        """
        worn = self._spent > _WORTH_ITERATIONS and self._convex
        found = None if self._factor is None or worn else self._iterate(tangent, force[self.free], forcing)
        if found is None:
            self.take(tangent)
            found = self._iterate(tangent, force[self.free], forcing)
        if found is None:
            found = self._precondition(force[self.free])
        moved = np.zeros(force.size)
        moved[self.free] = found
        return moved.reshape(-1, 3)

    def precondition(self, forces: Floats) -> Floats:
        """Return (3p, d) moves of the free points for forces (3p, d), N, by the tangent that was factored."""
        assert self._factor is not None
        right = np.zeros((self._to_held.shape[0], forces.shape[1]))
        right[: len(self.free)] = forces[self.free]
        moved = np.zeros_like(forces)
        moved[self.free] = self._factor.solve(right)[: len(self.free)]
        return moved

    def _iterate(self, tangent: Linearisation, force: Floats, forcing: float) -> Floats | None:
        """Return the move of the free degrees of freedom, or None if the factor leads nowhere near it."""
        found, left = np.zeros_like(force), force.copy()
        given = float(np.linalg.norm(force))
        direction, before = np.zeros_like(force), np.inf
        self._convex = True
        for _ in range(_WORTH_ITERATIONS):
            self._spent += 1
            improved = self._precondition(left)
            gain = float(left @ improved)
            if gain <= 0.0:
                return None
            direction = improved + gain / before * direction
            pushed = self._times(tangent, direction)
            curvature = float(direction @ pushed)
            if curvature <= 0.0:
                self._convex = False
                return found if found.any() else direction
            found += gain / curvature * direction
            left -= gain / curvature * pushed
            if np.linalg.norm(left) <= forcing * given:
                return found
            before = gain
        return found if np.linalg.norm(left) <= _LITTLE_ENOUGH * given else None

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
