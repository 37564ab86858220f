"""Forces and tangent of layered tissue, compiled: the hot path of every solve.

The formulation is that of `reference.py`, where SfePy poses it; the tests compare the two. A cell has grown by the
tensor G, so that its elastic deformation is F = (I + ∇u) G⁻¹; g_i are the gradients of the shape functions and V the
volume after growth. With J = det F, B = F Fᵀ, p_i = F^(−T) g_i, f_i = F g_i, q_i = (I₁ − B) f_i, c = V μ J^(−2/3),
m = V κ J^(−4/3) and the tension τ of a cell (its four node layers' mean), a cell pulls at its corners with

    c (f_i − I₁/3 p_i) + m (q_i − 2/3 I₂ p_i) + τ V J p_i

and the derivative of that at constant τ, for corners i and j, is the 3 × 3 block

    c (g_i·g_j 1 − 2/3 (f_i p_jᵀ + p_i f_jᵀ) + 2/9 I₁ p_i p_jᵀ + I₁/3 p_j p_iᵀ) + τ V J (p_i p_jᵀ − p_j p_iᵀ)
    + m ((I₁ g_i·g_j − f_i·f_j) 1 − g_i·g_j B + 2 f_i f_jᵀ − f_j f_iᵀ
         − 4/3 (q_i p_jᵀ + p_i q_jᵀ) + 8/9 I₂ p_i p_jᵀ + 2/3 I₂ p_j p_iᵀ).

Fibres along d, stretched to a = F d with I₄ = a·a > 1, add V k/2 (I₄ − 1) (d·g_i) a, of which the derivative is
V k (d·g_i)(d·g_j) ((I₄ − 1)/2 1 + a aᵀ); d is longer than 1 where they are stretched at rest. A tension S of the cell
at rest adds V F S g_i, of which the derivative is V g_i·S g_j 1. Where a cell has a pressure of its own, τ changes with
J: K V J² p_i p_jᵀ.

One thread: adding into shared rows leaves a second core little to win. Compiled code is kept on disk: about 4 s once.
"""

from copy import copy
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numba import njit
from numpy.typing import NDArray

from clinic.case import Floats, Ints, Points
from clinic.case.arrays import freeze

_Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Moduli:
    """What the cells are made of, MPa, each (t,): shear μ, second κ of Mooney and Rivlin, fibre k.

    own_bulk: K where a cell has a pressure of its own, 0 where pressures are averaged. along: (t, 3) direction of the
    fibres, as long as they are stretched at rest, 0 where there are none. taut: (t, 3, 3) tension at rest, second Piola
    and Kirchhoff, MPa, or none, (0, 3, 3).
    """

    shear: Floats
    second: Floats
    fibre: Floats
    own_bulk: Floats
    along: Points
    taut: Floats

    def __post_init__(self) -> None:
        flat = dict.fromkeys(("shear", "second", "fibre", "own_bulk"), (np.float64, -1))
        freeze(self, **flat, along=(np.float64, -1, 3), taut=(np.float64, -1, 3, 3))

    @property
    def columns(self) -> Floats:
        """The four moduli side by side, (t, 4)."""
        return np.stack([self.shear, self.second, self.fibre, self.own_bulk], axis=1)


