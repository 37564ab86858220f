"""The mechanical problem: tissue between skin and support in static equilibrium.

Displacement u is linear in each tetrahedron. The energy is

    Σ_e V_e J_g μ/2 (J^(−2/3) I₁ − 3)  +  Σ_a G_a K/2 (v_a/G_a − 1)²

with, per node and layer a, the deformed volume v_a = Σ ¼ v_e and the grown volume G_a = Σ ¼ J_g V_e of the cells around
it: volume change is averaged at the nodes, so that nearly incompressible tissue does not lock (Bonet and Burton 1998,
per layer as in Joldes et al. 2009). J_g is growth: a filler of J_g − 1 times the cell's volume.

SfePy poses this problem, in `reference.py`: what it says of forces and tangent is the authority. Here a compiled kernel
evaluates them in a fraction of the time, and the tests hold it to what SfePy says. Which points are held is decided
later, by elimination (`saddle.py`): Newton's method needs the reactions and the preview the columns of held points.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from clinic.case import Floats, Ints, Points
from clinic.simulation.kernel import Kernel
from clinic.simulation.tissue import Material


@dataclass(frozen=True, slots=True, eq=False)
class Linearisation:
    """The tangent at one state, all degrees of freedom (3p = three per point, point by point).

    stiffness: (3p, 3p) deviatoric and geometric part. dilation: (a, 3p) ∂v_a/∂u. compliance: (a,) G_a/K. The full
    tangent is stiffness + dilationᵀ compliance⁻¹ dilation.
    """

    stiffness: sp.csr_array
    dilation: sp.csr_array
    compliance: Floats


class Tissue:
    """One body of layered tissue, floating freely."""

    def __init__(self, points: Points, cells: Ints, layer: Ints, layers: Sequence[Material]) -> None:
        """Set up points (p, 3), cells (t, 4) of positive volume, and layer (t,), a number in `layers`."""
        self.points, self.cells = points, cells
        self.growth: Floats = np.ones(len(cells))
        pair = layer[:, None].astype(np.int64) * len(points) + cells
        unique, number = np.unique(pair, return_inverse=True)
        corners = number.reshape(cells.shape)
        self._shear = np.array([material.shear for material in layers])[layer]
        self._bulk = np.array([material.bulk for material in layers])[unique // len(points)]
        self._pairs = _quarters(corners)
        self._kernel = Kernel(points, cells, corners)
        self.rest_volumes = self._kernel.rest_volumes

    def grow(self, growth: Floats) -> None:
        """Set J_g, (t,) > 0."""
        self.growth = growth

    def deformed_volumes(self, moved: Points) -> Floats:
        """Return the (t,) signed volumes of the cells under a displacement (p, 3), mm³."""
        signed: Floats = self.rest_volumes * self._kernel.det_f(moved)
        return signed

    def min_det_f(self, moved: Points) -> float:
        """Return the smallest volume ratio of a cell."""
        return float(self._kernel.det_f(moved).min())

    def residual(self, moved: Points) -> Floats:
        """Return the (3p,) forces of the tissue on its points, N; zero on free ones in equilibrium.

        Raises ValueError for an inverted cell: look at `min_det_f` first.
        """
        return self._kernel.forces(moved, self.growth * self._shear, self._tension(moved))

    def linearise(self, moved: Points) -> Linearisation:
        """Return the tangent at a displacement (p, 3). Raises ValueError for an inverted cell."""
        tangent = self._kernel.tangent(moved, self.growth * self._shear, self._tension(moved))
        return Linearisation(*tangent, self._compliance())

    def node_volumes(self, volumes: Floats) -> Floats:
        """Share (t,) volumes of cells among their nodes and layers: (a,)."""
        shared: Floats = self._pairs @ volumes
        return shared

    def _compliance(self) -> Floats:
        compliance: Floats = self._grown() / self._bulk
        return compliance

    def _grown(self) -> Floats:
        return self.node_volumes(self.growth * self.rest_volumes)

    def _tension(self, moved: Points) -> Floats:
        """Return K (v_a/G_a − 1) averaged over the node layers of each cell, (t,) MPa, positive where stretched."""
        volumes = self.deformed_volumes(moved)
        if volumes.min() <= 0.0:
            raise ValueError("a cell is inverted")
        tension: Floats = self._pairs.T @ (self._bulk * (self.node_volumes(volumes) / self._grown() - 1.0))
        return tension


def _quarters(corners: Ints) -> sp.csr_array:
    """Return the (a, t) matrix that gives a quarter of each cell to the (node, layer) of each corner, (t, 4)."""
    column = np.repeat(np.arange(len(corners)), 4)
    shape = (int(corners.max()) + 1, len(corners))
    return sp.coo_array((np.full(corners.size, 0.25), (corners.ravel(), column)), shape=shape).tocsr()
