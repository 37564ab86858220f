"""The mechanical problem: tissue between skin and support in static equilibrium.

Displacement u is linear in each tetrahedron. A cell grows by the tensor G (filler swells it, an excision shortens it
along the skin); what deforms it elastically is F = (I + ∇u) G⁻¹, and its volume without stress is det G · V. The energy
is

    Σ_e det G V_e (μ/2 (J^(−2/3) I₁ − 3) + κ/2 (J^(−4/3) I₂ − 3))  +  Σ_a G_a K/2 (v_a/G_a − 1)²

with, per node and layer a, the deformed volume v_a = Σ ¼ v_e and the grown volume G_a = Σ ¼ det G V_e of the cells
around it: volume change is averaged at the nodes, so that nearly incompressible tissue does not lock (Bonet and Burton
1998, per layer as in Joldes et al. 2009). Plain linear tetrahedra, where a is the cell itself, are kept for comparison.
Springs tie points to the ground where the support holds them in some directions only: ½ (u − ū)ᵀ S (u − ū).

SfePy poses this problem, in `reference.py`: what it says of forces and tangent is the authority. Here a compiled kernel
evaluates them in a fraction of the time, and the tests hold it to what SfePy says. Which points are held is decided
later, by elimination (`saddle.py`): Newton's method needs the reactions and the preview the columns of held points.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from clinic.case import Floats, Ints, Points
from clinic.simulation.kernel import Kernel, Moduli
from clinic.simulation.tissue import Material


@dataclass(frozen=True, slots=True, eq=False)
class Linearisation:
    """The tangent at one state, all degrees of freedom (3p = three per point, point by point).

    stiffness: (3p, 3p) deviatoric and geometric part, with the springs. dilation: (a, 3p) ∂v_a/∂u. compliance: (a,)
    G_a/K. The full tangent is stiffness + dilationᵀ compliance⁻¹ dilation. Where cells have pressures of their own, a
    is 0 and the stiffness is all.
    """

    stiffness: sp.csr_array
    dilation: sp.csr_array
    compliance: Floats

    def times(self, moves: Floats) -> Floats:
        """Return the full tangent times (3p,) or (3p, k)."""
        shape = (-1,) + (1,) * (moves.ndim - 1)
        pressed = self.dilation @ moves / self.compliance.reshape(shape)
        product: Floats = self.stiffness @ moves + self.dilation.T @ pressed
        return product


class Tissue:
    """One body of layered tissue, floating freely unless springs tie it."""

    def __init__(
        self,
        points: Points,
        cells: Ints,
        layer: Ints,
        layers: Sequence[Material],
        averaged: bool = True,
        along: Points | None = None,
        taut: Floats | None = None,
    ) -> None:
        """Set up points (p, 3), cells (t, 4) of positive volume, and layer (t,), a number in `layers`.

        averaged: whether volume change is averaged at the nodes. along, taut: the grain, as in `grained`.
        """
        self.points, self.cells = points, cells
        self.growth: Floats = np.ones(len(cells))
        pair = layer[:, None].astype(np.int64) * len(points) + cells
        unique, number = np.unique(pair, return_inverse=True)
        self._layer, self._pair_layer = layer, unique // len(points)
        self._averaged, self._along, self._taut = averaged, along, taut
        self._pairs = _quarters(number.reshape(cells.shape)) if averaged else sp.eye_array(len(cells), format="csr")
        moduli = self._make_of(layers)
        self._kernel = Kernel(points, cells, moduli, number.reshape(cells.shape) if averaged else None)
        self._hold()
        self._springs: Floats = np.zeros((len(points), 3, 3))
        self._own_blocks: NDArray[np.int64] | None = None
        self.rest_volumes = self._kernel.rest_volumes

    def of(self, layers: Sequence[Material]) -> "Tissue":
        """Return the same body made of other layers, tied by the same springs; sparsity patterns are shared."""
        other = copy(self)
        other._kernel = self._kernel.of(other._make_of(layers))
        other._hold()
        return other

    def grained(self, layers: Sequence[Material], along: Points, taut: Floats) -> "Tissue":
        """Return the same body made of other layers that have a grain.

        along: (t, 3) direction of the fibres, as long as they are stretched at rest. taut: (t, 3, 3) MPa, tension at
        rest beside theirs, second Piola and Kirchhoff. What was measured is at rest: forces that neighbours do not
        balance are taken as those of what is not modelled, and stay as they are.
        """
        other = copy(self)
        other._along, other._taut = along, taut
        return other.of(layers)

    def _hold(self) -> None:
        """Learn the tension at rest, (t, 3, 3) MPa, and the (3p,) forces, N, that balance it; None if there is none."""
        made_of = self._made_of
        pull = 0.5 * made_of.fibre * np.maximum((made_of.along**2).sum(axis=1) - 1.0, 0.0)
        self._held: Floats | None = None
        self._balance: Floats | None = None
        if len(made_of.taut) or pull.any():
            self._held = pull[:, None, None] * _dyads(made_of.along)
            if len(made_of.taut):
                self._held = self._held + made_of.taut
            self._balance = self._kernel.spread(self._held)

    def _make_of(self, layers: Sequence[Material]) -> Moduli:
        self._made_of = _moduli(self._layer, layers, self._averaged, self._along, self._taut)
        bulk = np.array([material.bulk for material in layers])
        self._bulk = bulk[self._pair_layer] if self._averaged else self._made_of.own_bulk
        return self._made_of

    def grow(self, growth: Floats) -> None:
        """Set growth: (t,) J_g > 0 for swelling alike in all directions, or (t, 3, 3) G of positive determinant."""
        self.growth = growth
        isotropic = growth.ndim == 1
        shrink = growth_tensors(1.0 / growth) if isotropic else np.asarray(np.linalg.inv(growth), np.float64)
        self._kernel.grow(shrink)

    def tie(self, springs: Floats) -> None:
        """Tie each point to the ground by a spring, (p, 3, 3) N/mm, symmetric; 0 where there is none."""
        self._springs = springs

    def deformed_volumes(self, moved: Points) -> Floats:
        """Return the (t,) signed volumes of the cells under a displacement (p, 3), mm³."""
        signed: Floats = self._kernel.grown_volumes * self._kernel.det_f(moved)
        return signed

    def min_det_f(self, moved: Points) -> float:
        """Return the smallest ratio of a cell's volume to that before the operation."""
        return float((self.deformed_volumes(moved) / self.rest_volumes).min())

    def residual(self, moved: Points, ground: Points | None = None) -> Floats:
        """Return the (3p,) forces of tissue and springs on the points, N; zero on free ones in equilibrium.

        ground: (p, 3) where the springs are tied, not moved if not given. Raises ValueError for an inverted cell: look
        at `min_det_f` first.
        """
        return self._forces(moved) + self.pull(moved, ground)

    def pull(self, moved: Points, ground: Points | None = None) -> Floats:
        """Return the (3p,) forces of the springs, N."""
        stretched = moved if ground is None else moved - ground
        pulled: Floats = np.einsum("pab,pb->pa", self._springs, stretched).ravel()
        return pulled

    def linearise(self, moved: Points) -> Linearisation:
        """Return the tangent at a displacement (p, 3). Raises ValueError for an inverted cell."""
        stiffness, dilation = self._tangent(moved)
        if self._own_blocks is None:
            self._own_blocks = _own_blocks(stiffness)
        stiffness.data[self._own_blocks] += self._springs
        compliance = self._grown() / self._bulk if self._averaged else np.zeros(0)
        return Linearisation(stiffness, dilation, compliance)

    def swelling(self, strain: Floats) -> Floats:
        """Return the (3p,) forces, N, with which growth by a small symmetric strain (t, 3, 3) pushes at rest.

        The derivative of `residual` by s for G = 1 + s ε, turned round: 2 μ dev ε, and K tr ε averaged at the nodes.
        """
        volume = np.einsum("tii->t", strain)
        shear = self._made_of.shear + self._made_of.second
        shares = self._pairs @ self.rest_volumes
        tension = self._pairs.T @ (self._bulk * (self._pairs @ (volume * self.rest_volumes)) / shares)
        stress = 2.0 * shear[:, None, None] * (strain - volume[:, None, None] / 3.0 * np.eye(3))
        stress += tension[:, None, None] * np.eye(3)
        if self._held is not None:
            along = self._made_of.along
            stiffer = self._made_of.fibre * (np.linalg.norm(along, axis=1) > 1.0)
            shorter = np.einsum("ta,tab,tb->t", along, strain, along)
            pulled = strain @ self._held
            stress += pulled + pulled.transpose(0, 2, 1) - volume[:, None, None] * self._held
            stress += (stiffer * shorter)[:, None, None] * _dyads(along)
        return self._kernel.spread(stress)

    def _forces(self, moved: Points) -> Floats:
        pulled = self._kernel.forces(moved, self._tension(moved))
        return pulled if self._balance is None else pulled - self._balance

    def _tangent(self, moved: Points) -> tuple[sp.csr_array, sp.csr_array]:
        return self._kernel.tangent(moved, self._tension(moved))

    def _grown(self) -> Floats:
        grown: Floats = self._pairs @ self._kernel.grown_volumes
        return grown

    def _tension(self, moved: Points) -> Floats:
        """Return K (v_a/G_a − 1) averaged over the node layers of each cell, (t,) MPa, positive where stretched."""
        volumes = self.deformed_volumes(moved)
        if volumes.min() <= 0.0:
            raise ValueError("a cell is inverted")
        tension: Floats = self._pairs.T @ (self._bulk * ((self._pairs @ volumes) / self._grown() - 1.0))
        return tension