class Kernel:
    """Tetrahedra whose sparsity patterns are known, so that values go straight to their places."""

    def __init__(self, points: Points, cells: Ints, moduli: Moduli, pairs: Ints | None) -> None:
        """Learn points (p, 3), cells (t, 4), moduli and the number of the (node, layer) of each corner, (t, 4).

        pairs: None where each cell has a pressure of its own.
        """
        self._cells = np.array(cells, np.int32)  # a copy: read-only arrays would compile everything again
        self._take(moduli)
        self._count = len(points)
        corners = points[self._cells]
        edges = corners[:, 1:] - corners[:, :1]
        self.rest_volumes: Floats = np.linalg.det(edges) / 6.0
        inverse = np.linalg.inv(edges).transpose(0, 2, 1)
        self._rest_gradients = np.concatenate([-inverse.sum(axis=1, keepdims=True), inverse], axis=1)
        self._stiffness = _Pattern(self._cells, self._cells, (len(points), len(points)), 3)
        self._dilation = None
        if pairs is not None:
            size = int(pairs.max()) + 1, len(points)
            self._dilation = _Pattern(np.array(pairs, np.int32), self._cells, size, 1)
        self.grow(np.tile(np.eye(3), (len(cells), 1, 1)))

    def of(self, moduli: Moduli) -> "Kernel":
        """Return the same tetrahedra made of something else; patterns are shared."""
        other = copy(self)
        other._take(moduli)
        return other

    def _take(self, moduli: Moduli) -> None:
        # copies: read-only arrays would compile everything again
        self._moduli, self._along, self._taut = moduli.columns, np.array(moduli.along), np.array(moduli.taut)

    def grow(self, shrink: Floats) -> None:
        """Set G⁻¹, (t, 3, 3) of positive determinant."""
        self._shrink: Floats = np.array(shrink, order="C")
        self._gradients: Floats = np.matmul(self._rest_gradients, self._shrink)
        self.grown_volumes: Floats = self.rest_volumes / np.linalg.det(self._shrink)

    def det_f(self, moved: Points) -> Floats:
        """Return the elastic volume ratio of each cell, (t,), under a displacement (p, 3)."""
        ratio: Floats = _det_f(np.array(moved, order="C"), self._cells, self._gradients, self._shrink)
        return ratio

    def forces(self, moved: Points, tension: Floats) -> Floats:
        """Return the (3p,) forces, N, for τ per cell, (t,) MPa. Every det F must be positive."""
        pulled: Floats = _forces(*self._state(moved, tension))
        return pulled.ravel()

    def spread(self, stress: Floats) -> Floats:
        """Return the (3p,) forces, N, of a stress per cell before the operation, (t, 3, 3) MPa."""
        pulled = self.rest_volumes[:, None, None] * (self._rest_gradients @ stress)
        summed = [np.bincount(self._cells.ravel(), pulled[:, :, a].ravel(), self._count) for a in range(3)]
        return np.asarray(np.stack(summed, axis=1).ravel(), np.float64)

    def tangent(self, moved: Points, tension: Floats) -> tuple[sp.csr_array, sp.csr_array]:
        """Return the derivative of `forces` at constant tension, (3p, 3p), and that of the node volumes, (a, 3p).

        Where cells have pressures of their own, the first is the whole derivative and the second has no rows.
        """
        stiffness = np.zeros(self._stiffness.size)
        state = self._state(moved, tension)
        if self._dilation is None:
            nowhere = np.zeros((0, 4, 4), np.int64)
            _tangent(*state, self._stiffness.first, self._stiffness.width, stiffness, nowhere, np.zeros(0))
            return self._stiffness.filled(stiffness), sp.csr_array((0, moved.size))
        dilation = np.zeros(self._dilation.size)
        _tangent(*state, self._stiffness.first, self._stiffness.width, stiffness, self._dilation.first, dilation)
        return self._stiffness.filled(stiffness), self._dilation.filled(dilation)

    def _state(self, moved: Points, tension: Floats) -> tuple[NDArray[np.generic], ...]:
        at = np.array(moved, order="C")
        cells = self._cells, self._gradients, self._shrink, self.grown_volumes, self._moduli, self._along, self._taut
        return at, *cells, np.asarray(tension)


