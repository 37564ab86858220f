"""A handle that is put on the face and pulled with the mouse."""

from collections.abc import Callable

import numpy as np
import placed
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinic.ui.main_window import MainWindow
from clinic.ui.widgets.handle_mark import HandleMark

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    placed.offer(monkeypatch)


@pytest.fixture
def planning(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.show_stage("plan")
    qtbot.waitUntil(lambda: window.view.viewport.picture is not None, timeout=20000)
    return window


@pytest.fixture
def handle(planning: MainWindow, qtbot: QtBot) -> Callable[[], HandleMark]:
    """Adds a handle on the chin by button and click."""
    view, desk = planning.view.viewport, planning.desk

    def add() -> HandleMark:
        planning.look("lateral_r")
        planning.procedures.show_region("Anywhere")
        card = planning.procedures.cards[placed.HANDLE.id]
        card.unfold()
        card.place_asked.emit(placed.HANDLE.id)
        chin = desk.case.face.landmarks()["pogonion"] + (-20.0, 8.0, 0.0)  # type: ignore[union-attr]
        width = view.width() // 2
        x, y = view.panes.camera.project(chin[None], width, view.height())[0]
        QTest.mouseClick(view.interactor, LEFT, pos=QPoint(width + round(x), round(y)))
        qtbot.waitUntil(lambda: any(mark.isVisible() for mark in view.handles.marks))
        return view.handles.marks[0]

    return add


def test_a_click_on_the_skin_puts_a_handle_there(planning: MainWindow, handle: Callable[[], HandleMark]) -> None:
    mark = handle()
    edit = planning.desk.plan.edits[-1]
    assert edit.procedure == placed.HANDLE.id
    assert edit.place is not None
    assert edit.amount("radius_mm") == 12.0
    assert planning.view.viewport.interactor.pointed is None
    assert mark.geometry().center().x() > planning.view.viewport.width() // 2
    planning.desk.undo()
    assert not mark.isVisible()


def test_pulling_previews_and_commits_once_in_the_plane_of_the_view(
    planning: MainWindow, handle: Callable[[], HandleMark], qtbot: QtBot
) -> None:
    """From the right, 9 px to the right are forwards: −y of the patient, at the millimetres that the ruler shows."""
    mark, desk = handle(), planning.desk
    committed = desk.case
    middle = mark.rect().center()
    QTest.mousePress(mark, LEFT, pos=middle)
    QTest.mouseMove(mark, middle + QPoint(10, 0))
    qtbot.wait(20)
    assert desk.dragging
    assert desk.case is committed
    mark.pulled.emit(9.0, -6.0)
    QTest.mouseRelease(mark, LEFT, pos=middle)
    assert not desk.dragging
    millimetre = 20.0 / planning.view.viewport.ruler_px
    edit = desk.plan.edits[-1]
    assert edit.amount("forward_mm") == pytest.approx(9 * millimetre, abs=0.15)
    assert edit.amount("up_mm") == pytest.approx(6 * millimetre, abs=0.15)
    assert edit.amount("lateral_mm") == pytest.approx(0.0, abs=0.06)
    assert edit.amount("radius_mm") == 12.0
    desk.undo()
    assert desk.plan.edits[-1].amount("forward_mm") == 0.0
    desk.undo()
    assert all(edit.place is None for edit in desk.plan.edits)


def test_a_handle_on_the_far_side_is_not_shown(planning: MainWindow, handle: Callable[[], HandleMark]) -> None:
    mark = handle()
    planning.look("lateral_l")
    assert not mark.isVisible()
    planning.look("frontal")
    assert mark.isVisible()


def test_arrow_keys_step_a_handle(planning: MainWindow, handle: Callable[[], HandleMark]) -> None:
    mark = handle()
    planning.look("frontal")
    for _ in range(3):
        QTest.keyClick(mark, Qt.Key.Key_Up)
    assert planning.desk.plan.edits[-1].amount("up_mm") == pytest.approx(0.3, abs=1e-6)


def test_a_click_beside_the_skin_says_so_and_escape_ends_pointing(planning: MainWindow) -> None:
    view, count = planning.view.viewport, len(planning.desk.plan.edits)
    planning.look("lateral_r")
    planning.view.point(placed.HANDLE.id)
    crown = np.array([-60.0, 120.0, 60.0])
    x, y = view.panes.camera.project(crown[None], view.width() // 2, view.height())[0]
    QTest.mouseClick(view.interactor, LEFT, pos=QPoint(round(x), round(y)))
    assert "not skin that can be simulated" in planning.banner.words
    assert view.interactor.pointed is not None
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.interactor.pointed is None
    assert len(planning.desk.plan.edits) == count


def test_handles_are_numbered_copied_and_keep_their_sliders_apart(
    planning: MainWindow, handle: Callable[[], HandleMark]
) -> None:
    handle()
    stack, desk = planning.stack, planning.desk
    stack.rows[-1].asked.emit("copy")
    first, second = desk.plan.edits[-2:]
    assert first.place != second.place
    planning.procedures.row(placed.HANDLE.id, "up_mm", 1).settled.emit(2.0)
    assert [edit.amount("up_mm") for edit in desk.plan.edits[-2:]] == [0.0, 2.0]
    assert len(planning.view.viewport.handles.marks) == 2
    names = [row.accessibleName() for row in stack.rows[-2:]]
    assert names == ["Handle 1", "Handle 2"]
