"""The compiled kernel against SfePy, which poses the same problem."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from builders import plan
from people import person
from solids import block

from clinic.case import Ints, Points
from clinic.jobs import Progress
from clinic.planning.apply import loads
from clinic.simulation.loading import loading
from clinic.simulation.mesher import mesh
from clinic.simulation.newton import equilibrium, rest
from clinic.simulation.preview import Preview
from clinic.simulation.problem import Tissue
from clinic.simulation.reference import Reference
from clinic.simulation.saddle import Step
from clinic.simulation.tissue import LAYERS


def both(points: Points, cells: Ints, layer: Ints) -> tuple[Tissue, Reference]:
    return Tissue(points, cells, layer, LAYERS), Reference(points, cells, layer, LAYERS)


def assert_same(ours: sp.csr_array, theirs: sp.csr_array) -> None:
    """Agree to 1e-10 of the largest entry, in one sparsity pattern."""
    np.testing.assert_array_equal(ours.indptr, theirs.indptr)
    np.testing.assert_array_equal(ours.indices, theirs.indices)
    assert abs(ours.data - theirs.data).max() <= 1e-10 * abs(theirs.data).max()


@pytest.mark.parametrize("seed", range(3))
def test_forces_and_tangent_are_those_of_sfepy(seed: int) -> None:
    """Random large states of three layers that have grown and shrunk: both agree to 1e-10, relative."""
    random = np.random.default_rng(seed)
    points, cells = block(3, shake=0.2)
    kernel, reference = both(points, cells, random.integers(0, 3, len(cells)).astype(np.int32))
    growth, moved = random.uniform(0.7, 1.5, len(cells)), 0.2 * random.normal(size=points.shape)
    assert kernel.min_det_f(moved) > 0.1
    for tissue in (kernel, reference):
        tissue.grow(growth)
    ours, theirs = kernel.residual(moved), reference.residual(moved)
    assert abs(ours - theirs).max() <= 1e-10 * abs(theirs).max()
    tangent, expected = kernel.linearise(moved), reference.linearise(moved)
    assert_same(tangent.stiffness, expected.stiffness)
    assert_same(tangent.dilation, expected.dilation)
    np.testing.assert_allclose(tangent.compliance, expected.compliance, rtol=1e-10)


def test_the_demo_plan_ends_where_sfepy_says(preview: Preview) -> None:
    """Solved with either, the tissue of a face lies in the same place to 1e-6 mm."""
    volume = preview.volume
    asked = loading(person(), volume, loads(plan(), person()))
    growth = asked.growth(preview.answer(asked).strengths)
    found = [
        equilibrium(tissue, Step(asked.held), rest(tissue), asked.prescribed, growth, Progress()).moved
        for tissue in both(volume.points, volume.cells, volume.layer)
    ]
    assert abs(found[0]).max() > 3.0
    assert abs(found[0] - found[1]).max() <= 1e-6


def test_nothing_pulls_at_rest() -> None:
    """Forces are exactly zero, so that a plan without edits moves nothing at all."""
    volume = mesh(person())
    tissue = Tissue(volume.points, volume.cells, volume.layer, LAYERS)
    assert not tissue.residual(np.zeros_like(volume.points)).any()


def test_an_inverted_cell_is_refused() -> None:
    points, cells = block(1)
    tissue = Tissue(points, cells, np.zeros(len(cells), np.int32), LAYERS)
    folded = np.where(points[:, :1] > 0, (-25.0, 0.0, 0.0), 0.0)
    for evaluate in (tissue.residual, tissue.linearise):
        with pytest.raises(ValueError, match="inverted"):
            evaluate(folded)


def test_sfepy_is_not_loaded_by_whoever_previews_or_solves() -> None:
    code = """
import sys, numpy as np
from clinic.simulation import preview, simulate
from clinic.simulation.problem import Tissue
points, cells = np.vstack([np.zeros(3), np.eye(3)]), np.arange(4)[None]
Tissue(points, cells, np.zeros(1, int), preview.LAYERS).linearise(np.zeros((4, 3)))
print("sfepy" in sys.modules)
"""
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "False"
