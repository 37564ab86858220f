from dataclasses import replace

import placed
import pytest
from builders import case, ranged_case
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from seen import press, words

from clinic.case import Caution
from clinic.case.numbers import RANGE_NOTE
from clinic.ui import plan_edits
from clinic.ui.desk import Desk
from clinic.ui.panels.plan import PlanStack
from clinic.ui.panels.procedures import PlanProcedures


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
    press(panel, "Reset Genioplasty")
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
    assert "No procedure" in words(panel)
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.cards["dorsal_hump"].isVisibleTo(panel)


def test_a_fresh_procedure_takes_the_usual_amounts(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    panel.cards["radix"].unfold()
    press(panel, "Usual Radix")
    assert plan_edits.asks(desk.plan.edits[-1])
    assert desk.plan.edits[-1] == plan_edits.usual("radix")
    press(panel, "Reset Radix")
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
    assert "it dents" not in words(panel)
    row.slider.setSliderPosition(51)
    assert "Above 5 mm it dents." in words(panel)


def test_what_reached_the_skin_has_its_range_and_the_range_is_explained_once(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanProcedures(desk)
    qtbot.addWidget(panel)
    assert panel.solver.solve_button.isVisibleTo(panel)
    desk.commit(ranged_case(), "Solve the plan")
    assert "+4.0 → +3.4 mm\n(2.9 to 3.9)" in words(panel)
    assert words(panel).count(RANGE_NOTE) == 1
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
    assert "load step 1 of 4" in words(panel)
    panel.solver.cancel_button.click()
    qtbot.waitUntil(lambda: not desk.busy)
    assert panel.row("dorsal_hump", "amount_mm").isEnabled()
    assert panel.solver.solve_button.isVisibleTo(panel)


def test_the_stack_lists_switches_and_removes(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(desk)
    qtbot.addWidget(panel)
    assert "Dorsal hump\n−2.0 mm" in words(panel)
    press(panel, "Switch off Dorsal hump")
    assert not desk.plan.edits[0].enabled
    assert "−2.0 mm · off" in words(panel)
    QTest.keyClick(panel.rows[2], Qt.Key.Key_Delete)
    assert "Malar filler" not in words(panel)
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
    shown = words(panel)
    assert "Finding 3" in shown
    assert "Finding 4" not in shown
    assert "2 more in the report." in shown
    assert "What to do" not in shown
    press(panel, "Finding 2. What to do about 2.")
    assert "What to do about 2." in words(panel)


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
    copies = [action for action in panel.rows[2].choices.actions() if "right side" in action.text()]
    assert len(copies) == 1
    copies[0].trigger()
    assert [edit.side for edit in desk.plan.edits[2:]] == ["left", "right"]
    assert not [action for action in panel.rows[0].choices.actions() if "side" in action.text()]


def test_cautions_of_the_result_stand_at_the_foot_and_go_with_it(desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(desk)
    qtbot.addWidget(panel)
    desk.commit(ranged_case(), "Solve the plan")
    assert "Skin strain 17 % at the chin" in words(panel)
    assert "Review the plan" in words(panel)
    desk.settle(plan_edits.remove(desk.plan, 0), "Remove Dorsal hump")
    assert "Skin strain" not in words(panel)


def test_a_second_patient_does_not_inherit_the_first(desk: Desk, qtbot: QtBot) -> None:
    sliders, stack = PlanProcedures(desk), PlanStack(desk)
    qtbot.addWidget(sliders)
    qtbot.addWidget(stack)
    other = replace(case(), id="another", face=None, plan=replace(case().plan, edits=()))
    desk.commit(other, "Begin the case")
    assert sliders.row("dorsal_hump", "amount_mm").value == 0.0
    assert not sliders.row("dorsal_hump", "amount_mm").isEnabled()
    assert "No change planned yet" in words(stack)
