"""What a surgeon should bear in mind, said calmly."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinic.case import Caution
from clinic.ui.widgets.text import Icon, label


class Note(QWidget):
    """Amber words behind a sign; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label("", "warning", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        row.addWidget(Icon("warning", "warning", 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    def say(self, words: str) -> None:
        """Show words, or nothing."""
        if words != self._words.text():
            self._words.setText(words)
        self.setVisible(bool(words))


def caution(said: Caution) -> QFrame:
    """Return a banner: what was found, what it means and what to do."""
    tone = "error" if said.severe else "warning"
    box = QFrame()
    box.setObjectName("banner")
    box.setProperty("kind", tone)
    box.setAccessibleName(f"{said.title}. {said.words}")
    row = QHBoxLayout(box)
    row.setContentsMargins(12, 10, 12, 10)
    row.setSpacing(12)
    row.addWidget(Icon("warning", tone), 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(label(said.title, "strong", wrap=True))
    column.addWidget(label(said.words, "small", wrap=True))
    row.addLayout(column, 1)
    return box
