"""Moves the feet of lines under the skin until the cells along them are well shaped.

Skin and the layers' shares of each line stay. The measure of a cell is q = 6√2 · volume / (rms edge)³: 1 for a regular
cell, 0 for a flat one, negative for an inverted one. Descent on the sum of (1 − q/wished)² over cells with less than
wished untangles and improves alike; every line is weakly pulled to what it was.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import minimize

from clinic.case import Floats, Ints, Mask, Points

WISHED = 0.12  # quality below which a cell pulls at its lines
_PULL = 0.02  # of a line towards what it was, for a change by its whole length, against one flat cell
_ITERATIONS = 60
_REGULAR = 6.0 * np.sqrt(2.0)


def volumes(points: Points, cells: Ints) -> Floats:
    """Return (t,) signed volumes, mm³."""
    a, b, c, d = (points[cells[:, k]] for k in range(4))
    signed: Floats = np.einsum("ij,ij->i", b - a, np.cross(c - a, d - a)) / 6.0
    return signed


def quality(points: Points, cells: Ints) -> Floats:
    """Return (t,) 6√2 · volume / (rms edge)³."""
    shape: Floats = _quality(np.array(points), np.array(cells, np.int64))
    return shape


def shaped(skin: Points, lines: Points, shares: Floats, cells: Ints, loose: Mask) -> Points:
    """Return (s, 3) better lines, mm.

    skin, lines: (s, 3) where each begins, and how far it goes. shares: (l, s) of the way, of each level. cells: (t, 4)
    on points numbered level by level. loose: (s,) lines that may change.
    """
    count, chosen = len(skin), np.flatnonzero(loose)
    column = cells % count
    near = loose[column].any(axis=1)
    column, share = column[near].astype(np.int64), np.array(shares.ravel()[cells[near]])
    length = np.linalg.norm(lines[chosen], axis=1, keepdims=True)
    start, first = np.array(skin), np.array(lines)

    def cost(change: Floats) -> tuple[float, Floats]:
        tried = first.copy()
        tried[chosen] += length * change.reshape(-1, 3)
        pull = np.zeros_like(tried)
        total = _cost(start, tried, share, column, pull) + _PULL * float(change @ change)
        return total, (length * pull[chosen]).ravel() + 2.0 * _PULL * change

    found = minimize(cost, np.zeros(3 * len(chosen)), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS})
    better: Points = first
    better[chosen] += length * found.x.reshape(-1, 3)
    return better


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _quality(points: Points, cells: NDArray[np.int64]) -> Floats:
    shape, x, mean, area = np.empty(len(cells)), np.empty((4, 3)), np.empty(3), np.empty((4, 3))
    for e in range(len(cells)):
        for i in range(4):
            for k in range(3):
                x[i, k] = points[cells[e, i], k]
        shape[e] = _measure(x, mean, area)[0]
    return shape


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _measure(x: Points, mean: Floats, area: Points) -> tuple[float, float]:
    """Return q and the mean square edge of a cell (4, 3), and write its middle and ∂volume/∂x of its corners."""
    square, volume = 0.0, 0.0
    for k in range(3):
        mean[k] = (x[0, k] + x[1, k] + x[2, k] + x[3, k]) / 4.0
        for i in range(4):
            square += (x[i, k] - mean[k]) ** 2 * 4.0 / 6.0
        m, n = (k + 1) % 3, (k + 2) % 3
        for i in range(1, 4):
            a, b = 1 + i % 3, 1 + (i + 1) % 3
            one = (x[a, m] - x[0, m]) * (x[b, n] - x[0, n])
            area[i, k] = (one - (x[a, n] - x[0, n]) * (x[b, m] - x[0, m])) / 6.0
        area[0, k] = -area[1, k] - area[2, k] - area[3, k]
        volume += (x[1, k] - x[0, k]) * area[1, k]
    return _REGULAR * volume / square**1.5, square


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _cost(skin: Points, lines: Points, share: Floats, column: NDArray[np.int64], pull: Points) -> float:
    """Return Σ (1 − q/wished)² over the cells that are worse than wished, and add its derivative to `pull`."""
    total, x, mean, area = 0.0, np.empty((4, 3)), np.empty(3), np.empty((4, 3))
    for e in range(len(column)):
        for i in range(4):
            for k in range(3):
                x[i, k] = skin[column[e, i], k] + share[e, i] * lines[column[e, i], k]
        q, square = _measure(x, mean, area)
        if q < WISHED:
            short = 1.0 - q / WISHED
            total += short**2
            for i in range(4):
                for k in range(3):
                    slope = _REGULAR * area[i, k] / square**1.5 - 2.0 * q / square * (x[i, k] - mean[k])
                    pull[column[e, i], k] -= 2.0 / WISHED * short * share[e, i] * slope
    return total
