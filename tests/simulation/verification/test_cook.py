"""Cook's membrane: a tapered panel, clamped at its left edge and sheared at its right, in bending and shear.

Corners (0, 0), (48, 44), (48, 60), (0, 44), thickness 1, total upward load 1 spread evenly over the right edge; read is
how far the middle of that edge, (48, 52), goes up. There is no closed solution; the values are those on which converged
meshes agree. Sources: the panel, Cook (1974), Improved two-dimensional finite element, Journal of the Structural
Division 100 (9), 1851–1863; plane stress 23.96 (FinEtools' tutorial on the panel: 23.97); nearly incompressible plane
strain 16.4326, extrapolated by FinEALE's example Cook_3D_strain_T10.
"""

import numpy as np
import pytest
from mechanics import body, loaded, plain
from solids import bricks

from clinic.case import Floats, Ints, Points
from clinic.simulation.tissue import Material

PLANE_STRESS, COMPRESSIBLE = 23.96, Material("panel", 1.0, 1 / 3)
PLANE_STRAIN, INCOMPRESSIBLE = 16.4326, Material("panel", 1.125, 0.499975)  # μ = 0.375, K = 20,000 μ


def panel(n: int) -> tuple[Points, Ints]:
    """n × n × 1 cells."""
    grid, cells = bricks(n, n, 1)
    x, y, z = (grid / (n, n, 1)).T
    low, high = 44 * x, 44 + 16 * x
    return np.stack([48 * x, low + y * (high - low), z], axis=1), cells


def shear(points: Points) -> Floats:
    """A total of 1 upwards over the right edge: by half a cell at its ends."""
    edge = points[:, 0] == 48
    end = edge & ((points[:, 1] == 44) | (points[:, 1] == 60))
    share = np.where(edge, np.where(end, 0.5, 1.0), 0.0)
    force = np.zeros_like(points)
    force[:, 1] = share / share.sum()
    return force.ravel()


def tip(points: Points, moved: Points) -> float:
    middle = (points[:, 0] == 48) & (abs(points[:, 1] - 52) < 1e-9)
    return float(moved[middle, 1].mean())


def test_plane_stress() -> None:
    """A thin plate whose faces are free: E = 1, ν = 1/3. Three points keep it from leaving its plane."""
    points, cells = panel(48)
    fixed = np.zeros(points.shape, bool)
    fixed[points[:, 0] == 0, :2] = True
    for corner in ((0, 0, 0), (0, 44, 0), (48, 60, 0)):
        fixed[np.linalg.norm(points - corner, axis=1).argmin(), 2] = True
    assert tip(points, loaded(body(points, cells, COMPRESSIBLE), fixed, shear(points))) == pytest.approx(
        PLANE_STRESS, rel=0.01
    )


def test_plane_strain_nearly_incompressible() -> None:
    """A plate between smooth walls, ν = 0.499975: within 2 %. Plain tetrahedra of the same mesh hardly bend at all."""
    points, cells = panel(64)
    fixed = np.zeros(points.shape, bool)
    fixed[points[:, 0] == 0, :2] = True
    fixed[:, 2] = True
    ours, locked = (
        tip(points, loaded(pose(points, cells, INCOMPRESSIBLE), fixed, shear(points))) for pose in (body, plain)
    )
    assert ours == pytest.approx(PLANE_STRAIN, rel=0.02)
    assert locked < 0.5 * PLANE_STRAIN
