"""The tangent against differences of the forces."""

from dataclasses import replace

import numpy as np
import pytest
from mechanics import whole
from solids import block

from clinic.case import Points
from clinic.simulation.problem import Tissue
from clinic.simulation.tissue import LAYERS, Material

KINDS: dict[str, tuple[Material, ...]] = {
    "neo-Hookean": LAYERS,
    "Mooney–Rivlin": tuple(replace(material, mooney_mpa=0.3 * material.shear) for material in LAYERS),
    "fibres": tuple(replace(material, fibre_mpa=material.young_mpa) for material in LAYERS),
}


def state(kind: str, averaged: bool) -> tuple[Tissue, Points]:
    """A body of many layers that has grown differently in all directions, and a large random move of it."""
    random = np.random.default_rng(3)
    points, cells = block(2, shake=0.2)
    along = random.normal(size=(len(cells), 3))
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    layer = random.integers(0, len(LAYERS), len(cells)).astype(np.int32)
    tissue = Tissue(points, cells, layer, KINDS[kind], averaged=averaged, along=along)
    stretched = 0.1 * random.normal(size=(len(cells), 3, 3))
    tissue.grow(np.cbrt(random.uniform(0.8, 1.4, len(cells)))[:, None, None] * np.eye(3) + stretched)
    moved = 0.3 * random.normal(size=points.shape)
    assert tissue.min_det_f(moved) > 0.1
    return tissue, moved


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("averaged", [True, False], ids=["averaged", "plain"])
def test_tangent_is_the_derivative_of_the_forces(kind: str, averaged: bool) -> None:
    """(r(u + h w) − r(u − h w)) / 2h → K(u) w with an error of order h².

    Source: Dennis and Schnabel (1983), Numerical Methods for Unconstrained Optimization, §5.4.
    """
    tissue, moved = state(kind, averaged)
    along, h = np.random.default_rng(5).normal(size=moved.shape), 1e-5
    difference = (tissue.residual(moved + h * along) - tissue.residual(moved - h * along)) / (2 * h)
    found = whole(tissue.linearise(moved)) @ along.ravel()
    assert abs(found - difference).max() < 1e-6 * abs(difference).max()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("averaged", [True, False], ids=["averaged", "plain"])
def test_tangent_is_symmetric(kind: str, averaged: bool) -> None:
    """Forces that come from an energy have a symmetric derivative; the solver relies on it."""
    tissue, moved = state(kind, averaged)
    tangent = whole(tissue.linearise(moved))
    assert abs(tangent - tangent.T).max() < 1e-12 * abs(tangent).max()
