"""Capture, left: each file of the last drop with a small picture, how far it is, and why it was not taken."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clinic.case import Pixels
from clinic.ui.photo_files import READING, SKIPPED, TAKEN, WAITING, FileTold
from clinic.ui.widgets.side import clear
from clinic.ui.widgets.text import Icon, label
from clinic.words import say, tr

_THUMB = 36
_LOOKS = {
    WAITING: ("empty", "muted", say("Waits")),
    READING: ("busy", "accent", say("Being read")),
    TAKEN: ("check", "accent", say("Taken")),
    SKIPPED: ("warning", "warning", say("Skipped")),
}


class DropReport(QWidget):
    """Rows in the order of the drop."""

    def __init__(self, aside: QLabel) -> None:
        super().__init__()
        self._aside = aside
        self.rows: dict[Path, FileRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.begin(())

    def begin(self, paths: tuple[Path, ...]) -> None:
        """List the files of another drop."""
        clear(self._column)
        self.rows = {path: FileRow(path) for path in paths}
        for row in self.rows.values():
            self._column.addWidget(row)
        if not paths:
            self._column.addWidget(label(tr("Nothing was dropped yet."), "muted"))
        self._count()

    def tell(self, told: FileTold) -> None:
        """Follow a file; one that is not listed yet is added."""
        if told.path not in self.rows:
            if not self.rows:
                clear(self._column)
            self.rows[told.path] = FileRow(told.path)
            self._column.addWidget(self.rows[told.path])
        self.rows[told.path].show_told(told)
        self._count()

    def _count(self) -> None:
        states = [row.state for row in self.rows.values()]
        taken, skipped = states.count(TAKEN), states.count(SKIPPED)
        self._aside.setText(tr("{taken} taken, {count} skipped", taken=taken, count=skipped) if states else "")


class FileRow(QWidget):
    """One file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.state = WAITING
        self._name = path.name
        self._icon = Icon("empty", "muted", 18)
        self._words = label(tr(_LOOKS[WAITING][2]), "small", wrap=True)
        self._small = QLabel()
        self._small.setFixedSize(_THUMB, _THUMB)
        self._small.hide()
        words = QVBoxLayout()
        words.setSpacing(0)
        name = label(path.name)
        name.setWordWrap(True)
        words.addWidget(name)
        words.addWidget(self._words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._small, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_told(self, told: FileTold) -> None:
        """Say how far the file is."""
        self.state = told.state
        icon, tone, usual = _LOOKS[told.state]
        self._icon.show_icon(icon, tone)
        said = tr(told.words or usual)
        self._words.setText(said)
        self.setAccessibleName(f"{self._name}, {said}")
        if told.small is not None:
            self._small.setPixmap(_square(told.small))
            self._small.show()


def _square(pixels: Pixels) -> QPixmap:
    """Return the middle of a small picture (rows, columns, 3) as a square, sharp on any screen."""
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    side = 2 * _THUMB
    keep = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    large = QPixmap.fromImage(image).scaled(QSize(side, side), keep, Qt.TransformationMode.SmoothTransformation)
    part = large.copy((large.width() - side) // 2, max(0, (large.height() - side) // 4), side, side)
    part.setDevicePixelRatio(2)
    return part
