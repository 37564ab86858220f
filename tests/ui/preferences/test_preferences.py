from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinic import settings
from clinic.settings import Settings
from clinic.ui import theme
from clinic.ui.main_window import MainWindow
from clinic.ui.preferences.preferences import Preferences
from clinic.ui.preferences.sheet import PreferenceSheet


def test_what_is_chosen_is_kept_at_once_and_told_once(tmp_path: Path) -> None:
    file, told = tmp_path / "settings.toml", list[int]()
    preferences = Preferences(Settings("dark", tmp_path), file)
    preferences.changed.connect(lambda before, after: told.append(after.lock_minutes))
    preferences.choose(lock_minutes=5)
    preferences.choose(lock_minutes=5)
    assert told == [5]
    assert settings.read(file).lock_minutes == 5


def test_a_folder_that_cannot_be_written_is_told_and_the_choice_holds(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    preferences, told = Preferences(Settings("dark", tmp_path), tmp_path / "file" / "settings.toml"), list[bool]()
    preferences.not_kept.connect(lambda: told.append(True))
    preferences.choose(palette="light")
    assert told == [True]
    assert preferences.chosen.palette == "light"


@pytest.mark.parametrize(("now", "steps", "then"), [(100, 1, 125), (200, 1, 200), (130, -1, 125), (100, -1, 100)])
def test_text_grows_by_steps_within_its_limits(tmp_path: Path, now: int, steps: int, then: int) -> None:
    preferences = Preferences(Settings("dark", tmp_path, text_percent=now), None)
    preferences.step_text(steps)
    assert preferences.chosen.text_percent == then


def test_the_sheet_shows_and_takes_choices(qtbot: QtBot, tmp_path: Path) -> None:
    over = QWidget()
    over.resize(1920, 1000)
    qtbot.addWidget(over)
    over.show()
    preferences = Preferences(Settings("dark", tmp_path / "records", lock_minutes=15), None)
    sheet = PreferenceSheet(over, preferences)
    sheet.enter(sheet.first)
    assert sheet.minutes.button("15").isChecked()
    assert sheet.place.text() == str(tmp_path / "records")
    for button in (sheet.palette_choice.button("light"), sheet.minutes.button("2"), sheet.text.button("150")):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(sheet.single_keys, Qt.MouseButton.LeftButton)
    sheet.language.activated.emit(sheet.language.findData("de"))
    chosen = preferences.chosen
    assert (chosen.palette, chosen.lock_minutes, chosen.text_percent, chosen.language) == ("light", 2, 150, "de")
    assert not chosen.single_keys


def test_appearance_and_text_change_at_once(window: MainWindow, qapp: QApplication) -> None:
    window.resize(1920, 1000)
    name = window.top.name
    usual = name.sizeHint().height()
    window.preferences.choose(palette="light", text_percent=150)
    assert theme.current() is theme.LIGHT
    assert name.sizeHint().height() > 1.3 * usual
    assert window.stack.minimumWidth() == 0 or window.body.left.minimumWidth() > theme.LEFT_WIDTH
    window.preferences.choose(palette="dark", text_percent=100)
    assert name.sizeHint().height() == usual


@pytest.mark.parametrize(("width", "percent"), [(1280, 100), (1366, 125), (1920, 200), (2560, 200)])
def test_words_grow_as_far_as_the_window_has_room(width: int, percent: int) -> None:
    assert theme.largest_text(width) == percent
