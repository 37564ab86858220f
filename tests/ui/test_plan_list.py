from dataclasses import replace

from builders import solved_case
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from seen import press, words

from clinic.ui import plan_edits
from clinic.ui.desk import Desk
from clinic.ui.panels.plan import PlanStack


def _names(desk: Desk) -> list[str]:
    return [] if desk.case is None else [one.plan.name for one in desk.case.plans]


def test_plans_are_added_copied_renamed_and_deleted_and_all_is_undone(solved_desk: Desk, qtbot: QtBot) -> None:
    desk, panel = solved_desk, PlanStack(solved_desk)
    qtbot.addWidget(panel)
    panel.show()
    before = desk.case
    press(panel, "New plan")
    assert _names(desk) == ["Plan A", "Plan B"]
    QApplication.processEvents()
    assert "No change planned yet" in words(panel)
    assert desk.badge == ""
    QApplication.processEvents()
    QTest.mouseClick(panel.plans.rows[0], Qt.MouseButton.LeftButton)
    assert desk.badge == "solved"
    panel.plans.rows[0].asked.emit("duplicate")
    assert _names(desk) == ["Plan A", "Plan C", "Plan B"]
    panel.plans.begin_renaming()
    field = panel.plans.rows[1].field
    QTest.keyClicks(field, "Nose only")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert _names(desk) == ["Plan A", "Nose only", "Plan B"]
    assert desk.badge == "solved"
    panel.plans.rows[2].asked.emit("delete")
    assert _names(desk) == ["Plan A", "Nose only"]
    while desk.session is not None and desk.session.undo_words != "Solve the plan":
        desk.undo()
    assert desk.case is before


def test_a_name_is_left_as_it_was_by_escape_and_no_name_reaches_the_audit(solved_desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(solved_desk)
    qtbot.addWidget(panel)
    panel.show()
    panel.plans.begin_renaming()
    QTest.keyClicks(panel.plans.rows[0].field, "DOE Jane")
    QTest.keyClick(panel.plans.rows[0].field, Qt.Key.Key_Escape)
    assert _names(solved_desk) == ["Plan A"]
    panel.plans.begin_renaming()
    QTest.keyClicks(panel.plans.rows[0].field, "DOE Jane")
    QTest.keyClick(panel.plans.rows[0].field, Qt.Key.Key_Return)
    assert _names(solved_desk) == ["DOE Jane"]
    assert solved_desk.session is not None
    assert "Jane" not in solved_desk.session.undo_words


def test_rows_say_how_each_plan_stands(solved_desk: Desk, qtbot: QtBot) -> None:
    desk, panel = solved_desk, PlanStack(solved_desk)
    qtbot.addWidget(panel)
    panel.plans.rows[0].asked.emit("duplicate")
    desk.settle(plan_edits.remove(desk.plan, 0), "Remove Dorsal hump")
    said = [row.accessibleName() for row in panel.plans.rows]
    assert said[0] == "Plan A, 3 edits · Solved"
    assert said[1].startswith("Plan B, 2 edits")
    assert said[1].endswith("open")
    QTest.keyClick(panel.plans.rows[1], Qt.Key.Key_Down)
    assert desk.case is not None
    assert desk.case.place == 0
    assert panel.plans.rows[1].accessibleName() == "Plan B, 2 edits · Not solved"


def test_a_locked_edit_stays_as_it_is_until_it_is_unlocked(desk: Desk, qtbot: QtBot) -> None:
    panel, said = PlanStack(desk), list[str]()
    qtbot.addWidget(panel)
    desk.said.connect(lambda text, kind: said.append(text))
    panel.rows[0].asked.emit("lock")
    locked = desk.plan
    assert locked.edits[0].locked
    desk.drag(plan_edits.set_amounts(locked, 0, {"amount_mm": -1.0}))
    assert desk.plan == locked
    for what in ("remove", "switch"):
        panel.rows[0].asked.emit(what)
    assert desk.plan == locked
    assert said[-1] == "Dorsal hump is locked. Unlock it in the edit stack to change it."
    panel.rows[0].asked.emit("down")
    assert desk.plan.edits[1].procedure == "dorsal_hump"
    panel.rows[1].asked.emit("lock")
    panel.rows[1].asked.emit("remove")
    assert len(desk.plan.edits) == 2


def test_another_patient_brings_other_plans(solved_desk: Desk, qtbot: QtBot) -> None:
    panel = PlanStack(solved_desk)
    qtbot.addWidget(panel)
    panel.plans.rows[0].asked.emit("duplicate")
    other = replace(solved_case(), id="another")
    assert solved_desk.commit(replace(other, plan=replace(other.plan, name="Chin")), "Begin the case")
    assert [row.accessibleName().split(",")[0] for row in panel.plans.rows] == ["Chin"]
