"""A window whose process was killed: what it left on the disk is copied as it stood, and opened by another."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import case
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from vaults import CHEAP, PASSPHRASE

from clinic.archive import store
from clinic.session import Session
from clinic.settings import Settings
from clinic.ui import memory, plan_edits
from clinic.ui.main_window import MainWindow


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[MainWindow]]:
    """Windows that a test opens, closed at its end."""
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr(store, "calibrated", lambda: CHEAP)
    made: list[MainWindow] = []
    yield made
    for window in made:
        window.close()
        window.deleteLater()
    QApplication.processEvents()


def _window(folder: Path, session: Session, opened: list[MainWindow]) -> MainWindow:
    window = MainWindow(Settings("dark", folder / "archive", archive_used=True), folder / "settings.toml")
    opened.append(window)
    window.resize(1280, 720)
    window.show()
    window.desk.adopt(session)
    return window


def test_after_a_kill_in_the_middle_of_a_drag_only_the_drag_is_lost_and_undo_goes_on(
    qtbot: QtBot, tmp_path: Path, opened: list[MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / "before"
    window = _window(before, Session.create(before / "archive", PASSPHRASE, "tester"), opened)
    desk = window.desk
    desk.commit(case(), "Begin the case")
    window.show_stage("analyse")
    window.show_stage("plan")
    desk.settle(plan_edits.set_amounts(desk.plan, 0, {"amount_mm": -1.5}), "Dorsal hump −1.5 mm")
    desk.drag(plan_edits.set_amounts(desk.plan, 0, {"amount_mm": -3.0}))
    shutil.copytree(before, tmp_path / "after")

    after = tmp_path / "after"
    monkeypatch.setattr(memory, "RUN", "another run")
    again = _window(after, Session.open(after / "archive", PASSPHRASE), opened)
    qtbot.waitUntil(lambda: again.desk.case is not None and bool(again.banner.words), timeout=20_000)
    assert again.stage == "plan"
    assert again.desk.plan.edits[0].amount("amount_mm") == -1.5
    assert "ended suddenly" in again.banner.words
    assert "The last change is: Dorsal hump −1.5 mm." in again.banner.words
    again.actions_by_id["undo"].trigger()
    assert again.desk.plan.edits[0].amount("amount_mm") == -2.0
    again.actions_by_id["redo"].trigger()
    assert again.desk.plan.edits[0].amount("amount_mm") == -1.5


def test_a_window_that_was_closed_comes_back_as_it_was_and_says_nothing(
    qtbot: QtBot, tmp_path: Path, opened: list[MainWindow]
) -> None:
    window = _window(tmp_path, Session.create(tmp_path / "archive", PASSPHRASE, "tester"), opened)
    window.desk.commit(case(), "Begin the case")
    window.show_stage("compare")
    window.show_stage("analyse")
    window.body.fold("right")
    window.resize(1320, 760)
    window.close()
    again = _window(tmp_path, Session.open(tmp_path / "archive", PASSPHRASE), opened)
    again.memory.restore()
    assert (again.width(), again.height()) == (1320, 760)
    assert again.desk.case is None
    assert not again.banner.words
    again.desk.open_case(case().id)
    qtbot.waitUntil(lambda: again.desk.case is not None and not again.desk.busy)
    again.go_on()
    assert again.stage == "analyse"
    assert not again.body.right.isVisible()
    again.body.fold("right")
    assert again.body.right.isVisible()
