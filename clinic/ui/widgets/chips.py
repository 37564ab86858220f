"""Short words in rows, of which at most one is taken."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from clinic.ui import theme
from clinic.ui.widgets.segments import Segment
from clinic.words import tr

_A_ROW = 5


class Chips(QWidget):
    """Words to choose one of; a dot marks those that hold something. `chosen` tells the word that the user takes."""

    chosen = Signal(str)

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._group = QButtonGroup(self)
        self._chips: dict[str, _Chip] = {}
        for first in range(0, len(words), _A_ROW):
            row = QHBoxLayout()
            row.setSpacing(0)
            for word in words[first : first + _A_ROW]:
                chip = _Chip(word)
                chip.clicked.connect(lambda _=False, chosen=word: self.chosen.emit(chosen))
                self._group.addButton(chip)
                self._chips[word] = chip
                row.addWidget(chip)
            row.addStretch(1)
            column.addLayout(row)

    def choose(self, word: str) -> None:
        """Show which one is taken, without telling; "" for none."""
        self._group.setExclusive(bool(word))
        for known, chip in self._chips.items():
            chip.setChecked(known == word)
        self._group.setExclusive(True)

    def mark(self, words: Collection[str]) -> None:
        """Mark the words that hold something."""
        for known, chip in self._chips.items():
            chip.mark(known in words)

    def chip(self, word: str) -> Segment:
        """Return the button of a word."""
        return self._chips[word]


class _Chip(Segment):
    def __init__(self, words: str) -> None:
        super().__init__(words, "", "", stretch=False)
        self.setAccessibleName(self.text())
        self._marked = False

    def mark(self, marked: bool) -> None:
        if marked == self._marked:
            return
        self._marked = marked
        self.setAccessibleName(tr("{region}, in the plan", region=self.text()) if marked else self.text())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the choice and its dot."""
        super().paintEvent(event)
        if not self._marked:
            return
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.on_accent if self.isChecked() else tokens.accent))
        painter.drawEllipse(QRectF(self.width() - 11, 9, 6, 6))
