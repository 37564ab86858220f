"""In every language and size of text, no words in the window are cut off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import solved_case
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from clinic.session import Session
from clinic.settings import Settings
from clinic.ui import theme
from clinic.ui.language import speak
from clinic.ui.main_window import MainWindow
from clinic.ui.stages import STAGES
from clinic.ui.widgets.side import Side
from clinic.words import LANGUAGES

_SIZES = {100: (1366, 768), 150: (1920, 1080), 200: (2560, 1440)}
_SLACK = 2  # px: rounding of text widths


@pytest.fixture(
    params=[(code, percent) for code in LANGUAGES for percent in _SIZES], ids=lambda one: f"{one[0]}-{one[1]}"
)
def spoken(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[tuple[str, int]]:
    code, percent = request.param
    speak(qapp, code)
    theme.apply(qapp, theme.DARK, percent)
    yield code, percent
    speak(qapp, "en")
    theme.apply(qapp, theme.DARK)


def test_no_words_are_cut_off_in_any_stage(spoken: tuple[str, int], qtbot: QtBot, tmp_path: Path) -> None:
    code, percent = spoken
    window = MainWindow(Settings("dark", tmp_path / "none", language=code, text_percent=percent))
    qtbot.addWidget(window)
    window.resize(*_SIZES[percent])
    with qtbot.waitExposed(window):
        window.show()
    window.ask_for_archive(tmp_path / "none")
    qtbot.wait(30)
    found = [("lock", *one) for one in cut(window)]
    session = Session(user="Somebody")
    window.desk.adopt(session)
    session.commit(solved_case(), "Open the sample patient")
    for stage in STAGES:
        window.show_stage(stage.id)
        qtbot.wait(30)
        found += [(stage.id, *one) for one in cut(window)]
    window.close()
    assert found == []


def cut(window: QWidget) -> list[tuple[str, int, int]]:
    """Return the words that have less room than they need, with the room and the need in px; panels likewise."""
    pushed_out = [
        (f"{side.property('edge')} panel", area.viewport().width(), inside.minimumSizeHint().width())
        for side in window.findChildren(Side)
        for area in side.findChildren(QScrollArea)
        if area.isVisible() and (inside := area.widget()) is not None
        if inside.minimumSizeHint().width() > area.viewport().width() + _SLACK
    ]
    return pushed_out + [
        (words, room, need)
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and (words := shown(widget)) and not widget.toolTip()
        for room, need in [room_and_need(widget, words)]
        if need > room + _SLACK
    ]


def shown(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""


def room_and_need(widget: QWidget, words: str) -> tuple[int, int]:
    """Across for words in one line, down for words that are broken; what its parents cut off is no room."""
    seen = widget.visibleRegion().boundingRect()
    if isinstance(widget, QLabel) and widget.wordWrap():
        box = widget.fontMetrics().boundingRect(0, 0, widget.width(), 10000, Qt.TextFlag.TextWordWrap, words)
        return widget.height(), box.height()
    lines = words.split("\n")
    text = max(widget.fontMetrics().horizontalAdvance(line) for line in lines)
    return (min(widget.width(), seen.width()) if seen.width() else widget.width()), text
