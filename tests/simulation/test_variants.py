"""Tissue that differs from what is taken as likely."""

from dataclasses import replace

import numpy as np
import pytest
from people import person

from clinic.case import Edit, Floats, Load, Plan, Points
from clinic.jobs import Cancelled, Progress
from clinic.planning.apply import loads
from clinic.simulation.langer import grained
from clinic.simulation.loading import Ground, demands
from clinic.simulation.mesher import Volume, mesh
from clinic.simulation.preview import Preview, forces_at_rest
from clinic.simulation.problem import Tissue
from clinic.simulation.saddle import Step
from clinic.simulation.tissue import NOMINAL, Variant
from clinic.simulation.variants import variants


def asked() -> tuple[Load, ...]:
    edits = (Edit("dorsal_hump", (("amount_mm", -3.0),)), Edit("malar_filler", (("amount_cc", 1.0),)))
    return loads(Plan(edits), person())


def volumes(volume: Volume) -> Floats:
    """Of the cells, mm³."""
    found: Floats = abs(np.linalg.det(np.diff(volume.points[volume.cells], axis=1))) / 6.0
    return found


def directly(preview: Preview, choice: Variant) -> Points:
    """The same by a mesh and a factor of its own."""
    volume = mesh(person(), choice.depth_mm)
    tissue, ground = Tissue(volume.points, volume.cells, volume.layer, choice.layers), Ground(volume, choice.gliding)
    tissue.tie(ground.springs)
    if choice.grain:
        tissue = grained(person(), volume, tissue, choice)
    force, moved = np.zeros(volume.points.size), np.zeros_like(volume.points)
    for demand in demands(asked()):
        amount, unit = preview.response(demand).amount(demand), ground.unit(demand)
        usual = preview.response(demand).unit
        if unit.swollen is not None and usual.swollen is not None:
            amount *= float(usual.swollen @ volumes(preview.volume) / (unit.swollen @ volumes(volume)))
        force += amount * forces_at_rest(tissue, unit)
        moved += 0.0 if unit.moved is None else amount * unit.moved
    step = Step(ground.held)
    step.take(tissue.linearise(np.zeros_like(volume.points)))
    return preview.skin.control(step.solve(force, moved)[volume.skin])


CHOICES = (
    NOMINAL,
    Variant((2.0, 0.5, 1.0, 1.0)),
    Variant((0.5, 2.0, 2.0, 0.5), depth_mm=2.0),
    Variant(gliding=False),
    Variant(grain=True),
)


def test_each_variant_is_the_answer_of_that_tissue(preview: Preview) -> None:
    """Solved side by side with the likely tissue's factor, they are off by a fiftieth of what they change at most."""
    likely, _ = preview.displacement(asked())
    found = variants(preview, asked(), CHOICES, Progress())
    np.testing.assert_allclose(found[0], likely, atol=1e-9)
    for got, choice in zip(found[1:], CHOICES[1:], strict=True):
        exact = directly(preview, choice)
        change = abs(exact - likely).max()
        assert change > 0.003
        assert abs(got - exact).max() < 0.02 * change + 1e-4


def test_a_pull_is_as_strong_as_it_takes(preview: Preview) -> None:
    """Stiffer tissue is pulled harder until the same skin has come as far."""
    face = person()
    near = np.clip(1.0 - np.linalg.norm(face.control - face.landmarks()["malar_l"], axis=1) / 25.0, 0.0, None)
    up = np.array([0.0, 0.0, 1.0])
    gauge = replace(asked()[0].gauges[0], label="Lift", asked=2.0, weights=near, direction=up)
    nobody = np.zeros(0, np.int32)
    bare = replace(asked()[0], moved=nobody, moved_by=np.zeros((0, 3)), released=nobody, gauges=(gauge,))
    lift = replace(bare, traction=near[:, None] * up, to_reach=True)
    soft, stiff = variants(preview, (lift,), (NOMINAL, Variant((2.0, 2.0, 2.0, 2.0))), Progress())
    assert abs(soft).max() > 1.5
    np.testing.assert_allclose(stiff, soft, atol=0.05)


def test_a_plan_without_edits_is_the_same_in_all(preview: Preview) -> None:
    assert not variants(preview, (), (NOMINAL, CHOICES[1]), Progress())[1].any()


def test_can_be_cancelled(preview: Preview) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        variants(preview, asked(), CHOICES, progress)
