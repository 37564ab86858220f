"""Plain linear tetrahedra against SfePy, which assembles the same energy by terms of its own.

What is averaged at the nodes SfePy does not know; there `reference.py` averages what SfePy evaluates, and the tests of
the kernel compare the two. Source: Cimrman, Lukeš and Rohan (2019), Adv. Comput. Math. 45, 1897–1921.
"""

from dataclasses import replace

import numpy as np
import pytest
from mechanics import linear, solved, whole
from sfepy_bodies import SfepyBody
from solids import block, cheek, pushed

from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import LAYERS, Material

MOONEY_RIVLIN = tuple(replace(material, mooney_mpa=0.3 * material.shear) for material in LAYERS)


def test_stiffness_is_that_of_sfepy() -> None:
    """At rest, three layers of a shaken mesh: to 1e-12 of the largest entry."""
    points, cells = block(3, shake=0.2)
    layer = np.random.default_rng(1).integers(0, 3, len(cells)).astype(np.int32)
    still = np.zeros_like(points)
    ours = whole(Tissue(points, cells, layer, LAYERS, averaged=False).linearise(still))
    theirs = SfepyBody(points, cells, layer, LAYERS, 1).tangent(still)
    assert abs(ours - theirs).max() < 1e-12 * abs(theirs).max()


@pytest.mark.parametrize("layers", [LAYERS, MOONEY_RIVLIN], ids=["neo-Hookean", "Mooney–Rivlin"])
def test_forces_and_tangent_are_those_of_sfepy(layers: tuple[Material, ...]) -> None:
    """In a large random state: to 1e-10 of the largest entry."""
    points, cells = block(3, shake=0.2)
    random = np.random.default_rng(2)
    layer = random.integers(0, 3, len(cells)).astype(np.int32)
    moved = 0.2 * random.normal(size=points.shape)
    ours, theirs = Tissue(points, cells, layer, layers, averaged=False), SfepyBody(points, cells, layer, layers, 1)
    forces, tangent = theirs.forces(moved), theirs.tangent(moved)
    assert abs(ours.residual(moved) - forces).max() < 1e-10 * abs(forces).max()
    assert abs(whole(ours.linearise(moved)) - tangent).max() < 1e-10 * abs(tangent).max()


def test_tissue_over_moved_bone_rests_where_sfepy_says() -> None:
    """The two solutions of a cheek whose support moves by 8 mm lie within 1e-6 mm."""
    points, cells, layer = cheek(8, 5)
    held, moves = pushed(points, 8.0)
    tissue = Tissue(points, cells, layer, LAYERS, averaged=False)
    start = linear(tissue, held, moves)
    ours = solved(tissue, held, moves).moved
    theirs = SfepyBody(points, cells, layer, LAYERS, 1).rested(held, start)
    assert abs(theirs - start).max() > 0.1
    assert abs(ours - theirs).max() < 1e-6