def growth_tensors(growth: Floats) -> Floats:
    """Return G, (t, 3, 3), for growth given as J_g, (t,), or already as G."""
    return growth if growth.ndim == 3 else np.cbrt(growth)[:, None, None] * np.eye(3)


def _moduli(
    layer: Ints, layers: Sequence[Material], averaged: bool, along: Points | None, taut: Floats | None
) -> Moduli:
    shear, second, fibre, bulk = (
        np.array([getattr(material, name) for material in layers], np.float64)[layer]
        for name in ("shear", "mooney_mpa", "fibre_mpa", "bulk")
    )
    if along is None:
        along, fibre = np.zeros((len(layer), 3)), np.zeros(len(layer))
    if taut is None:
        taut = np.zeros((0, 3, 3))
    return Moduli(shear - second, second, fibre, np.zeros(len(layer)) if averaged else bulk, along, taut)


def _dyads(along: Points) -> Floats:
    dyads: Floats = along[:, :, None] * along[:, None, :]
    return dyads


def _quarters(corners: Ints) -> sp.csr_array:
    """Return the (a, t) matrix that gives a quarter of each cell to the (node, layer) of each corner, (t, 4)."""
    column = np.repeat(np.arange(len(corners)), 4)
    shape = (int(corners.max()) + 1, len(corners))
    return sp.coo_array((np.full(corners.size, 0.25), (corners.ravel(), column)), shape=shape).tocsr()


def _own_blocks(stiffness: sp.csr_array) -> NDArray[np.int64]:
    """Return where the 3 × 3 block of each point with itself lies in the values of its rows, (p, 3, 3)."""
    row = np.repeat(np.arange(stiffness.shape[0]), np.diff(stiffness.indptr))
    return np.flatnonzero(stiffness.indices // 3 == row // 3).reshape(-1, 3, 3)
