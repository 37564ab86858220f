"""The whole story with keys alone: no mouse, no call of what a key could not reach."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest
from builders import face, photo, ranged_case
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from vaults import CHEAP, PASSPHRASE

from clinic.archive import store
from clinic.case import Case
from clinic.jobs import Progress
from clinic.settings import Settings
from clinic.ui import choosing
from clinic.ui.main_window import MainWindow

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
NO = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


class Keys:
    """Hands of somebody who has no mouse: every key goes to what has the focus."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self._window, self._qtbot = window, qtbot

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def press(self, key: Key, held: Qt.KeyboardModifier = NO, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.focus, key, held)
            QApplication.processEvents()

    def type(self, words: str) -> None:
        QTest.keyClicks(self.focus, words)

    def to(self, name: str) -> None:
        """Press Tab until what has the focus carries a name."""
        passed = []
        for _ in range(80):
            if self.focus.accessibleName().startswith(name):
                return
            passed.append(self.focus.accessibleName())
            self.press(Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {name!r}, only to {passed}")

    def until(self, there: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(there, timeout=60_000)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(store, "calibrated", lambda: CHEAP)
    made = MainWindow(Settings("dark", tmp_path / "archive"), tmp_path / "settings.toml")
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    made.deleteLater()
    QApplication.processEvents()


def _built(case: Case, progress: Progress) -> Case:
    """Find the generated face in any photo, at once."""
    return replace(case, face=replace(face(), made_from=case.acquisition.ids))


def _solved(case: Case, progress: Progress) -> Case:
    """Move the chin as in `ranged_case()`, whatever was planned."""
    made = ranged_case()
    assert made.simulation is not None
    inputs = case.simulation_inputs
    comparison = None if made.comparison is None else replace(made.comparison, made_from=inputs)
    return replace(case, simulation=replace(made.simulation, made_from=inputs), comparison=comparison)


def _written(work: Any, case: Case, folder: Path, progress: Progress) -> tuple[Path, ...]:
    file = folder / "report.pdf"
    file.write_bytes(b"%PDF")
    return (file,)


def test_from_the_lock_screen_to_files_by_keys_alone(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.ui.panels.build.build_face", _built)
    monkeypatch.setattr("clinic.workflow.simulate_plan", _solved)
    monkeypatch.setattr("clinic.ui.desk.in_process", _written)
    desk, keys = window.desk, Keys(window, qtbot)

    # Unlock: a new archive.
    window.ask_for_archive(tmp_path / "archive")
    keys.to("Your name")
    keys.type("Dr Example")
    keys.press(Key.Key_Tab)
    keys.type(PASSPHRASE)
    keys.press(Key.Key_Tab)
    keys.to("The same passphrase again")
    keys.type(PASSPHRASE)
    keys.press(Key.Key_Return)
    keys.until(lambda: desk.open)

    # Patient: who it is, and what was agreed.
    keys.press(Key.Key_N, CTRL)
    keys.type("Doe")
    keys.press(Key.Key_Tab)
    keys.type("Jane")
    keys.press(Key.Key_Return)
    keys.until(lambda: desk.case is not None)
    keys.press(Key.Key_1, CTRL)
    for scope in window.details.consent.checks.values():
        keys.to(scope.accessibleName())
        keys.press(Key.Key_Space)
    keys.to("Record the consent")
    keys.press(Key.Key_Space)
    assert window.details.consent.given

    # Capture: a photo, and the face of it.
    file = tmp_path / "front.png"
    cv2.imwrite(str(file), photo().pixels[..., ::-1])
    monkeypatch.setattr(choosing, "files", lambda *_: [file])
    keys.press(Key.Key_I, CTRL)
    keys.until(lambda: len(window.photos.tiles) == 1 and not desk.busy and not desk.photos.looking)
    keys.press(Key.Key_B, CTRL)
    keys.until(lambda: desk.case is not None and desk.case.face is not None and not desk.busy)
    assert window.stage == "analyse"

    # Plan: a chin advance by the arrows, undone and done again, and solved.
    keys.press(Key.Key_F, CTRL)
    keys.type("genioplasty")
    keys.to("Genioplasty")
    keys.press(Key.Key_Space)
    row = window.procedures.row("genioplasty", "forward_mm")
    keys.to(row.box.accessibleName())
    keys.press(Key.Key_Up, times=3)
    keys.press(Key.Key_Up, SHIFT)
    assert desk.plan.edits[0].amount("forward_mm") == pytest.approx(1.3)
    keys.press(Key.Key_Z, CTRL)
    assert desk.plan.edits[0].amount("forward_mm") < 1.3
    keys.press(Key.Key_Y, CTRL)
    assert desk.plan.edits[0].amount("forward_mm") == pytest.approx(1.3)
    keys.press(Key.Key_Return, CTRL)
    keys.until(lambda: not desk.busy and desk.badge == "solved")

    # Compare: the wipe, carried by the arrows, from the side, with what was before.
    viewport = window.view.viewport
    keys.press(Key.Key_5, CTRL)
    keys.until(lambda: viewport.settled)
    keys.to("Face in 3D")
    keys.press(Key.Key_W)
    keys.press(Key.Key_3)
    keys.until(lambda: viewport.picture is not None and viewport.picture.wanted.mode == "wipe" and viewport.settled)
    assert viewport.camera.position[0] > 900
    line = viewport.handle.line
    keys.press(Key.Key_Left, times=2)
    assert viewport.handle.line < line
    QTest.keyPress(keys.focus, Key.Key_Space)
    assert viewport._badges[0].isVisible()
    QTest.keyRelease(keys.focus, Key.Key_Space)

    # Share: why, since a caution asks for it, and the files.
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(choosing, "folder", lambda *_: tmp_path / "out")
    keys.press(Key.Key_E, CTRL)
    keys.until(lambda: not desk.busy)
    assert (tmp_path / "out" / "report.pdf").is_file()
    keys.press(Key.Key_L, CTRL)
    assert not desk.open


def test_tab_comes_to_everything_and_goes_round(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    """Nothing on the lock screen holds the focus for good."""
    keys = Keys(window, qtbot)
    window.ask_for_archive(tmp_path / "archive")
    first, names = keys.focus, []
    for _ in range(40):
        keys.press(Key.Key_Tab)
        names.append(keys.focus.accessibleName())
        if keys.focus is first:
            break
    assert keys.focus is first
    assert {"Another folder", "Restore a backup"} <= set(names)
