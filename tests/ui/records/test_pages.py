"""The pages about the records, beside what the journeys do with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from builders import solved_case
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLineEdit
from pytestqt.qtbot import QtBot
from vaults import CHEAP, PASSPHRASE, agree

from clinic.archive import store
from clinic.archive.holders import HOLDERS, SecretGone
from clinic.archive.people import register
from clinic.archive.people.roles import Role
from clinic.archive.store import Archive
from clinic.jobs import Progress
from clinic.session import Session
from clinic.settings import Settings
from clinic.ui import choosing
from clinic.ui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Signed in as the owner of an archive with one patient."""
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for room in (store, register):
        monkeypatch.setattr(room, "calibrated", lambda: CHEAP)
    with Archive.create(tmp_path / "archive", PASSPHRASE, "Dr Ada") as archive:
        archive.commit(solved_case(), "Simulate")
        agree(archive)
    made = MainWindow(Settings("dark", tmp_path / "archive"), tmp_path / "settings.toml")
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    made.desk.adopt(Session.open(tmp_path / "archive", PASSPHRASE))
    yield made
    made.close()
    made.deleteLater()
    QApplication.processEvents()


def _idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.desk.clerk.words, timeout=20_000)
    QTest.qWait(50)


def test_every_control_has_a_name_is_large_enough_and_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    for page in window.records.buttons:
        window.show_records(page)
        _idle(window, qtbot)
        for kind in (QAbstractButton, QLineEdit, QComboBox):
            for control in window.records.findChildren(kind):
                if control.isVisible():
                    assert control.accessibleName(), (page, control)
                    assert control.height() >= 36, (page, control.accessibleName(), control.size())
                    right = control.mapTo(window, control.rect().topRight()).x()
                    assert right <= window.width(), (page, control.accessibleName())


def test_a_lock_closes_the_dialogs_above_the_window(window: MainWindow, qtbot: QtBot) -> None:
    dialog = QDialog(window)
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
    window.sheets.show_shortcuts()
    sheet = window.sheets.sheet
    assert sheet is not None
    window.desk.lock()
    assert not dialog.isVisible()
    assert not sheet.isVisible()
    assert window.unlock.isVisible()


def test_a_backup_that_is_stopped_leaves_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(choosing, "folder", lambda *_: tmp_path / "disk")
    real = Progress.report

    def slow(progress: Progress, fraction: float, words: str = "") -> None:
        QTest.qSleep(100)
        real(progress, fraction, words)

    monkeypatch.setattr(Progress, "report", slow)
    window.show_records("backups")
    _idle(window, qtbot)
    QTest.mouseClick(window.backups.make, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.desk.clerk.words))
    window.desk.clerk.cancel()
    _idle(window, qtbot)
    assert window.banner.words == "Stopped. Nothing was changed."
    assert list((tmp_path / "disk").iterdir()) == []


def test_a_right_that_is_taken_away_meanwhile_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    session = window.desk.session
    assert session is not None
    own = register.people(session.archive)[0].id
    register.add(session.archive, PASSPHRASE, "Bob", [Role.ADMINISTRATOR, Role.AUDITOR])
    register.give_roles(session.archive, own, [Role.ADMINISTRATOR])
    window.patients.refresh()
    assert "You may not see the list of patients" in window.banner.words
    window.show_records("audit")
    _idle(window, qtbot)
    assert "You may not read the audit trail" in window.banner.words


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_offered_what_it_may_do(window: MainWindow, qtbot: QtBot, tmp_path: Path, role: Role) -> None:
    session = window.desk.session
    assert session is not None
    first = register.add(session.archive, PASSPHRASE, "Bob", [role])
    window.desk.lock()
    with Archive.open(tmp_path / "archive", first, login="Bob") as bob:
        bob.change_passphrase(first, "four other unrelated words")
    window.desk.unlock("four other unrelated words", "Bob")
    qtbot.waitUntil(lambda: window.desk.open and not window.desk.busy, timeout=20_000)
    window.show_records()
    _idle(window, qtbot)
    offered = {name for name, button in window.records.buttons.items() if button.isVisible()}
    assert (
        offered - {"sign_in"}
        == {
            Role.SURGEON: {"hand_over"},
            Role.ASSISTANT: {"hand_over"},
            Role.FRONT_DESK: set(),
            Role.AUDITOR: {"audit", "backups"},
            Role.ADMINISTRATOR: {"people", "backups", "hand_over"},
        }[role]
    )
    assert "sign_in" in offered


class _Held:
    """A keyring in memory."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def fetch(self, name: str) -> bytes | None:
        return self._secrets.get(name)

    def keep(self, name: str, secret: bytes) -> None:
        self._secrets[name] = secret

    def drop(self, name: str) -> None:
        del self._secrets[name]


def test_the_keyring_is_asked_too_once_there_is_a_recovery_key(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = _Held()
    monkeypatch.setitem(cast("dict[str, object]", HOLDERS), "keyring", held)
    window.show_records("sign_in")
    _idle(window, qtbot)
    card, recovery = window.sign_in.keyring, window.sign_in.recovery

    def enter(field: QLineEdit) -> None:
        QTest.keyClicks(field, PASSPHRASE)
        QTest.keyClick(field, Qt.Key.Key_Return)
        _idle(window, qtbot)

    enter(card.passphrase)
    assert "recovery key first" in window.banner.words
    enter(recovery.passphrase)
    card.forget()
    enter(card.passphrase)
    assert "keyring too" in window.banner.words
    assert card.passphrase.text() == ""
    with Session.open(tmp_path / "archive", PASSPHRASE):
        pass
    monkeypatch.setitem(cast("dict[str, object]", HOLDERS), "keyring", _Held())
    with pytest.raises(SecretGone):
        Session.open(tmp_path / "archive", PASSPHRASE)
    monkeypatch.setitem(cast("dict[str, object]", HOLDERS), "keyring", held)
    window.show_records("sign_in")
    _idle(window, qtbot)
    enter(card.passphrase)
    assert "alone opens" in window.banner.words
    assert not held._secrets
