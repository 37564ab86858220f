"""The demo plan on the mean face: what a surgeon would notice."""

import pickle

import numpy as np
import pytest
from builders import plan
from people import person

from clinic.case import Edit, Load, Plan, Simulation
from clinic.geometry import reached
from clinic.jobs import Cancelled, Progress
from clinic.planning.apply import loads
from clinic.simulation.aims import NotReached
from clinic.simulation.newton import TOLERANCE, NoEquilibrium
from clinic.simulation.preview import Preview
from clinic.simulation.simulate import Solving, simulate, solve


def read(outcome: Simulation) -> dict[str, float]:
    """What each gauge reads of its own edit."""
    topology = person().topology
    gauges = [gauge for load in outcome.loads for gauge in load.gauges]
    return {
        gauge.label: reached(gauge, topology, person().points, outcome.displacement) - others
        for gauge, others in zip(gauges, outcome.by_others, strict=True)
    }


def test_each_edit_reaches_the_skin(outcome: Simulation) -> None:
    """Filler: the asked cc within 2 %. Moved bone: skin follows the asked −2 and +4 mm, but never overshoots much."""
    got = read(outcome)
    assert got["Malar filler, right"] == pytest.approx(1.0, rel=0.02)
    assert got["Malar filler, left"] == pytest.approx(1.0, rel=0.02)
    assert -2.05 < got["Dorsal hump"] < -1.2
    assert 2.7 < got["Chin forward"] < 4.05


def test_the_answer_is_an_equilibrium_without_inverted_cells(outcome: Simulation) -> None:
    figures = outcome.figures
    assert outcome.solved
    assert figures.residual <= TOLERANCE
    assert figures.min_det_f > 0.4
    assert figures.tetrahedra >= 20_000
    assert 0.05 < figures.linear_gap_mm < 2.0


def test_symmetric_face_and_plan_give_a_symmetric_answer(outcome: Simulation) -> None:
    """u(mirror(i)) = (−u_x, u_y, u_z)(i)."""
    mirrored = outcome.displacement[person().topology.mirror] * (-1, 1, 1)
    assert abs(outcome.displacement - mirrored).max() < 1e-6


def test_skin_outside_the_face_does_not_move(outcome: Simulation) -> None:
    """Ears and scalp are not simulated; the linings of mouth, lids and nostrils follow their margins."""
    topology = person().topology
    for region in ("ears", "scalp"):
        assert not outcome.control_displacement[topology.region(region) & ~topology.region("face")].any()
    rest_of_head = np.linalg.norm(outcome.displacement, axis=1)[person().points[:, 1] > 90]
    assert not rest_of_head.any()


def test_skin_moves_only_where_it_was_planned(outcome: Simulation) -> None:
    """Forehead and lids stay within 0.2 and 0.3 mm: the filler ends below the lower lid."""
    moved = np.linalg.norm(outcome.control_displacement, axis=1)
    assert moved[person().topology.region("forehead")].max() < 0.2
    assert moved[person().topology.region("lids")].max() < 0.3


def test_there_are_no_steps_in_the_skin(outcome: Simulation) -> None:
    """Neighbouring vertices, at most 20 mm apart, differ by less than 0.6 of the largest move."""
    quads, moved = person().topology.control_quads, outcome.control_displacement
    step = np.linalg.norm(moved[quads] - moved[np.roll(quads, 1, axis=1)], axis=2).max()
    assert step < 0.6 * np.linalg.norm(moved, axis=1).max()


def test_a_chin_is_slid_aside_as_far_as_its_range_goes(preview: Preview) -> None:
    """The linear answer all but inverts cells at the cut; in steps that come to rest on the way, tissue gives way."""
    aside = loads(Plan((Edit("genioplasty", (("lateral_mm", 6.0),)),)), preview.face)
    assert preview.simulate(aside).figures.min_det_f < 0.1
    solving = Solving(preview, aside)
    solved = solving.run(Progress())
    assert solved.residual <= TOLERANCE
    assert preview.tissue.min_det_f(solved.moved) > 0.1


def test_an_impossible_move_is_refused_in_clear_words(preview: Preview) -> None:
    """Bone whose neighbouring points go 40 mm to and fro inverts cells in every load step."""
    (chin,) = loads(Plan((Edit("genioplasty", (("forward_mm", 4.0),)),)), person())
    to_and_fro = np.where(np.arange(len(chin.moved))[:, None] % 2, 10.0, -10.0) * chin.moved_by
    torn = Load(chin.edit, chin.moved, to_and_fro, chin.released, chin.growth, 0.0, chin.gauges)
    with pytest.raises(NoEquilibrium, match="cannot follow this plan"):
        solve(preview, (torn,), Progress())


def test_a_volume_that_cannot_come_to_the_skin_is_refused(preview: Preview) -> None:
    """A gauge that looks at the forehead never sees what is injected into the cheek."""
    _, left = loads(Plan((Edit("malar_filler", (("amount_cc", 1.0),)),)), person())
    forehead = person().topology.region("forehead").astype(float)
    blind = type(left.gauges[0])(left.gauges[0].label, 1.0, "cc", forehead, left.gauges[0].direction)
    lost = Load(left.edit, left.moved, left.moved_by, left.released, left.growth, 1.0, (blind,))
    with pytest.raises(NotReached):
        solve(preview, (lost,), Progress())


def test_cancel_stops_at_the_next_report() -> None:
    progress = Progress(lambda fraction, words: progress.cancel() if fraction > 0.1 else None)
    with pytest.raises(Cancelled):
        simulate(person(), loads(plan(), person()), progress)


def test_runs_in_another_process(outcome: Simulation) -> None:
    """Function, loads and answer survive the way there and back."""
    again = pickle.loads(pickle.dumps((simulate, outcome)))
    assert again[0] is simulate
    np.testing.assert_array_equal(again[1].displacement, outcome.displacement)


def test_no_edits_leave_the_face_as_it_is() -> None:
    assert not simulate(person(), (), Progress()).displacement.any()
