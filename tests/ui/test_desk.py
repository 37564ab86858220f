import pickle
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from builders import solved_case
from pytestqt.qtbot import QtBot

from clinic import workflow
from clinic.case import Case, Edit, FaceModel, Load, Plan
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.planning import apply
from clinic.session import Session
from clinic.simulation import preview
from clinic.ui import plan_edits
from clinic.ui.desk import Desk
from clinic.ui.main_window import MainWindow
from clinic.ui.preview import Previews


def _plan(desk: Desk, hump_mm: float) -> Plan:
    return plan_edits.set_amounts(desk.plan, 0, {"amount_mm": hump_mm})


def test_a_drag_previews_and_commits_once(desk: Desk, qtbot: QtBot) -> None:
    session, case = desk.session, desk.case
    assert session is not None
    for hump in (-0.5, -1.0, -1.5):
        desk.drag(_plan(desk, hump))
    assert desk.case is case
    assert desk.badge in ("", "preview")
    qtbot.waitUntil(lambda: desk.badge == "preview")
    desk.settle(_plan(desk, -1.5), "Dorsal hump −1.5 mm")
    assert desk.case is not None
    assert desk.case.plan.edits[0].amount("amount_mm") == -1.5
    assert session.undo_words == "Dorsal hump −1.5 mm"
    desk.undo()
    assert desk.case is case
    desk.redo()
    assert desk.plan.edits[0].amount("amount_mm") == -1.5


def test_a_drag_that_ends_where_it_began_leaves_no_trace(desk: Desk) -> None:
    session = desk.session
    assert session is not None
    desk.drag(_plan(desk, -1.0))
    assert desk.case is not None
    desk.settle(desk.case.plan, "Nothing")
    assert not session.can_undo


def test_the_badge_never_claims_more_than_is_known(solved_desk: Desk, qtbot: QtBot) -> None:
    desk = solved_desk
    assert desk.badge == "solved"
    desk.drag(_plan(desk, -1.0))
    assert desk.badge in ("stale", "preview")
    qtbot.waitUntil(lambda: desk.badge == "preview")
    desk.settle(_plan(desk, -1.0), "Hump")
    assert desk.badge != "solved"
    desk.undo()
    assert desk.badge == "solved"
    desk.settle(replace(desk.plan, edits=()), "Clear")
    assert desk.badge == ""
    assert desk.shown is None


def test_a_stage_runs_beside_and_is_committed(desk: Desk, qtbot: QtBot) -> None:
    def solve(case: Case, progress: Progress) -> Case:
        return replace(case, simulation=solved_case().simulation)

    assert desk.run("Solve the plan", solve)
    assert desk.busy
    qtbot.waitUntil(lambda: not desk.busy)
    assert desk.badge == "solved"


def test_what_comes_from_another_process_is_read_only(desk: Desk, qtbot: QtBot) -> None:
    def solve(case: Case, progress: Progress) -> Case:
        answer: Case = pickle.loads(pickle.dumps(solved_case()))
        return answer

    assert desk.run("Solve the plan", solve)
    qtbot.waitUntil(lambda: not desk.busy)
    assert desk.case is not None
    assert desk.case.face is not None
    assert desk.case.simulation is not None
    arrays = (desk.case.face.texture.pixels, desk.case.face.topology.triangles, desk.case.simulation.displacement)
    assert not any(array.flags.writeable for array in arrays)


def test_a_cancelled_stage_changes_nothing(desk: Desk, qtbot: QtBot) -> None:
    case, said = desk.case, []
    desk.said.connect(lambda words, kind: said.append((words, kind)))

    def endless(case: Case, progress: Progress) -> Case:
        while True:
            progress.report(0.5, "Solving")

    desk.run("Solve the plan", endless)
    desk.worker.cancel()
    qtbot.waitUntil(lambda: not desk.busy)
    assert desk.case is case
    assert said == [("Stopped. Nothing was changed.", "notice")]


def test_errors_are_said_in_words_and_defects_without_a_trace(desk: Desk, qtbot: QtBot) -> None:
    said: list[tuple[str, str]] = []
    desk.said.connect(lambda words, kind: said.append((words, kind)))

    class NoFace(ClinicError):
        """For the test."""

    for error in (NoFace("No face was found. Take another photo."), KeyError("secret internals")):

        def fail(case: Case, progress: Progress, error: Exception = error) -> Case:
            raise error

        desk.run("Build the face in 3D", fail)
        qtbot.waitUntil(lambda: not desk.busy)
    assert said[0] == ("No face was found. Take another photo.", "error")
    assert said[1][1] == "error"
    assert "secret" not in said[1][0]
    assert "Nothing" in said[1][0]


