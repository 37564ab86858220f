from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinic.archive.crypto import require_strong
from clinic.archive.errors import WeakPassphrase
from clinic.ui.panels.unlock import UnlockScreen
from clinic.ui.widgets.secret import acceptable, strength


@pytest.mark.parametrize(
    ("passphrase", "words"),
    [("short", "Too short: 10 more characters."), ("aaaaaaaaaaaaaaaaaaaa", "Too simple"),
     ("river stone lamp", "Good"), ("river stone lamp orbit", "Strong")],
)  # fmt: skip
def test_strength_is_told_in_words(passphrase: str, words: str) -> None:
    assert strength(passphrase).startswith(words)


@pytest.mark.parametrize("passphrase", ["short", "a" * 30, "river stone lamp orbit", "correct horse battery staple"])
def test_what_the_screen_accepts_the_archive_accepts(passphrase: str) -> None:
    if acceptable(passphrase):
        require_strong(passphrase)
    else:
        assert not acceptable(passphrase)


def test_the_archive_refuses_what_is_too_short() -> None:
    with pytest.raises(WeakPassphrase):
        require_strong("too short")


def test_a_new_archive_needs_name_and_the_same_passphrase_twice(qtbot: QtBot, tmp_path: Path) -> None:
    screen = UnlockScreen()
    qtbot.addWidget(screen)
    given: list[tuple[Path, str, str]] = []
    screen.created.connect(lambda *what: given.append(what))
    screen.ask(tmp_path, new=True)
    QTest.keyClicks(screen.user, "Dr Example")
    QTest.keyClicks(screen.passphrase, "river stone lamp orbit")
    QTest.keyClicks(screen.again, "river stone lamp orbi")
    screen.again.returnPressed.emit()
    assert not given
    QTest.keyClicks(screen.again, "t")
    screen.again.returnPressed.emit()
    assert given == [(tmp_path, "river stone lamp orbit", "Dr Example")]


def test_a_refusal_is_said_and_asks_again(qtbot: QtBot, tmp_path: Path) -> None:
    screen = UnlockScreen()
    qtbot.addWidget(screen)
    screen.ask(tmp_path, new=False)
    screen.show_working(True)
    assert not screen.passphrase.isEnabled()
    screen.refuse("The passphrase is wrong. Nothing was changed.")
    assert screen.passphrase.isEnabled()
    assert "wrong" in screen.error
    screen.ask(tmp_path, new=False)
    assert screen.error == ""
    assert screen.passphrase.text() == ""
