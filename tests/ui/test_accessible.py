"""What a screen reader and a finger need, of every control of every stage and sheet."""

from collections.abc import Iterator

import pytest
from builders import case
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from clinic.ui import theme
from clinic.ui.main_window import MainWindow
from clinic.ui.stages import STAGES

PRESSED = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
ROLES = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Border}


def _controls(window: QWidget) -> Iterator[QWidget]:
    for one in window.findChildren(QWidget):
        inside_a_box = one.objectName() == "qt_spinbox_lineedit"
        if one.isVisible() and one.focusPolicy() != Qt.FocusPolicy.NoFocus and not inside_a_box:
            yield one


def _faults(window: QWidget, where: str) -> list[str]:
    QTest.qWait(60)
    said = []
    for one in _controls(window):
        name = one.accessibleName()
        who = f"{where}: {type(one).__name__} {name}"
        if not name:
            said.append(f"{who} has no name")
        if isinstance(one, PRESSED):
            if min(one.width(), one.height()) < theme.TARGET and one.width() != 36:
                said.append(f"{who} is only {one.width()} × {one.height()}")
            if QAccessible.queryAccessibleInterface(one).role() in ROLES:
                said.append(f"{who} has no role")
    return said


def test_every_control_of_every_stage_has_a_name_a_role_and_room_for_a_finger(window: MainWindow, qtbot: QtBot) -> None:
    faults = []
    for stage in STAGES:
        window.show_stage(stage.id)
        faults += _faults(window, stage.id)
    window.show_stage("patient")
    window.details.show_form(True)
    faults += _faults(window, "new patient")
    assert not faults


@pytest.mark.parametrize("name", ["commands", "shortcuts", "preferences", "help"])
def test_every_control_of_every_sheet_too_and_the_keys_are_inside(name: str, window: MainWindow) -> None:
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.actions_by_id[name].trigger()
    sheet = window.sheets.sheet or window.sheets.help
    assert sheet is not None
    assert not _faults(sheet, name)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert sheet.isAncestorOf(focus)
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_f6_goes_round_the_panels_and_folded_ones_are_left_out(window: MainWindow) -> None:
    window.show_stage("plan")
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.view.viewport.setFocus()

    def place() -> str:
        focus = QApplication.focusWidget()
        rooms = {"top": window.top, "left": window.body.left, "centre": window.body.centre, "right": window.body.right}
        return next((name for name, room in rooms.items() if focus is not None and room.isAncestorOf(focus)), "")

    visited = []
    for _ in range(4):
        QTest.keyClick(window, Qt.Key.Key_F6)
        visited.append(place())
    assert visited == ["right", "top", "left", "centre"]
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert not window.body.left.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert place() == "top"


def test_sliders_tell_their_value_with_its_unit(window: MainWindow) -> None:
    row = window.procedures.row("dorsal_hump", "amount_mm")
    assert row.slider.accessibleName() == "Hump, mm"
    assert row.slider.accessibleDescription() == "−2.0 mm"
    row.slider.setSliderDown(True)
    row.slider.setSliderPosition(-10)
    assert row.slider.accessibleDescription() == "−1.0 mm"
    row.slider.setSliderDown(False)


def test_what_happened_is_said_aloud(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        "clinic.ui.widgets.banner.announce", lambda _, words, assertive=False: said.append((words, assertive))
    )
    window.desk.said.emit("No face was found.", "error")
    window.desk.said.emit("9 files were written.", "notice")
    assert said == [("No face was found.", True), ("9 files were written.", False)]


def test_an_error_comes_back_after_a_notice_until_it_is_closed(window: MainWindow) -> None:
    window.desk.details = "KeyError (work:12)"
    window.desk.said.emit("Something went wrong.", "error")
    window.desk.said.emit("9 files were written.", "notice")
    assert window.banner.words == "9 files were written."
    window.banner._timer.timeout.emit()
    assert window.banner.words == "Something went wrong."
    more = next(b for b in window.banner.findChildren(QAbstractButton) if b.accessibleName() == "Details")
    more.click()
    assert "KeyError (work:12)" in [child.text() for child in window.banner.findChildren(type(window.banner._details))]
    assert window.banner._details.isVisible()
    window.banner._close.click()
    assert window.banner.words == ""


def test_the_picture_says_what_it_shows(window: MainWindow, qtbot: QtBot) -> None:
    window.show_stage("plan")
    window.look("lateral_l")
    spoken = window.view.viewport.accessibleDescription
    qtbot.waitUntil(lambda: spoken().startswith("Lateral L: Before; Plan A"), timeout=20_000)


def test_a_solved_plan_is_said_aloud_once(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("clinic.ui.bars.announce", lambda _, words: said.append(words))
    window.desk.commit(case(), "Plan again")
    window.desk.undo()
    window.desk.shown_changed.emit()
    assert said == ["Plan A solved  1.0 s"]
