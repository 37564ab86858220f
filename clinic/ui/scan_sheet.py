"""Asks whether a scan was understood: its picture, and the unit that its numbers are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clinic.case import Pixels
from clinic.ui.widgets.photo_tile import picture as pixmap
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.text import Button, label
from clinic.words import number, say, tr

if TYPE_CHECKING:
    from clinic.reconstruction.scan.prepare import Looked

PICTURE = 280
_UNITS = (("mm", say("Millimetres")), ("cm", say("Centimetres")), ("m", say("Metres")))
_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0}


class ScanSheet(QDialog):
    """`unit` is what was chosen; accepted only with a unit in which people can be so large."""

    def __init__(self, looked: Looked, picture: Pixels, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setWindowTitle(tr("Take this scan"))
        self.unit = looked.unit
        self._looked = looked
        self._units = Segments([(unit, words, "", "") for unit, words in _UNITS], stretch=True)
        self._units.chosen.connect(self.choose)
        self._size = label("", wrap=True)
        self._size.setMinimumHeight(60)
        self.take = Button(tr("Take the scan"), self.accept, role="primary")
        beside = QVBoxLayout()
        beside.setSpacing(12)
        beside.addWidget(label(tr("In which unit is this scan?"), "title"))
        beside.addWidget(label(tr("The file does not say it for sure. The face tells: check it."), "muted", wrap=True))
        beside.addWidget(self._units)
        beside.addWidget(self._size)
        beside.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(Button(tr("Cancel"), self.reject))
        foot.addWidget(self.take)
        beside.addLayout(foot)
        shown = QLabel()
        shown.setPixmap(pixmap(picture))
        shown.setFixedSize(PICTURE, PICTURE)
        shown.setAccessibleName(tr("The scan as it was understood"))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.setSpacing(24)
        whole.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(beside, 1)
        self.setMinimumWidth(720)
        self.choose(looked.unit)

    def choose(self, unit: str) -> None:
        """Say what the face would measure in a unit."""
        self.unit = unit
        self._units.choose(unit)
        apart = self._looked.eyes_mm * _MM[unit] / _MM[self._looked.unit]
        possible = unit == self._looked.unit
        size = number(apart, ",.0f" if apart > 9 else ",.2f")
        words = tr("The outer corners of the eyes are then {size} mm apart, as adults have.", size=size)
        if not possible:
            words = tr(
                "The outer corners of the eyes are then {size} mm apart: nobody has that. "
                "Choose the unit in which it is 70 to 110 mm.",
                size=size,
            )
        self._size.setText(words)
        self._size.setProperty("role", "" if possible else "warning")
        self._size.style().unpolish(self._size)
        self._size.style().polish(self._size)
        self.take.setEnabled(possible)
