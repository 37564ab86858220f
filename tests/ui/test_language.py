"""Another language at run time: the same session, patient and stage in a window that speaks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import solved_case
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from clinic import words
from clinic.session import Session
from clinic.settings import Settings, read
from clinic.ui.language import Interpreter, speak
from clinic.ui.main_window import MainWindow


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> Iterator[None]:
    yield
    speak(qapp, "en")


def test_the_window_goes_on_in_the_language_that_was_chosen(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    window = MainWindow(Settings("dark", tmp_path / "none"), file)
    interpreter = Interpreter(qapp, file)
    interpreter.listen(window)
    session = Session(user="Somebody")
    window.desk.adopt(session)
    session.commit(solved_case(), "Open the sample patient")
    window.show_stage("analyse")
    case = window.desk.case
    with qtbot.waitSignal(interpreter.followed) as followed:
        window.preferences.choose(language="de")
    after = followed.args[0] if followed.args else QMainWindow()
    assert isinstance(after, MainWindow)
    qtbot.addWidget(after)
    assert words.language() == "de"
    assert after.top.tabs["analyse"].text() == "Analyse"
    assert after.top.tabs["share"].text() == "Teilen"
    assert after.stage == "analyse"
    assert after.desk.case is case
    assert after.desk.session is session
    assert read(file).language == "de"
    after.close()
