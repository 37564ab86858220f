from dataclasses import replace
from pathlib import Path

import placed
import pytest
from builders import case, photo, ranged_case, solved_case
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from clinic.case import Acquisition, Caution, Comparison, EditReached
from clinic.case.numbers import RANGE_NOTE
from clinic.planning.procedures import Parameter
from clinic.ui import plan_edits
from clinic.ui.desk import Desk
from clinic.ui.panels.analyse import AnalyseLandmarks, AnalyseMeasures
from clinic.ui.panels.capture import CaptureFiles, CapturePhotos, CaptureScale
from clinic.ui.panels.compare import CompareFigures
from clinic.ui.panels.patient import PatientDetails
from clinic.ui.panels.plan import PlanStack
from clinic.ui.panels.procedures import PlanProcedures
from clinic.ui.panels.share import ShareContents, ShareWritten
from clinic.ui.widgets.amount import AmountRow


def _words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def _press(widget: QWidget, name: str) -> None:
    found = [button for button in widget.findChildren(QAbstractButton) if button.accessibleName() == name]
    QTest.mouseClick([button for button in found if button.isVisibleTo(widget)][-1], Qt.MouseButton.LeftButton)


def test_slider_and_box_agree_both_ways(qtbot: QtBot) -> None:
    row = AmountRow(Parameter("amount_mm", "Hump", "mm", -6.0, 6.0, 0.1, "negative lowers"))
    qtbot.addWidget(row)
    settled: list[float] = []
    dragged: list[float] = []
    row.settled.connect(settled.append)
    row.dragged.connect(dragged.append)
    row.show_value(-2.0)
    assert (row.slider.value(), row.box.text()) == (-20, "−2.0 mm")
    row.box.selectAll()
    QTest.keyClicks(row.box, "-1.5")
    QTest.keyClick(row.box, Qt.Key.Key_Return)
    row.slider.setSliderDown(True)
    row.slider.setSliderPosition(10)
    assert row.box.text() == "+1.0 mm"
    row.slider.setSliderDown(False)
    assert dragged == [1.0]
    assert settled == [-1.5, 1.0]


def test_a_true_minus_and_a_comma_are_understood(qtbot: QtBot) -> None:
    row = AmountRow(Parameter("amount_cc", "Volume", "cc", -2.0, 2.0, 0.05, "positive fills"))
    qtbot.addWidget(row)
    for typed, value in (("−1,25 cc", -1.25), ("+0.5", 0.5), ("1", 1.0)):
        assert row.box.valueFromText(typed) == value