def test_files_that_are_refused_do_not_stop_the_others(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Damaged(ClinicError):
        """For the test."""

    def take(case: Case, paths: list[Path], progress: Progress) -> Case:
        if "bad" in paths[0].name:
            raise Damaged(f"The photo “{paths[0].name}” is damaged.")
        photos = (*case.acquisition.photos, *solved_case().acquisition.photos)
        return replace(case, acquisition=replace(case.acquisition, photos=photos))

    monkeypatch.setattr(workflow, "take_photos", take)
    told: list[tuple[str, str, str]] = []
    desk.file_told.connect(lambda one: told.append((one.path.name, one.state, one.words)))
    desk.take_photos([tmp_path / "bad.jpg", tmp_path / "good.jpg"])
    qtbot.waitUntil(lambda: len(told) == 4 and not desk.busy)
    assert told[1] == ("bad.jpg", "skipped", "The photo “bad.jpg” is damaged.")
    assert told[2:] == [("good.jpg", "reading", ""), ("good.jpg", "taken", "")]
    assert desk.case is not None
    assert len(desk.case.acquisition.photos) == 2


def test_a_session_without_archive_cannot_be_locked_and_says_so(desk: Desk) -> None:
    said: list[str] = []
    desk.said.connect(lambda words, kind: said.append(words))
    desk.lock()
    assert desk.open
    assert "archive" in said[0]


def test_an_unlock_while_the_stopped_job_still_ends_is_not_lost(desk: Desk, qtbot: QtBot) -> None:
    denied: list[str] = []
    desk.denied.connect(lambda words, wait_s: denied.append(words))
    gate = threading.Event()
    desk.worker.start("Solve the plan", lambda progress: gate.wait(5), lambda _: None, lambda _: None)
    desk.unlock("passphrase")
    assert "Try again in a moment" in denied[0]
    gate.set()
    qtbot.waitUntil(lambda: not desk.busy)


def test_nothing_is_open_before_a_session(qtbot: QtBot) -> None:
    desk = Desk()
    assert not desk.open
    assert desk.case is None
    assert desk.badge == ""
    desk.undo()
    desk.lock()
    desk.adopt(Session(user="tester"))
    assert desk.open
    desk.close()


def test_the_plan_that_a_drag_ends_with_is_previewed_once(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Plan] = []
    answer = Previews._answer

    def counted(previews: Previews, face: FaceModel, plan: Plan) -> object:
        asked.append(plan)
        return answer(previews, face, plan)

    monkeypatch.setattr(Previews, "_answer", counted)
    desk.drag(_plan(desk, -1.25))
    qtbot.waitUntil(lambda: asked[-1:] == [desk.plan])
    qtbot.waitUntil(lambda: desk.badge == "preview")
    desk.settle(desk.plan, "Hump")
    assert desk.case is not None
    desk.drag(_plan(desk, -0.75))
    qtbot.waitUntil(lambda: asked[-1:] == [desk.plan])
    assert [plan.edits[0].amount("amount_mm") for plan in asked[-2:]] == [-1.25, -0.75]


def test_only_the_edit_that_is_dragged_is_brought_to_the_face_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = solved_case().face
    assert face is not None
    previews, brought, shown = Previews(), list[str](), list[list[object]]()

    def noted(edit: Edit, of: FaceModel) -> tuple[Load, ...]:
        brought.append(edit.procedure)
        return bring(edit, of)

    bring = apply._edit_loads
    monkeypatch.setattr(apply, "_edit_loads", noted)
    chin = Plan((Edit("genioplasty", (("forward_mm", 2.0),)),))
    for hump in (-1.0, -1.5):
        plan = plan_edits.add(chin, Edit("dorsal_hump", (("amount_mm", hump),)))
        answer = previews._answer(face, plan).simulation
        assert answer is not None
        shown.append([load.edit.amounts for load in answer.loads])
    assert brought == ["genioplasty", "dorsal_hump", "dorsal_hump"]
    assert shown == [[(("forward_mm", 2.0),), (("amount_mm", hump),)] for hump in (-1.0, -1.5)]
    previews.close()


def test_a_solved_face_is_made_ready_before_its_first_drag(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[FaceModel] = []
    quick = preview.Preview

    def noted(face: FaceModel) -> preview.Preview:
        made.append(face)
        return quick(face)

    monkeypatch.setattr(preview, "Preview", noted)
    desk = Desk()
    desk.adopt(Session(user="tester"))
    desk.commit(solved_case(), "Begin with a solved case")
    qtbot.waitUntil(lambda: bool(made))
    assert desk.badge == "solved"
    desk.close()


def test_photos_are_not_hashed_while_a_slider_moves(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[object] = []

    def note(case: Case) -> bool:
        hashed.append(case)
        return False

    for name in ("stale_face", "stale_simulation"):
        monkeypatch.setattr(Case, name, property(note))
    desk = window.desk
    desk.drag(_plan(desk, -1.0))
    hashed.clear()
    desk.drag(_plan(desk, -1.5))
    assert not hashed


def test_a_defect_is_logged_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    """The message of an unexpected error may hold what the code was working on."""
    from clinic.ui import faults

    with pytest.raises(KeyError) as raised:
        raise KeyError("DOE Jane")
    assert "inside Clinic" in faults.words(raised.value)
    assert "KeyError (test_a_defect_is" in faults.details(raised.value)
    assert "Jane" not in faults.details(raised.value)
    assert "KeyError" in caplog.text
    assert "Jane" not in caplog.text
