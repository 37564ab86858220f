"""One linear step of the tissue: displacement and nodal pressures together, which is cheaper than condensed."""

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

    def __init__(self, held: Mask) -> None:
        """Say which points are held, (p,)."""
        self.free: Ints = np.flatnonzero(np.repeat(~held, 3)).astype(np.int32)
        self.held: Ints = np.flatnonzero(np.repeat(held, 3)).astype(np.int32)
        self._factor: Factor | None = None

    def take(self, tangent: Linearisation) -> None:
        """Factor the tangent of a new state."""
        free, held = self.free, self.held
        rows = tangent.stiffness[free]
        dilation = tangent.dilation[:, free]
        self._to_held = sp.vstack([rows[:, held], tangent.dilation[:, held]]).tocsr()
        matrix = sp.block_array([[rows[:, free], dilation.T], [dilation, -sp.diags_array(tangent.compliance)]]).tocsr()
        if self._factor is None:
            self._factor = factorise(matrix)
        else:
            self._factor.refresh(matrix)

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
