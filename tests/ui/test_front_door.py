"""The lock screen stands before the window does, and hands everything over to it."""

from pathlib import Path

import pytest
from builders import case
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from vaults import CHEAP, PASSPHRASE

from clinic.archive import store
from clinic.session import Session
from clinic.settings import Settings
from clinic.ui.desk import Desk
from clinic.ui.entrance import Entrance
from clinic.ui.front_door import FrontDoor
from clinic.ui.main_window import MainWindow


def _door(tmp_path: Path, made: list[MainWindow]) -> FrontDoor:
    chosen = Settings("dark", tmp_path / "archive")
    entrance = Entrance(Desk(), chosen)

    def furnish(folder: Path) -> MainWindow:
        window = MainWindow(chosen, tmp_path / "settings.toml", entrance)
        window.welcome(folder)
        made.append(window)
        return window

    door = FrontDoor(entrance, furnish)
    entrance.ask_for_archive(tmp_path / "archive")
    door.show()
    return door


def test_whoever_comes_in_before_all_is_loaded_waits_for_the_window(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "calibrated", lambda: CHEAP)
    with Session.create(tmp_path / "archive", PASSPHRASE, "tester") as session:
        session.commit(case(), "Begin the case")
    made: list[MainWindow] = []
    door = _door(tmp_path, made)
    unlock = door.entrance.unlock
    QTest.keyClicks(unlock.passphrase, PASSPHRASE)
    QTest.keyClick(unlock.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: door.entrance.desk.open, timeout=20000)
    assert not made
    door.loader.start()
    qtbot.waitUntil(lambda: bool(made), timeout=60000)
    window = made[0]
    qtbot.waitUntil(lambda: window.patients.isVisible())
    assert [one.display_name for one in window.patients.cases] == ["DOE Jane"]
    assert window.desk.open
    assert not (isValid(door) and door.isVisible())

    window.desk.lock()
    assert not window.desk.open
    assert window.unlock.isVisible()
    window.close()
    window.deleteLater()


def test_a_wrong_passphrase_is_told_at_the_door(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "calibrated", lambda: CHEAP)
    Session.create(tmp_path / "archive", PASSPHRASE, "tester").close()
    made: list[MainWindow] = []
    door = _door(tmp_path, made)
    QTest.keyClicks(door.entrance.unlock.passphrase, "some other passphrase")
    QTest.keyClick(door.entrance.unlock.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(door.entrance.unlock.error), timeout=20000)
    assert not made
    door.close()
    assert door.entrance.desk.session is None
    door.deleteLater()
