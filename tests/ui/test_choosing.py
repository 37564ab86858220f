"""The dialogs for files: they answer what was chosen, look where they are told, and hand nothing to the system."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from clinic.ui import choosing


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def _answered(ask: Callable[[], object], path: Path | None) -> tuple[object, list[str]]:
    """Return the answer, and what the dialog would have told Qt's settings when it went."""
    seen: list[QFileDialog] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            return
        seen.append(dialog)
        assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
        if path is None:
            dialog.reject()
            return
        dialog.findChildren(QLineEdit, "fileNameEdit")[0].setText(str(path))
        dialog.accept()

    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(200)
    given = ask()
    timer.stop()
    return given, [*seen[0].history(), seen[0].directory().absolutePath()]


def test_what_was_chosen_is_answered_and_forgotten(parent: QWidget, tmp_path: Path) -> None:
    photo = tmp_path / "Doe, Jane" / "front.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"")
    asked: tuple[tuple[Callable[[], object], Path, object], ...] = (
        (lambda: choosing.folder(parent, "Folder", tmp_path), photo.parent, photo.parent),
        (lambda: choosing.files(parent, "Photos", tmp_path, "All files (*)"), photo, [photo]),
        (
            lambda: choosing.new_file(parent, "Save", tmp_path / "a.csv", "CSV (*.csv)"),
            photo.with_name("b.csv"),
            photo.with_name("b.csv"),
        ),
    )
    for ask, path, expected in asked:
        given, remembered = _answered(ask, path)
        assert given == expected
        assert not any("Doe" in place for place in remembered)


def test_nothing_is_answered_where_nothing_was_chosen(parent: QWidget, tmp_path: Path) -> None:
    assert _answered(lambda: choosing.folder(parent, "Folder", tmp_path), None)[0] is None
    assert _answered(lambda: choosing.files(parent, "Photos", tmp_path, "All files (*)"), None)[0] == []
    assert _answered(lambda: choosing.new_file(parent, "Save", tmp_path / "a.csv", "CSV (*.csv)"), None)[0] is None
