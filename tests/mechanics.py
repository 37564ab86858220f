"""Bodies of tissue brought to rest, for tests of mechanics."""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from clinic.case import Floats, Ints, Mask, Points
from clinic.jobs import Progress
from clinic.simulation.newton import Equilibrium, equilibrium, rest
from clinic.simulation.problem import Linearisation, Tissue
from clinic.simulation.saddle import Step
from clinic.simulation.tissue import Material

FLESH = Material("flesh", 0.03, 0.49)
SHARP = 1e-12  # free forces over the largest force


def body(points: Points, cells: Ints, material: Material = FLESH) -> Tissue:
    return Tissue(points, cells, np.zeros(len(cells), np.int32), (material,))


def plain(points: Points, cells: Ints, material: Material = FLESH) -> Tissue:
    """A body of plain linear tetrahedra, whose volume change nothing averages."""
    return Tissue(points, cells, np.zeros(len(cells), np.int32), (material,), averaged=False)


def solved(tissue: Tissue, held: Mask, prescribed: Points, growth: Floats | None = None) -> Equilibrium:
    """Where the body rests when the held points are brought to their places, read from `prescribed` (p, 3)."""
    grown = np.ones(len(tissue.cells)) if growth is None else growth
    return equilibrium(tissue, Step(held), rest(tissue), prescribed, grown, Progress(), tolerance=SHARP)


def linear(tissue: Tissue, held: Mask, prescribed: Points, force: Floats | None = None) -> Points:
    """Where the body rests by the linear model; force: (3p,) N, on its points."""
    step = Step(held)
    step.take(tissue.linearise(np.zeros_like(tissue.points)))
    return step.solve(np.zeros(tissue.points.size) if force is None else force, prescribed)


def loaded(tissue: Tissue, fixed: Mask, force: Floats) -> Points:
    """Where the body rests by the linear model under forces (3p,), N; fixed: (p, 3), True for axes that cannot move."""
    free = ~fixed.ravel()
    stiffness = whole(tissue.linearise(np.zeros_like(tissue.points)))[free][:, free].tocsc()
    moved = np.zeros(force.size)
    moved[free] = splu(stiffness, "MMD_AT_PLUS_A", 0.0, options={"SymmetricMode": True}).solve(force[free])
    return moved.reshape(-1, 3)


def whole(tangent: Linearisation) -> sp.csr_array:
    """The tangent with the pressures eliminated."""
    pressures = tangent.dilation.T @ sp.diags_array(1 / tangent.compliance) @ tangent.dilation
    return (tangent.stiffness + pressures).tocsr()


def outside(points: Points) -> Mask:
    """The points on the six faces of a block."""
    mask: Mask = ((points == points.min(axis=0)) | (points == points.max(axis=0))).any(axis=1)
    return mask


def turn(degrees: float) -> Points:
    """The rotation (3, 3) by an angle about a slanting axis, by Rodrigues' formula."""
    x, y, z = np.array([1.0, 2.0, -2.0]) / 3.0
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * across + (1 - np.cos(angle)) * across @ across)