def test_sliders_follow_the_case_and_change_it(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    hump = panel.row("dorsal_hump", "amount_mm")
    assert hump.value == -2.0
    hump.slider.setSliderDown(True)
    hump.slider.setSliderPosition(-30)
    assert desk.case is not None
    assert desk.case.plan.edits[0].amount("amount_mm") == -2.0
    hump.slider.setSliderDown(False)
    assert desk.case.plan.edits[0].amount("amount_mm") == -3.0
    desk.undo()
    assert hump.value == -2.0
    sides = panel.cards["malar_filler"].sides
    assert sides is not None
    sides.button("left").click()
    assert desk.case.plan.edits[2].side == "left"
    panel.show_region("Chin")
    _press(panel, "Reset Genioplasty")
    assert [edit.procedure for edit in desk.plan.edits] == ["dorsal_hump", "malar_filler"]


def test_a_region_shows_its_procedures_folded_but_for_those_in_use(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    cards = panel.cards
    assert cards["dorsal_hump"].head.isChecked()
    assert not cards["radix"].head.isChecked()
    assert not cards["genioplasty"].isVisibleTo(panel)
    panel.regions.chip("Chin").click()
    assert cards["genioplasty"].isVisibleTo(panel)
    assert not cards["dorsal_hump"].isVisibleTo(panel)
    assert "in the plan" in panel.regions.chip("Cheeks").accessibleName()
    assert "in the plan" not in panel.regions.chip("Jaw").accessibleName()


def test_search_finds_procedures_of_all_regions(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    QTest.keyClicks(panel.search, "filler")
    shown = {name for name, card in panel.cards.items() if card.isVisibleTo(panel)}
    assert {"malar_filler", "tear_trough_filler"} <= shown
    assert "dorsal_hump" not in shown
    QTest.keyClicks(panel.search, "xyz")
    assert "No procedure" in _words(panel)
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.cards["dorsal_hump"].isVisibleTo(panel)


def test_a_fresh_procedure_takes_the_usual_amounts(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    panel.cards["radix"].unfold()
    _press(panel, "Usual Radix")
    assert plan_edits.asks(desk.plan.edits[-1])
    assert desk.plan.edits[-1] == plan_edits.usual("radix")
    _press(panel, "Reset Radix")
    assert [edit.procedure for edit in desk.plan.edits] == ["dorsal_hump", "genioplasty", "malar_filler"]


def test_left_and_right_have_sliders_of_their_own_where_they_differ(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    sides = panel.cards["malar_filler"].sides
    assert sides is not None
    sides.button("differ").click()
    panel.row("malar_filler", "amount_cc", 1).settled.emit(0.4)
    assert [(edit.side, edit.amount("amount_cc")) for edit in desk.plan.edits[2:]] == [("right", 1.0), ("left", 0.4)]
    assert panel.row("malar_filler", "amount_cc", 0).value == 1.0
    desk.undo()
    desk.undo()
    assert desk.plan.edits[2].side == "both"
    assert len([group for group in panel.cards["malar_filler"].groups if group.isVisibleTo(panel)]) <= 1


def test_a_slider_keeps_its_edit_while_it_passes_zero_and_lets_it_go_there(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    hump = panel.row("dorsal_hump", "amount_mm")
    hump.slider.setSliderDown(True)
    hump.slider.setSliderPosition(0)
    assert len(desk.plan.edits) == 3
    hump.slider.setSliderPosition(10)
    assert desk.plan.edits[0].amount("amount_mm") == pytest.approx(1.0)
    hump.slider.setSliderPosition(0)
    hump.slider.setSliderDown(False)
    assert [edit.procedure for edit in desk.plan.edits] == ["genioplasty", "malar_filler"]


def test_a_guard_rail_speaks_up_once_it_is_passed(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    known = placed.offer(monkeypatch)
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    panel.show_region("Anywhere")
    edit = plan_edits.begin(known.id, place=(0.5, 0.5))
    desk.settle(plan_edits.add(desk.plan, edit), "Add a handle")
    row = panel.row(known.id, "up_mm")
    row.slider.setSliderDown(True)
    row.slider.setSliderPosition(50)
    assert "it dents" not in _words(panel)
    row.slider.setSliderPosition(51)
    assert "Above 5 mm it dents." in _words(panel)


def test_what_reached_the_skin_has_its_range_and_the_range_is_explained_once(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    assert panel.solver.solve_button.isVisibleTo(panel)
    desk.commit(ranged_case(), "Solve the plan")
    assert "+4.0 → +3.4 mm\n(2.9 to 3.9)" in _words(panel)
    assert _words(panel).count(RANGE_NOTE) == 1
    panel.solver.extent.button("high").click()
    assert desk.extent == "high"
    desk.drag(plan_edits.set_amounts(desk.plan, 0, {"amount_mm": -1.0}))
    assert desk.extent == "likely"
    assert panel.solver.solve_button.isVisibleTo(panel)


def test_sliders_are_held_while_a_job_runs(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    assert panel.solver.solve_button.isEnabled()

    def wait(progress: object) -> None:
        while True:
            progress.report(0.25, "Solving load step 1 of 4")  # type: ignore[attr-defined]

    desk.worker.start("Solve the plan", wait, lambda _: None, lambda _: None)
    assert not panel.row("dorsal_hump", "amount_mm").isEnabled()
    assert panel.solver.cancel_button.isVisibleTo(panel)
    qtbot.waitUntil(lambda: panel.solver.progress.value() == 250)
    assert "load step 1 of 4" in _words(panel)
    panel.solver.cancel_button.click()
    qtbot.waitUntil(lambda: not desk.busy)
    assert panel.row("dorsal_hump", "amount_mm").isEnabled()
    assert panel.solver.solve_button.isVisibleTo(panel)


def test_the_stack_lists_switches_and_removes(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(desk)
    qtbot.addWidget(panel)
    assert "Dorsal hump\n−2.0 mm" in _words(panel)
    _press(panel, "Switch off Dorsal hump")
    assert not desk.plan.edits[0].enabled
    assert "−2.0 mm · off" in _words(panel)
    QTest.keyClick(panel.rows[2], Qt.Key.Key_Delete)
    assert "Malar filler" not in _words(panel)
    assert len(desk.plan.edits) == 2
    desk.undo()
    desk.undo()
    assert all(edit.enabled for edit in desk.plan.edits)


def test_several_cautions_fold_to_their_titles_and_open_one_by_one(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(desk)
    qtbot.addWidget(panel)
    solved = ranged_case()
    assert solved.comparison is not None
    said = tuple(Caution(f"Finding {number}", f"What to do about {number}.", number == 1) for number in range(1, 6))
    desk.commit(replace(solved, comparison=replace(solved.comparison, cautions=said)), "Solve the plan")
    words = _words(panel)
    assert "Finding 3" in words
    assert "Finding 4" not in words
    assert "2 more in the report." in words
    assert "What to do" not in words
    _press(panel, "Finding 2. What to do about 2.")
    assert "What to do about 2." in _words(panel)


def test_edits_are_moved_by_keys_and_by_mouse_and_chosen_by_a_click(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(desk)
    panel.resize(panel.width(), 700)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    chosen: list[int] = []
    panel.edit_chosen.connect(chosen.append)
    panel.rows[0].setFocus()
    QTest.keyClick(panel.rows[0], Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [edit.procedure for edit in desk.plan.edits] == ["genioplasty", "dorsal_hump", "malar_filler"]
    assert desk.session is not None
    assert desk.session.undo_words == "Move Dorsal hump down"
    qtbot.wait(20)
    grip, left = QPoint(60, 20), Qt.MouseButton.LeftButton
    QTest.mousePress(panel.rows[2], left, pos=grip)
    QTest.mouseMove(panel.rows[2], grip - QPoint(0, 60))
    QTest.mouseMove(panel.rows[2], grip - QPoint(0, 200))
    QTest.mouseRelease(panel.rows[2], left, pos=grip - QPoint(0, 200))
    assert [edit.procedure for edit in desk.plan.edits] == ["malar_filler", "genioplasty", "dorsal_hump"]
    qtbot.wait(20)
    QTest.mouseClick(panel.rows[1], left, pos=grip)
    assert chosen == [1]


def test_one_side_is_copied_to_the_other_from_the_menu(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(desk)
    qtbot.addWidget(panel)
    desk.settle(plan_edits.choose_sides(desk.plan, "malar_filler", "left"), "Left alone")
    copies = [action for action in panel.rows[2].menu.actions() if "right side" in action.text()]
    assert len(copies) == 1
    copies[0].trigger()
    assert [edit.side for edit in desk.plan.edits[2:]] == ["left", "right"]
    assert not [action for action in panel.rows[0].menu.actions() if "side" in action.text()]


def test_cautions_of_the_result_stand_at_the_foot_and_go_with_it(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(desk)
    qtbot.addWidget(panel)
    desk.commit(ranged_case(), "Solve the plan")
    assert "Skin strain 17 % at the chin" in _words(panel)
    assert "Review the plan" in _words(panel)
    desk.settle(plan_edits.remove(desk.plan, 0), "Remove Dorsal hump")
    assert "Skin strain" not in _words(panel)


def test_photos_are_shown_with_what_is_to_be_said(desk: Desk, qtbot: QtBot) -> None:
    panel = CapturePhotos(desk)
    qtbot.addWidget(panel)
    assert "1 taken" in _words(panel)
    assert "Good" in _words(panel)
    soft = replace(photo(), warnings=("The photo is slightly soft.",))
    assert desk.case is not None
    desk.commit(replace(desk.case, acquisition=Acquisition((soft,))), "Add photos")
    desk.commit(replace(desk.case, acquisition=Acquisition((soft, photo(200, 300)))), "Add photos")
    assert "slightly soft" in _words(panel)
    assert "2 taken · 1 to check" in _words(panel)


def test_dropped_files_are_handed_on_and_refusals_stand_beside_the_file(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = CaptureFiles(desk)
    qtbot.addWidget(panel)
    asked: list[object] = []

    def take(paths: list[Path]) -> bool:
        asked.append(list(paths))
        return True

    monkeypatch.setattr(desk, "take_photos", take)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.jpg")), QUrl.fromLocalFile(str(tmp_path / "b.jpg"))])
    move, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    panel.drop.dropEvent(QDropEvent(QPointF(QPoint(5, 5)), move, data, left, none))
    assert asked == [[tmp_path / "a.jpg", tmp_path / "b.jpg"]]
    desk.refused.emit(((tmp_path / "b.jpg", "The photo “b.jpg” is damaged."),))
    assert "1 taken, 1 skipped" in _words(panel)
    assert "is damaged" in _words(panel)


def test_pupil_distance_is_committed_and_doubtful_ones_are_not(desk: Desk, qtbot: QtBot) -> None:
    panel = CaptureScale(desk)
    qtbot.addWidget(panel)
    panel.pupils.setValue(63.5)
    panel.pupils.editingFinished.emit()
    assert desk.case is not None
    assert desk.case.acquisition.interpupillary_mm == 63.5
    panel.pupils.setValue(20.0)
    panel.pupils.editingFinished.emit()
    assert desk.case.acquisition.interpupillary_mm == 63.5
    assert "45 to 80 mm" in _words(panel)
    desk.undo()
    assert panel.pupils.text() == "63.0 mm"
    panel.pupils.setValue(0.0)
    panel.pupils.editingFinished.emit()
    assert panel.pupils.text() == "not measured"
    assert desk.case.acquisition.interpupillary_mm is None


def test_measures_have_their_interval(desk: Desk, qtbot: QtBot) -> None:
    measures, landmarks = AnalyseMeasures(desk), AnalyseLandmarks(desk)
    qtbot.addWidget(measures)
    qtbot.addWidget(landmarks)
    assert "Intercanthal, en–en" in _words(measures)
    assert "±" in _words(measures)
    assert "Exocanthion, right" in _words(landmarks)


def test_figures_tell_asked_and_reached(desk: Desk, qtbot: QtBot) -> None:
    panel = CompareFigures(desk)
    qtbot.addWidget(panel)
    assert "Figures appear once the plan was solved" in _words(panel)
    solved = solved_case()
    assert solved.simulation is not None
    comparison = Comparison(
        signed_mm=solved.simulation.strain * 0,
        volumes=(("chin", 3.4), ("cheek_r", -0.2)),
        edits=(EditReached("Chin forward", 4.0, 3.6, "mm"), EditReached("Malar filler, left", 1.0, 0.98, "cc")),
        max_mm=3.9,
        max_strain=0.12,
        made_from=solved.simulation.made_from,
    )
    desk.commit(replace(solved, comparison=comparison), "Solve the plan")
    assert "+4.0 → +3.6 mm" in _words(panel)
    assert "+1.00 → +0.98 cc" in _words(panel)
    assert "3.9 mm" in _words(panel)
    assert "12 %" in _words(panel)
    assert "lengths ±1.6 %, volumes ±5 % (95\N{NO-BREAK SPACE}%)" in _words(panel)


def test_only_a_solved_plan_can_be_shared(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    contents, written = ShareContents(desk), ShareWritten(desk)
    qtbot.addWidget(contents)
    qtbot.addWidget(written)
    assert not contents.button.isEnabled()
    assert "Only a solved plan" in _words(contents)
    desk.commit(solved_case(), "Solve the plan")
    assert contents.button.isEnabled()
    (tmp_path / "report.pdf").write_bytes(b"x" * 2048)
    desk.wrote.emit((tmp_path / "report.pdf",))
    assert "report.pdf" in _words(written)
    assert "1 files" not in _words(written)
    assert str(tmp_path) in _words(written)


def test_a_new_patient_is_asked_for_and_begun(desk: Desk, qtbot: QtBot) -> None:
    panel = PatientDetails(desk)
    qtbot.addWidget(panel)
    panel.show_form(True)
    panel.begin()
    assert "family name" in _words(panel)
    QTest.keyClicks(panel.family_name, "Okoro")
    QTest.keyClicks(panel.given_name, "Daniel")
    QTest.keyClicks(panel.birth_date, "1997-13-02")
    panel.begin()
    assert "1985-09-30" in _words(panel)
    panel.birth_date.setText("1997-07-02")
    QTest.keyClicks(panel.record_number, "126")
    panel.begin()
    assert desk.case is not None
    patient = desk.case.patient
    assert (patient.display_name, patient.birth_date, patient.record_number) == ("OKORO Daniel", "1997-07-02", "126")
    assert desk.case.face is None
    assert "OKORO Daniel" in _words(panel)


def test_a_second_patient_does_not_inherit_the_first(desk: Desk, qtbot: QtBot) -> None:
    sliders, stack = PlanProcedures(desk), PlanStack(desk)
    qtbot.addWidget(sliders)
    qtbot.addWidget(stack)
    other = replace(case(), id="another", face=None, plan=replace(case().plan, edits=()))
    desk.commit(other, "Begin the case")
    assert sliders.row("dorsal_hump", "amount_mm").value == 0.0
    assert not sliders.row("dorsal_hump", "amount_mm").isEnabled()
    assert "No change planned yet" in _words(stack)
