"""Forces and tangent of layered tissue, compiled: the hot path of every solve.

The formulation is that of `reference.py`, where SfePy poses it; the tests compare the two. With F = I + ∇u, J = det F,
gradients g_i of the shape functions, p_i = F^(−T) g_i, f_i = F g_i, c = V J_g μ J^(−2/3) and the tension τ of a cell
(its four node layers' mean), a cell pulls at its corners with

    c (f_i − I₁/3 p_i) + τ V J p_i

and the derivative of that at constant τ, for corners i and j, is the 3 × 3 block

    c (g_i·g_j 1 − 2/3 (f_i p_jᵀ + p_i f_jᵀ) + 2/9 I₁ p_i p_jᵀ + I₁/3 p_j p_iᵀ) + τ V J (p_i p_jᵀ − p_j p_iᵀ).

One thread: adding into shared rows leaves a second core little to win. Compiled code is kept on disk: about 3 s once.
"""

import numpy as np
import scipy.sparse as sp
from numba import njit
from numpy.typing import NDArray

from clinic.case import Floats, Ints, Points

_Places = NDArray[np.int64]


class Kernel:
    """Tetrahedra whose sparsity patterns are known, so that values go straight to their places."""

    def __init__(self, points: Points, cells: Ints, pairs: Ints) -> None:
        """Learn points (p, 3), cells (t, 4), and the number of the (node, layer) of each corner, (t, 4)."""
        self._cells = np.array(cells, np.int32)  # a copy: read-only arrays would compile everything again
        corners = points[self._cells]
        edges = corners[:, 1:] - corners[:, :1]
        self.rest_volumes: Floats = np.linalg.det(edges) / 6.0
        inverse = np.linalg.inv(edges).transpose(0, 2, 1)
        self._gradients = np.concatenate([-inverse.sum(axis=1, keepdims=True), inverse], axis=1)
        self._stiffness = _Pattern(self._cells, self._cells, (len(points), len(points)), 3)
        self._dilation = _Pattern(np.array(pairs, np.int32), self._cells, (int(pairs.max()) + 1, len(points)), 1)

    def det_f(self, moved: Points) -> Floats:
        """Return the volume ratio of each cell, (t,), under a displacement (p, 3)."""
        ratio: Floats = _det_f(np.array(moved, order="C"), self._cells, self._gradients)
        return ratio

    def forces(self, moved: Points, shear: Floats, tension: Floats) -> Floats:
        """Return the (3p,) forces, N, for J_g μ and τ per cell, (t,) MPa. Every det F must be positive."""
        at = np.array(moved, order="C")
        pulled: Floats = _forces(at, self._cells, self._gradients, self.rest_volumes, shear, tension)
        return pulled.ravel()

    def tangent(self, moved: Points, shear: Floats, tension: Floats) -> tuple[sp.csr_array, sp.csr_array]:
        """Return the derivative of `forces` at constant tension, (3p, 3p), and that of the node volumes, (a, 3p)."""
        stiffness, dilation = np.zeros(self._stiffness.size), np.zeros(self._dilation.size)
        _tangent(
            *(np.array(moved, order="C"), self._cells, self._gradients, self.rest_volumes, shear, tension),
            *(self._stiffness.first, self._stiffness.width, stiffness, self._dilation.first, dilation),
        )
        return self._stiffness.filled(stiffness), self._dilation.filled(dilation)


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
def _deform(moved: Points, corners: Ints, g: Points, F: Points) -> float:
    """Write F = I + Σ u_i g_iᵀ and return det F."""
    for a in range(3):
        for b in range(3):
            F[a, b] = 1.0 if a == b else 0.0
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
def _det_f(moved: Points, cells: Ints, gradients: Floats) -> Floats:
    ratio, F = np.empty(len(cells)), np.empty((3, 3))
    for e in range(len(cells)):
        ratio[e] = _deform(moved, cells[e], gradients[e], F)
    return ratio


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _forces(moved: Points, cells: Ints, gradients: Floats, volumes: Floats, shear: Floats, tension: Floats) -> Points:
    pulled, F = np.zeros(moved.shape), np.empty((3, 3))
    p, f = np.empty((4, 3)), np.empty((4, 3))
    for e in range(len(cells)):
        J = _deform(moved, cells[e], gradients[e], F)
        squared = _push(gradients[e], F, J, p, f)
        c = volumes[e] * shear[e] * J ** (-2.0 / 3.0)
        across = tension[e] * volumes[e] * J - c * (squared / 3.0)  # exactly −c at rest, where nothing must pull
        for i in range(4):
            for a in range(3):
                pulled[cells[e, i], a] += c * f[i, a] + across * p[i, a]
    return pulled


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _tangent(
    moved: Points,
    cells: Ints,
    gradients: Floats,
    volumes: Floats,
    shear: Floats,
    tension: Floats,
    first: _Places,
    width: _Places,
    stiffness: Floats,
    dilation_first: _Places,
    dilation: Floats,
) -> None:
    F, p, f = np.empty((3, 3)), np.empty((4, 3)), np.empty((4, 3))
    for e in range(len(cells)):
        g = gradients[e]
        J = _deform(moved, cells[e], g, F)
        squared = _push(g, F, J, p, f)
        c, swept = volumes[e] * shear[e] * J ** (-2.0 / 3.0), volumes[e] * J
        straight = c * squared * 2.0 / 9.0 + tension[e] * swept
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
                    # a quarter of the cell's volume belongs to each of its node layers
                    dilation[dilation_first[e, i, j] + a] += 0.25 * swept * p[j, a]
