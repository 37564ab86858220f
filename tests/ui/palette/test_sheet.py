from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from clinic.ui.palette.sheet import Command, CommandPalette, ranked

COMMANDS = (
    Command("undo", "Undo", "Case", "Ctrl+Z", "undo", ""),
    Command("solve", "Solve the plan", "Plan", "Ctrl+Return", "plan", "Plan a change first."),
    Command("new_plan", "New plan", "Plan", "Ctrl+Shift+N", "add", ""),
    Command("lateral", "Lateral L", "View", "3", "eye", ""),
)


def _ids(typed: str, recent: tuple[str, ...] = ()) -> list[str]:
    return [command.id for command in ranked(typed, COMMANDS, recent)]


def test_what_was_used_last_comes_first_and_what_cannot_be_done_comes_last() -> None:
    assert _ids("") == ["undo", "new_plan", "lateral", "solve"]
    assert _ids("", ("lateral", "new_plan")) == ["lateral", "new_plan", "undo", "solve"]
    assert _ids("pl", ("lateral",))[0] == "new_plan"
    assert _ids("view") == ["lateral"]
    assert _ids("xyz") == []


def test_typed_chosen_by_arrows_and_taken_by_return(qtbot: QtBot) -> None:
    over = QWidget()
    over.resize(1000, 700)
    qtbot.addWidget(over)
    before = QLineEdit(over)
    over.show()
    over.activateWindow()
    assert QTest.qWaitForWindowActive(over)
    before.setFocus()
    palette = CommandPalette(over)
    taken: list[str] = []
    palette.taken.connect(taken.append)
    palette.open(COMMANDS, ())
    assert palette.line.hasFocus()
    QTest.keyClicks(palette.line, "xyz")
    assert not palette.shown
    palette.line.clear()
    QTest.keyClicks(palette.line, "plan")
    assert [command.id for command in palette.shown] == ["new_plan", "solve"]
    QTest.keyClick(palette.line, Qt.Key.Key_Down)
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()  # it cannot be solved, and the row says why
    assert "Plan a change first." in palette.line.accessibleDescription()
    QTest.keyClick(palette.line, Qt.Key.Key_Up)
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: taken == ["new_plan"])
    assert not palette.isVisible()
    assert before.hasFocus()


def test_escape_goes_back_and_keys_stay_inside(qtbot: QtBot) -> None:
    over = QWidget()
    over.resize(1000, 700)
    qtbot.addWidget(over)
    below = QLineEdit(over)
    over.show()
    over.activateWindow()
    assert QTest.qWaitForWindowActive(over)
    palette = CommandPalette(over)
    palette.open(COMMANDS, ())
    for _ in range(3):
        QTest.keyClick(palette.line, Qt.Key.Key_Tab)
        assert not below.hasFocus()
    QTest.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()
