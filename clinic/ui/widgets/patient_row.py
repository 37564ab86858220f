"""One case in the list of patients."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from clinic.days import moment, words_of_iso
from clinic.ui.widgets.row_button import RowButton
from clinic.ui.widgets.text import Icon, label
from clinic.words import tr

if TYPE_CHECKING:
    from clinic.archive.states import CaseSummary

_FACE_PX = 48


class PatientRow(RowButton):
    """One case of the list. taken(id): pressed."""

    taken = Signal(str)

    def __init__(self, case: "CaseSummary", chosen: bool, small: QPixmap | None) -> None:
        super().__init__(case.display_name, "card")
        self.mark(chosen)
        self.clicked.connect(lambda: self.taken.emit(case.id))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 16, 8)
        row.setSpacing(16)
        row.addWidget(_face(small, chosen))
        name = QVBoxLayout()
        name.setSpacing(2)
        name.addWidget(label(case.display_name, "strong"))
        name.addWidget(label(f"#{case.record_number}" if case.record_number else tr("no record number"), "small"))
        row.addLayout(name, 1)
        born, changed = (
            label(words_of_iso(case.birth_date) or tr("birth date unknown"), "muted"),
            label(moment(case.changed_utc)),
        )
        born.setMinimumWidth(150)
        changed.setMinimumWidth(150)
        row.addWidget(born)
        row.addWidget(changed)
        row.addWidget(Icon("next", "muted"))


def thumbnail(jpeg: bytes) -> QPixmap:
    """Return a small picture as the list shows it: square, with round corners, sharp on any screen."""
    whole = QPixmap()
    whole.loadFromData(jpeg, "JPG")
    return framed(whole, _FACE_PX, _FACE_PX, radius=6.0)


def framed(whole: QPixmap, width: int, height: int, radius: float) -> QPixmap:
    """Return a picture that fills a frame with round corners, sharp on any screen; its sides and foot may be cut."""
    shown = QPixmap(2 * width, 2 * height)
    keep = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    large = whole.scaled(shown.size(), keep, Qt.TransformationMode.SmoothTransformation)
    shown.fill(Qt.GlobalColor.transparent)
    painter = QPainter(shown)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    corners = QPainterPath()
    corners.addRoundedRect(QRectF(shown.rect()), 2 * radius, 2 * radius)
    painter.setClipPath(corners)
    painter.drawPixmap((shown.width() - large.width()) // 2, 0, large)  # heads are at the top
    painter.end()
    shown.setDevicePixelRatio(2)
    return shown


def _face(small: QPixmap | None, chosen: bool) -> QLabel:
    """Return the small picture, or a figure in its place."""
    shown = QLabel()
    shown.setFixedSize(_FACE_PX, _FACE_PX)
    shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
    if small is not None:
        shown.setPixmap(small)
        return shown
    around = QHBoxLayout(shown)
    around.addWidget(Icon("patient", "accent" if chosen else "muted", 24), 0, Qt.AlignmentFlag.AlignCenter)
    return shown
