from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from clinic.archive import clock
from clinic.ui.idle import IdleWatch

Later = Callable[[float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let time go by on the clock that counts on while the computer sleeps."""
    real = clock.now()

    def at(seconds: float) -> None:
        moved = clock.Instant(real.utc, real.mono_ns + int(seconds * 1e9), real.boot_id)
        monkeypatch.setattr("clinic.ui.idle.now", lambda: moved)

    at(0)
    return at


def test_use_puts_the_lock_off_and_a_warning_comes_before_it(qtbot: QtBot, later: Later) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    watch = IdleWatch(120.0)
    heard: list[str] = []
    watch.soon.connect(lambda: heard.append("soon"))
    watch.back.connect(lambda: heard.append("back"))
    watch.due.connect(lambda: heard.append("due"))
    watch.watch(True)
    for seconds in (50, 89, 91, 100):
        later(seconds)
        watch.look()
    assert heard == ["soon"]
    QTest.keyClick(field, Qt.Key.Key_A)
    assert heard == ["soon", "back"]
    later(189)
    watch.look()
    assert heard == ["soon", "back"]
    later(221)
    watch.look()
    watch.look()
    assert heard == ["soon", "back", "due"]


def test_a_key_after_a_sleep_of_an_hour_comes_too_late(qtbot: QtBot, later: Later) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    watch = IdleWatch(120.0)
    watch.watch(True)
    later(3600)
    with qtbot.waitSignal(watch.due, timeout=1000):
        QTest.keyClick(field, Qt.Key.Key_A)


def test_nothing_is_watched_while_nothing_is_open(qtbot: QtBot, later: Later) -> None:
    watch = IdleWatch(120.0)
    heard: list[bool] = []
    watch.due.connect(lambda: heard.append(True))
    watch.watch(True)
    watch.watch(False)
    later(3600)
    QTest.qWait(20)
    assert heard == []
