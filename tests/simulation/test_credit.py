"""Whose doing it is, where several loads move the same skin."""

from dataclasses import replace

import numpy as np
import pytest
from builders import face

from clinic.case import Edit, Floats, Gauge, Load, Points
from clinic.geometry import reached, vertex_normals
from clinic.simulation.credit import by_others
from clinic.simulation.loading import demands

FORWARD = np.array([0.0, -1.0, 0.0])


def depot(cc: float) -> Load:
    """A load that injects; its gauge reads the whole face."""
    weights = face().topology.region("face").astype(np.float64)
    count, nobody = len(face().control), np.zeros(0, np.int32)
    gauges = (Gauge("Depot", cc, "cc", weights, FORWARD),)
    return Load(Edit("a", ()), nobody, np.zeros((0, 3)), nobody, np.ones(count), cc, gauges)


def hill(x: float, height: float, width: float = 12.0) -> Points:
    """A soft hill on the cheek, mm along the normals of the display vertices."""
    points = face().points
    away = np.linalg.norm(points - (x, points[:, 1].min(), -30.0), axis=1)
    normals = vertex_normals(points, face().topology.triangles)
    raised: Points = height * np.exp(-((away / width) ** 2) / 2)[:, None] * normals
    return raised


def own(loads: tuple[Load, ...], parts: list[Points], display: Points) -> tuple[Floats, float]:
    """What each load is credited with, and all that the skin has gained, cc."""
    others = by_others(face(), face().points, loads, demands(loads), parts, display)
    gauges = [gauge for load in loads for gauge in load.gauges]
    read = [reached(gauge, face().topology, face().points, display) for gauge in gauges]
    credited: Floats = np.array(read) - np.array(others)
    return credited, read[0]


def test_what_comes_otherwise_is_shared_and_nothing_is_lost() -> None:
    """Two hills that meet, where the skin rises by a tenth more than the linear model says."""
    parts = [hill(20.0, 1.0), hill(36.0, 0.5)]
    credit, gained = own((depot(1.0), depot(0.5)), parts, 1.1 * (parts[0] + parts[1]))
    alone = [own((depot(1.0),), [part], part)[1] for part in parts]
    assert credit.sum() == pytest.approx(gained)
    np.testing.assert_allclose(credit, 1.1 * np.array(alone), rtol=0.02)


def test_a_load_alone_is_credited_with_all_that_the_skin_gained() -> None:
    part = hill(20.0, 1.0)
    credit, gained = own((depot(1.0),), [part], 0.8 * part)
    assert credit[0] == pytest.approx(gained)


def test_a_depot_does_not_answer_for_the_bone_beside_it() -> None:
    """Bone moves the skin by 10 mm, in truth by half a millimetre less: twice what the small depot beside it brings."""
    small, large = hill(20.0, 0.5), hill(-6.0, 10.0, 20.0)
    bone = replace(depot(0.0), moved=np.zeros(1, np.int32), moved_by=FORWARD[None], gauges=())
    loads = (depot(0.3), bone)
    (alone,) = own(loads[:1], [small], small)[:1]
    credit, gained = own(loads, [small, large], small + 0.95 * large)
    assert gained - own(loads, [small, large], small + large)[1] < -2 * alone[0]
    assert credit[0] == pytest.approx(alone[0], rel=0.15)


def test_taking_here_and_giving_there_are_told_apart() -> None:
    """Beside each other and overlapping, with opposite signs: neither swallows the other."""
    parts = [hill(20.0, 1.0), hill(36.0, -1.0)]
    credit, gained = own((depot(1.0), depot(-1.0)), parts, parts[0] + parts[1])
    alone = [own((depot(1.0),), [part], part)[1] for part in parts]
    assert credit.sum() == pytest.approx(gained)
    np.testing.assert_allclose(credit, alone, rtol=0.05)
