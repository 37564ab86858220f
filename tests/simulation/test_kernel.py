"""The compiled kernel against SfePy, which poses the same problem."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from builders import plan
from people import person
from solids import block

from clinic.case import Ints, Points
from clinic.jobs import Progress
from clinic.planning.apply import loads
from clinic.simulation.loading import demands
from clinic.simulation.mesher import mesh
from clinic.simulation.newton import equilibrium, rest
from clinic.simulation.preview import Preview
from clinic.simulation.problem import Tissue
from clinic.simulation.reference import Reference
from clinic.simulation.saddle import Step
from clinic.simulation.tissue import LAYERS, Material


def both(points: Points, cells: Ints, layer: Ints) -> tuple[Tissue, Reference]:
    return Tissue(points, cells, layer, LAYERS), Reference(points, cells, layer, LAYERS)


def assert_same(ours: sp.csr_array, theirs: sp.csr_array) -> None:
    """Agree to 1e-10 of the largest entry, in one sparsity pattern."""
    np.testing.assert_array_equal(ours.indptr, theirs.indptr)
    np.testing.assert_array_equal(ours.indices, theirs.indices)
    assert abs(ours.data - theirs.data).max() <= 1e-10 * abs(theirs.data).max()


@pytest.mark.parametrize("seed", range(3))
def test_forces_and_tangent_are_those_of_sfepy(seed: int) -> None:
    """Random large states of four layers that have grown and shrunk: both agree to 1e-10, relative."""
    random = np.random.default_rng(seed)
    points, cells = block(3, shake=0.2)
    kernel, reference = both(points, cells, random.integers(0, 4, len(cells)).astype(np.int32))
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


def test_second_constant_of_mooney_and_rivlin_is_that_of_sfepy() -> None:
    """ψ has κ/2 (J^(−4/3) I₂ − 3) besides: forces and tangent agree to 1e-10, relative, also after growth."""
    random = np.random.default_rng(5)
    points, cells = block(3, shake=0.2)
    layers = (Material("rubber", 0.03, 0.49, mooney_mpa=0.006), Material("flesh", 0.03, 0.45, mooney_mpa=0.002))
    layer = random.integers(0, 2, len(cells)).astype(np.int32)
    kernel, reference = Tissue(points, cells, layer, layers), Reference(points, cells, layer, layers)
    growth, moved = random.uniform(0.7, 1.5, len(cells)), 0.2 * random.normal(size=points.shape)
    for tissue in (kernel, reference):
        tissue.grow(growth)
    ours, theirs = kernel.residual(moved), reference.residual(moved)
    assert abs(ours - theirs).max() <= 1e-10 * abs(theirs).max()
    assert_same(kernel.linearise(moved).stiffness, reference.linearise(moved).stiffness)
    neo = Tissue(points, cells, layer, [Material(m.name, m.young_mpa, m.poisson) for m in layers])
    neo.grow(growth)
    assert abs(neo.residual(moved) - ours).max() > 1e-3 * abs(ours).max()


def test_growth_along_one_direction_is_a_larger_body() -> None:
    """Where G is the same everywhere, tissue that has grown by it is a body of points G x under u + x − G x."""
    random = np.random.default_rng(6)
    points, cells = block(3, shake=0.2)
    layer = random.integers(0, 4, len(cells)).astype(np.int32)
    G = np.eye(3) + 0.2 * random.normal(size=(3, 3))
    grown, larger = Tissue(points, cells, layer, LAYERS), Reference(points @ G.T, cells, layer, LAYERS)
    grown.grow(np.tile(G, (len(cells), 1, 1)))
    moved = points @ (G - np.eye(3)).T + 0.1 * random.normal(size=points.shape)
    same = moved + points - points @ G.T
    np.testing.assert_allclose(grown.residual(moved), larger.residual(same), atol=1e-12)
    assert_same(grown.linearise(moved).stiffness, larger.linearise(same).stiffness)
    assert_same(grown.linearise(moved).dilation, larger.linearise(same).dilation)


def test_the_demo_plan_ends_where_sfepy_says(preview: Preview) -> None:
    """Solved with either, the tissue of a face lies in the same place to 1e-6 mm."""
    volume, ground = preview.volume, preview.ground
    asked = demands(loads(plan(), person()))
    responses = [preview.response(demand) for demand in asked]
    amounts = np.array([response.amount(demand) for response, demand in zip(responses, asked, strict=True)])
    acting = ground.acting(asked, [response.unit for response in responses], amounts)
    found = []
    for tissue in both(volume.points, volume.cells, volume.layer):
        tissue.tie(ground.springs)
        step = Step(ground.held)
        found.append(equilibrium(tissue, step, rest(tissue), acting.prescribed, acting.growth, Progress()).moved)
    assert abs(found[0]).max() > 3.0
    assert abs(found[0] - found[1]).max() <= 1e-6


def test_fibres_pull_along_themselves_when_stretched() -> None:
    """ψ = k/8 (I₄ − 1)² along x: a bar stretched to λ there pulls with k/2 (λ² − 1) λ more; shortened, with nothing."""
    points, cells = block(2, shake=0.2)
    along = np.tile((1.0, 0.0, 0.0), (len(cells), 1))
    layer, skin = np.zeros(len(cells), np.int32), Material("skin", 0.06, 0.45)
    plain = Tissue(points, cells, layer, (skin,))
    woven = Tissue(points, cells, layer, (replace(skin, fibre_mpa=0.02),), along=along)
    for stretch, expected in ((1.3, 0.01 * (1.3**2 - 1) * 1.3 * 100.0), (0.8, 0.0)):
        moved = points * (stretch - 1.0, 0.0, 0.0)
        more = (woven.residual(moved) - plain.residual(moved)).reshape(-1, 3)
        assert more[points[:, 0] == 10.0, 0].sum() == pytest.approx(expected, abs=1e-12)
        assert abs(more[:, 1:]).max() < 1e-12


@pytest.mark.parametrize("averaged", [True, False])
def test_tangent_is_the_derivative_of_the_forces(averaged: bool) -> None:
    """(r(u + h w) − r(u − h w)) / 2h → K(u) w, with growth along one direction, both constants, fibres and springs."""
    random = np.random.default_rng(3)
    points, cells = block(2, shake=0.2)
    along = random.normal(size=(len(cells), 3))
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    layers = (Material("a", 0.03, 0.49, 0.004, 0.05), Material("b", 0.06, 0.45, 0.01))
    tissue = Tissue(points, cells, random.integers(0, 2, len(cells)).astype(np.int32), layers, averaged, along)
    tissue.grow(np.eye(3) + 0.1 * random.normal(size=(len(cells), 3, 3)))
    tissue.tie(np.tile(np.diag((0.1, 0.2, 0.3)), (len(points), 1, 1)))
    moved, w = 0.3 * random.normal(size=points.shape), random.normal(size=points.shape)
    h = 1e-5
    difference = (tissue.residual(moved + h * w) - tissue.residual(moved - h * w)) / (2 * h)
    assert tissue.min_det_f(moved) > 0.1
    assert abs(tissue.linearise(moved).times(w.ravel()) - difference).max() < 1e-6 * abs(difference).max()


def test_plain_cells_are_cells_that_are_layers_of_their_own() -> None:
    """Nothing is averaged where no cell shares its layer: forces and the whole tangent are the same."""
    points, cells = block(2, shake=0.2)
    moved = 0.2 * np.random.default_rng(4).normal(size=points.shape)
    flesh = Material("flesh", 0.03, 0.45)
    plain = Tissue(points, cells, np.zeros(len(cells), np.int32), (flesh,), averaged=False)
    alone = Tissue(points, cells, np.arange(len(cells), dtype=np.int32), [flesh] * len(cells))
    np.testing.assert_allclose(plain.residual(moved), alone.residual(moved), atol=1e-14)
    w = np.random.default_rng(5).normal(size=points.size)
    np.testing.assert_allclose(plain.linearise(moved).times(w), alone.linearise(moved).times(w), atol=1e-12)
    for tissue in (plain, alone):
        step = Step(points[:, 2] == 0.0)
        step.take(tissue.linearise(np.zeros_like(points)))
        assert abs(step.solve(w, np.zeros_like(points))).max() > 0.0


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
