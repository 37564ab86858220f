from dataclasses import replace

import pytest
from builders import case, solved_case
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from clinic.case import Case
from clinic.ui.main_window import MainWindow
from clinic.ui.stages import STAGES, State, state


def _states(shown: Case | None) -> dict[str, str]:
    return {stage.id: state(stage.id, shown)[1] for stage in STAGES}


def test_stages_say_how_they_stand() -> None:
    assert set(_states(None).values()) == {"Empty"}
    planned, solved = _states(case()), _states(solved_case())
    assert (planned["plan"], planned["compare"]) == ("To solve", "Empty")
    assert (solved["plan"], solved["compare"]) == ("Solved", "Ready")
    changed = solved_case()
    stale = replace(changed, plan=replace(changed.plan, edits=changed.plan.edits[:1]))
    assert (_states(stale)["plan"], _states(stale)["compare"]) == ("To solve", "Stale")
    assert state("share", solved_case(), written=True)[0] is State.READY


def test_the_name_stays_on_the_screen_in_every_stage(window: MainWindow) -> None:
    for stage in STAGES:
        QTest.mouseClick(window.top.tabs[stage.id], Qt.MouseButton.LeftButton)
        assert window.stage == stage.id
        assert window.top.name.text() == "DOE Jane"
        assert window.top.name.isVisible()


def test_an_error_is_a_calm_banner_with_what_to_do(window: MainWindow) -> None:
    window.desk.said.emit("No face was found in the photo. Take a straight, well lit photo.", "error")
    assert window.banner.isVisible()
    assert "Take a straight" in window.banner.words
    window.desk.said.emit("9 files were written.", "notice")
    assert window.banner.words == "9 files were written."


@pytest.mark.parametrize("width", [1280, 1920])
def test_no_word_of_the_view_bar_is_cut(window: MainWindow, qtbot: QtBot, width: int) -> None:
    window.show_stage("plan")
    window.resize(width, 800)
    bar = window.view.bar
    buttons = [b for part in (bar.views, bar.count, bar.looks) for b in part.findChildren(QAbstractButton)]
    qtbot.waitUntil(lambda: bar.views.button("frontal").text() == ("Front" if width == 1280 else "Frontal"))
    qtbot.waitUntil(lambda: all(b.width() >= b.sizeHint().width() for b in buttons if b.isVisible()))


def test_every_control_has_a_name_and_is_large_enough(window: MainWindow, qtbot: QtBot) -> None:
    for stage in STAGES:
        window.show_stage(stage.id)
        qtbot.wait(20)
        for kind in (QAbstractButton, QLineEdit, QSlider):
            for control in window.findChildren(kind):
                if not control.isVisible() or isinstance(control.parent(), QAbstractButton):
                    continue
                inside_box = control.objectName() == "qt_spinbox_lineedit"
                assert inside_box or control.accessibleName(), (stage.id, control)
                assert inside_box or control.height() >= 36, (stage.id, control.accessibleName(), control.size())


def test_the_status_says_what_is_saved_and_solved(window: MainWindow) -> None:
    assert window.status.saved.text().startswith("All changes saved")
    assert "solved" in window.status.job.text()