class _Pattern:
    """Where blocks of `height` × 3 values between rows and columns of cells lie in one CSR matrix.

    first: (t, 4, 4) place of each block's first value. width: (t, 4) places from one row of a block to the next.
    """

    def __init__(self, rows: Ints, columns: Ints, shape: tuple[int, int], height: int) -> None:
        row, column = np.repeat(rows, 4, axis=1).ravel(), np.tile(columns, 4).ravel()
        blocks = sp.coo_array((np.ones(len(row), np.int8), (row, column)), shape=shape).tocsr()
        blocks.sort_indices()
        many = sp.bsr_array((np.ones((blocks.nnz, height, 3), np.int8), blocks.indices, blocks.indptr)).tocsr()
        self._indices, self._indptr = many.indices, many.indptr
        self._shape, self.size = (height * shape[0], 3 * shape[1]), many.nnz
        width = 3 * np.diff(blocks.indptr)
        self.width = width[rows].astype(np.int64)
        self.first: _Places = _first(rows, columns, blocks.indptr, blocks.indices, height)

    def filled(self, values: Floats) -> sp.csr_array:
        return sp.csr_array((values, self._indices, self._indptr), shape=self._shape)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _first(rows: Ints, columns: Ints, indptr: Ints, indices: Ints, height: int) -> _Places:
    first = np.empty((len(rows), 4, 4), np.int64)
    for e in range(len(rows)):
        for i in range(4):
            begin, end = indptr[rows[e, i]], indptr[rows[e, i] + 1]
            for j in range(4):
                slot = np.searchsorted(indices[begin:end], columns[e, j])
                first[e, i, j] = 3 * height * begin + 3 * slot
    return first


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _deform(moved: Points, corners: Ints, g: Points, shrink: Points, F: Points) -> float:
    """Write F = G⁻¹ + Σ u_i g_iᵀ and return det F."""
    for a in range(3):
        for b in range(3):
            F[a, b] = shrink[a, b]
            for i in range(4):
                F[a, b] += moved[corners[i], a] * g[i, b]
    J: float = (
        F[0, 0] * (F[1, 1] * F[2, 2] - F[1, 2] * F[2, 1])
        - F[0, 1] * (F[1, 0] * F[2, 2] - F[1, 2] * F[2, 0])
        + F[0, 2] * (F[1, 0] * F[2, 1] - F[1, 1] * F[2, 0])
    )
    return J


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _push(g: Points, F: Points, J: float, p: Points, f: Points) -> float:
    """Write p_i = F^(−T) g_i and f_i = F g_i, and return I₁ = F : F."""
    squared = 0.0
    for a in range(3):
        b, c = (a + 1) % 3, (a + 2) % 3
        for i in range(4):
            p[i, a], f[i, a] = 0.0, 0.0
        for m in range(3):
            n, o = (m + 1) % 3, (m + 2) % 3
            cofactor = F[b, n] * F[c, o] - F[b, o] * F[c, n]
            squared += F[a, m] ** 2
            for i in range(4):
                p[i, a] += cofactor / J * g[i, m]
                f[i, a] += F[a, m] * g[i, m]
    return squared


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _second(F: Points, f: Points, squared: float, B: Points, q: Points) -> float:
    """Write B = F Fᵀ and q_i = I₁ f_i − B f_i, and return I₂ = (I₁² − B : B) / 2."""
    again = 0.0
    for a in range(3):
        for b in range(3):
            B[a, b] = F[a, 0] * F[b, 0] + F[a, 1] * F[b, 1] + F[a, 2] * F[b, 2]
            again += B[a, b] ** 2
    for i in range(4):
        for a in range(3):
            q[i, a] = squared * f[i, a] - B[a, 0] * f[i, 0] - B[a, 1] * f[i, 1] - B[a, 2] * f[i, 2]
    return 0.5 * (squared * squared - again)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _fibre(F: Points, g: Points, d: Points, a: Points, along: Floats) -> float:
    """Write a = F d and the d·g_i, and return by how much I₄ = a·a exceeds 1, at least 0."""
    stretch = -1.0
    for m in range(3):
        a[m] = F[m, 0] * d[0] + F[m, 1] * d[1] + F[m, 2] * d[2]
        stretch += a[m] ** 2
    for i in range(4):
        along[i] = g[i, 0] * d[0] + g[i, 1] * d[1] + g[i, 2] * d[2]
    return max(stretch, 0.0)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _det_f(moved: Points, cells: Ints, gradients: Floats, shrink: Floats) -> Floats:
    ratio, F = np.empty(len(cells)), np.empty((3, 3))
    for e in range(len(cells)):
        ratio[e] = _deform(moved, cells[e], gradients[e], shrink[e], F)
    return ratio


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _forces(
    moved: Points,
    cells: Ints,
    gradients: Floats,
    shrink: Floats,
    volumes: Floats,
    moduli: Floats,
    fibres: Points,
    taut: Floats,
    tension: Floats,
) -> Points:
    pulled, F, B, a, along = np.zeros(moved.shape), np.empty((3, 3)), np.empty((3, 3)), np.empty(3), np.empty(4)
    p, f, q = np.empty((4, 3)), np.empty((4, 3)), np.zeros((4, 3))
    for e in range(len(cells)):
        g, volume = gradients[e], volumes[e]
        J = _deform(moved, cells[e], g, shrink[e], F)
        squared = _push(g, F, J, p, f)
        c, m = volume * moduli[e, 0] * J ** (-2.0 / 3.0), 0.0
        across = tension[e] * volume * J - c * (squared / 3.0)  # exactly −c at rest, where nothing must pull
        if moduli[e, 1] != 0.0:
            m = volume * moduli[e, 1] * J ** (-4.0 / 3.0)
            across -= m * 2.0 / 3.0 * _second(F, f, squared, B, q)
        for i in range(4):
            for b in range(3):
                pulled[cells[e, i], b] += c * f[i, b] + m * q[i, b] + across * p[i, b]
        if moduli[e, 2] != 0.0:
            held = 0.5 * volume * moduli[e, 2] * _fibre(F, g, fibres[e], a, along)
            for i in range(4):
                for b in range(3):
                    pulled[cells[e, i], b] += held * along[i] * a[b]
        if len(taut) > 0:
            for i in range(4):
                pulled[cells[e, i]] += volume * (F @ (taut[e] @ g[i]))
    return pulled


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _tangent(
    moved: Points,
    cells: Ints,
    gradients: Floats,
    shrink: Floats,
    volumes: Floats,
    moduli: Floats,
    fibres: Points,
    taut: Floats,
    tension: Floats,
    first: _Places,
    width: _Places,
    stiffness: Floats,
    dilation_first: _Places,
    dilation: Floats,
) -> None:
    F, p, f = np.empty((3, 3)), np.empty((4, 3)), np.empty((4, 3))
    B, q, fibre, along = np.empty((3, 3)), np.empty((4, 3)), np.empty(3), np.empty(4)
    for e in range(len(cells)):
        g, volume = gradients[e], volumes[e]
        J = _deform(moved, cells[e], g, shrink[e], F)
        squared = _push(g, F, J, p, f)
        c, swept = volume * moduli[e, 0] * J ** (-2.0 / 3.0), volume * J
        straight = c * squared * 2.0 / 9.0 + (tension[e] + moduli[e, 3] * J) * swept
        crossed = c * squared / 3.0 - tension[e] * swept
        for i in range(4):
            for j in range(4):
                alike = c * (g[i, 0] * g[j, 0] + g[i, 1] * g[j, 1] + g[i, 2] * g[j, 2])
                for a in range(3):
                    at = first[e, i, j] + a * width[e, i]
                    for b in range(3):
                        stiffness[at + b] += (
                            straight * p[i, a] * p[j, b]
                            + crossed * p[j, a] * p[i, b]
                            - c * 2.0 / 3.0 * (f[i, a] * p[j, b] + p[i, a] * f[j, b])
                        )
                    stiffness[at + a] += alike
                    if len(dilation) > 0:
                        # a quarter of the cell's volume belongs to each of its node layers
                        dilation[dilation_first[e, i, j] + a] += 0.25 * swept * p[j, a]
        if moduli[e, 1] != 0.0:
            m = volume * moduli[e, 1] * J ** (-4.0 / 3.0)
            twice = _second(F, f, squared, B, q)
            _add_second(m, squared, twice, g, B, p, f, q, first[e], width[e], stiffness)
        if moduli[e, 2] != 0.0:
            slack = _fibre(F, g, fibres[e], fibre, along)
            _add_fibre(volume * moduli[e, 2], slack, fibre, along, first[e], width[e], stiffness)
        if len(taut) > 0:
            _add_taut(volume, g, taut[e], first[e], width[e], stiffness)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _add_second(
    m: float,
    squared: float,
    twice: float,
    g: Points,
    B: Points,
    p: Points,
    f: Points,
    q: Points,
    first: _Places,
    width: _Places,
    stiffness: Floats,
) -> None:
    for i in range(4):
        for j in range(4):
            alike = g[i, 0] * g[j, 0] + g[i, 1] * g[j, 1] + g[i, 2] * g[j, 2]
            pulled = f[i, 0] * f[j, 0] + f[i, 1] * f[j, 1] + f[i, 2] * f[j, 2]
            for a in range(3):
                at = first[i, j] + a * width[i]
                for b in range(3):
                    stiffness[at + b] += m * (
                        2.0 * f[i, a] * f[j, b]
                        - f[j, a] * f[i, b]
                        - alike * B[a, b]
                        - 4.0 / 3.0 * (q[i, a] * p[j, b] + p[i, a] * q[j, b])
                        + twice * (8.0 / 9.0 * p[i, a] * p[j, b] + 2.0 / 3.0 * p[j, a] * p[i, b])
                    )
                stiffness[at + a] += m * (squared * alike - pulled)


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _add_fibre(
    k: float, slack: float, fibre: Floats, along: Floats, first: _Places, width: _Places, stiffness: Floats
) -> None:
    taut = 1.0 if slack > 0.0 else 0.0
    for i in range(4):
        for j in range(4):
            both = k * along[i] * along[j]
            for a in range(3):
                at = first[i, j] + a * width[i]
                for b in range(3):
                    stiffness[at + b] += both * taut * fibre[a] * fibre[b]
                stiffness[at + a] += both * 0.5 * slack


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _add_taut(volume: float, g: Points, taut: Points, first: _Places, width: _Places, stiffness: Floats) -> None:
    both = volume * (g @ taut @ g.T)
    for i in range(4):
        for j in range(4):
            for a in range(3):
                stiffness[first[i, j] + a * width[i] + a] += both[i, j]
