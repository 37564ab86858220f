"""Distances, volumes and reached amounts against moves whose effect is known exactly."""

from dataclasses import replace

import numpy as np
import pytest
from builders import face, plan, solved_case

from clinic.case import FaceModel, Points, Range, Scale, Simulation, SolverFigures
from clinic.comparison.compare import compare
from clinic.geometry import swept_volumes_mm3
from clinic.planning.apply import loads


def simulated(patient: FaceModel, control: Points) -> Simulation:
    display = patient.topology.subdivide(control)
    figures = SolverFigures(1, 1, 1, 1, 0.0, 1.0, 0.0, 0.0)
    strain = np.linspace(0.0, 0.2, len(display))
    return Simulation(display, control, strain, loads(plan(), patient), figures, True, ("made from",))


def test_a_head_blown_up_by_a_tenth_gains_by_its_cube() -> None:
    """u = s x: every triangle sweeps its cone to the origin times (1 + s)³ − 1, so a region does too."""
    patient = face()
    found = compare(patient, simulated(patient, 0.1 * patient.control))
    a, b, c = (patient.points[patient.topology.triangles[:, k]] for k in range(3))
    cones = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6
    chin = patient.topology.subdivide(patient.topology.region("chin")[:, None].astype(float))[:, 0]
    exact = (1.1**3 - 1) * (cones * chin[patient.topology.triangles].mean(axis=1)).sum() / 1000
    assert dict(found.volumes)["chin"] == pytest.approx(exact, rel=1e-9)
    assert found.max_mm == pytest.approx(0.1 * np.linalg.norm(patient.points, axis=1).max())


def test_out_is_positive_and_in_is_negative() -> None:
    patient = face()
    pushed = np.tile((0.0, -1.0, 0.0), (len(patient.control), 1))
    tip = np.linalg.norm(patient.points - patient.landmarks()["pronasale"], axis=1).argmin()
    assert compare(patient, simulated(patient, pushed)).signed_mm[tip] > 0.9
    assert compare(patient, simulated(patient, -pushed)).signed_mm[tip] < -0.9


def test_each_edit_is_read_where_and_as_it_was_asked() -> None:
    """The whole head 3 mm forwards: the chin gauge reads 3 mm, the hump 3 mm times the cosine of the dorsum's slope."""
    patient = face()
    found = compare(patient, simulated(patient, np.tile((0.0, -3.0, 0.0), (len(patient.control), 1))))
    hump, chin, right, left = found.edits
    slope = loads(plan(), patient)[0].gauges[0].direction[1]
    assert (hump.label, hump.asked, hump.unit) == ("Dorsal hump", -2.0, "mm")
    assert hump.reached == pytest.approx(-3.0 * slope)
    assert (chin.label, chin.asked, chin.unit) == ("Chin forward", 4.0, "mm")
    assert chin.reached == pytest.approx(3.0)
    assert [(filler.label, filler.unit) for filler in (right, left)] == [
        ("Malar filler, right", "cc"),
        ("Malar filler, left", "cc"),
    ]


def test_regions_together_make_the_face() -> None:
    """Volumes of regions that do not overlap add up to what the whole skin sweeps, where they cover it."""
    patient = face()
    bump = np.exp(-((patient.control - patient.landmarks()["malar_l"]) ** 2).sum(axis=1) / 200.0)
    simulation = simulated(patient, bump[:, None] * (1.0, -1.0, 0.0))
    swept = swept_volumes_mm3(patient.points, simulation.displacement, patient.topology.triangles).sum() / 1000
    volumes = dict(compare(patient, simulation).volumes)
    assert volumes["cheek_l"] == pytest.approx(swept, rel=0.15)
    assert abs(volumes["cheek_r"]) < 1e-6


def test_strain_and_origin_are_handed_on() -> None:
    found = compare(face(), simulated(face(), np.zeros_like(face().control)))
    assert found.max_strain == pytest.approx(0.2)
    assert found.made_from == ("made from",)
    assert not found.signed_mm.any()


def test_volumes_say_by_how_much_they_may_be_off() -> None:
    """Lengths known to 1 % (one sigma): volumes to 3 · 1.96 %; a range of 0.8 … 1.2 of the move adds 20 %."""
    case = solved_case()
    assert case.face is not None
    assert case.simulation is not None
    sized = replace(case.face, scale=Scale("ruler", 0.01))
    alone = compare(sized, case.simulation)
    moved = case.simulation.displacement
    within = Range(0.8 * moved, 1.2 * moved, (), 16, ("tissue",))
    ranged = compare(sized, replace(case.simulation, range=within))
    for (region, cc), by_size, by_both in zip(alone.volumes, alone.volume_errors, ranged.volume_errors, strict=True):
        assert by_size == pytest.approx(3 * 1.96 * 0.01 * abs(cc), abs=1e-12), region
        assert by_both == pytest.approx(abs(cc) * np.hypot(3 * 1.96 * 0.01, 0.2), abs=0.02), region
