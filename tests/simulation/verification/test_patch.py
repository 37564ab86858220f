"""Patch test: any mesh carries a uniform strain exactly."""

import numpy as np
from mechanics import body, outside, solved
from solids import block


def test_patch() -> None:
    """An affine move of the surface of a homogeneous body is an affine move of its inside, also when large.

    u = (F − I) x solves div P = 0 exactly, because F is the same everywhere. Source: Irons and Razzaque (1972), The
    Mathematical Foundations of the Finite Element Method, 557–587.
    """
    points, cells = block(3, shake=0.25)
    F = np.array([[1.10, 0.20, 0.00], [-0.05, 0.95, 0.10], [0.00, 0.15, 1.05]])
    exact = points @ (F - np.eye(3)).T
    held = outside(points)
    found = solved(body(points, cells), held, np.where(held[:, None], exact, 0.0))
    assert abs(found.moved - exact).max() < 1e-10
