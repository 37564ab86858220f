"""What is not simulated follows what is."""

import functools

import numpy as np
import pytest
from people import person
from scipy.spatial import cKDTree

from clinic.case import Edit, Floats, Mask, Plan, Points
from clinic.planning.apply import loads
from clinic.simulation.patch import Patch, margins, simulated, skin_patch
from clinic.simulation.preview import Preview
from clinic.simulation.skin import Skin


@functools.cache
def patched() -> tuple[Skin, Patch]:
    within = simulated(person())
    patch = skin_patch(person(), within, margins(person(), within, 2))
    return Skin(person(), patch), patch


@functools.cache
def preview() -> Preview:
    return Preview(person())


def left_out() -> Mask:
    """Return the (c,) mask of the margins of lids, lips and nostrils."""
    return margins(person(), simulated(person()), 2)


def near(place: str, reach_mm: float) -> Mask:
    """Return the (c,) mask of the vertices around a landmark."""
    away: Mask = np.linalg.norm(person().control - person().landmarks()[place], axis=1) < reach_mm
    return away


def test_a_rigid_motion_takes_margins_nostrils_and_inner_lips_along() -> None:
    """Shift and instantaneous turn, u = t + w x p: exact for the spline; the fixed rim pulls a little."""
    face_skin, patch = patched()

    def motion(points: Points) -> Points:
        turned = np.cross((0.05, -0.03, 0.1), points - person().landmarks()["subnasale"])
        moved: Points = turned + np.array([1.0, -2.0, 0.5])
        return moved

    control = face_skin.control(motion(patch.points))
    interior = person().topology.region("interior")
    nostrils = near("pronasale", 25.0) & (person().control[:, 2] > person().landmarks()["subnasale"][2])
    follow = interior & (nostrils | near("stomion", 12.0))
    assert follow.sum() > 70
    assert abs(control - motion(person().control))[follow | left_out()].max() < 0.01


def test_throat_and_skin_beyond_the_rim_stay() -> None:
    face_skin, patch = patched()
    control = face_skin.control(np.tile((0.0, -1.0, 0.0), (len(patch.points), 1)))
    throat = person().topology.region("interior") & (person().control[:, 1] > 50.0)
    assert throat.sum() > 30
    assert not control[throat].any()
    assert not control[person().topology.region("scalp")].any()


def test_each_lip_takes_its_own_lining_along() -> None:
    """Where skin below the mouth goes 5 mm back and skin above stays, so do the two halves of the lining."""
    face_skin, patch = patched()
    topology, at = person().topology, person().landmarks()
    upper, lower = (patch.from_control @ topology.region(f"{name}_lip").astype(float) for name in ("upper", "lower"))
    below = (patch.points[:, 2] < at["stomion"][2]) & (upper < 0.5) | (lower > 0.5) & (upper < lower)
    moved = face_skin.control(below[:, None] * (0.0, 5.0, 0.0))[:, 1]
    behind = topology.region("interior") & (abs(person().control[:, 0]) < 10.0) & (person().control[:, 1] < -10.0)
    height = person().control[:, 2] - at["stomion"][2]
    assert moved[behind & (height < -5.0)].min() > 4.0
    assert abs(moved[behind & (height > 5.0) & (height < 15.0)]).max() < 1.5


def test_there_is_no_kink_at_the_margins() -> None:
    """Of a swelling 8 mm wide beside each opening, the margin carries on: per edge as much as on the skin, no more."""
    face_skin, patch = patched()
    quads = person().topology.control_quads
    for place in ("labiale_superius", "labiale_inferius", "alare_l", "orbitale_l"):
        away = np.linalg.norm(patch.points - person().landmarks()[place], axis=1)
        moved = face_skin.control(np.outer(np.exp(-((away / 8.0) ** 2)), (0.0, -1.0, 0.0)))[:, 1]
        slope = abs(moved[quads] - moved[np.roll(quads, 1, axis=1)]).max(axis=1)
        across = (left_out() & near(place, 20.0))[quads].any(axis=1)
        beside = ~left_out()[quads].any(axis=1)
        assert slope[across].max() < 1.2 * slope[beside].max()


@pytest.mark.parametrize(
    ("procedure", "amounts", "region"),
    [("bsso", (("forward_mm", -10.0),), "lower_lip"), ("alar_base", (("amount_mm", -5.0),), "nose")],
)
def test_no_lining_comes_through_the_skin(procedure: str, amounts: tuple[tuple[str, float], ...], region: str) -> None:
    """The greatest setback and the narrowest base, by the linear preview: lining stays behind the skin before it."""
    face = person()
    control, _ = preview().displacement(loads(Plan((Edit(procedure, amounts),)), face))
    other = face.topology.region("upper_lip")
    outer = np.flatnonzero(face.topology.region(region) & ~left_out() & ~other)
    apart, nearest = cKDTree(face.control[outer]).query(face.control)
    lining = face.topology.region("interior") & (apart < 8.0) & (apart < _to(other))
    assert lining.sum() >= 8
    before = face.control[lining] - face.control[outer[nearest[lining]]]
    after = before + control[lining] - control[outer[nearest[lining]]]
    assert (after * before).sum(axis=1).min() > 0.0
    assert np.median(np.linalg.norm(after - before, axis=1)) < 1.2


def _to(mask: Mask) -> Floats:
    """Return (c,) how far each vertex is from those of a mask, mm."""
    away: Floats = cKDTree(person().control[mask]).query(person().control)[0]
    return away
