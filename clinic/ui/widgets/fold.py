"""A row that opens and closes what stands beneath it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy

from clinic.ui import theme
from clinic.ui.widgets.text import Icon, label
from clinic.words import tr


class FoldHead(QPushButton):
    """Words behind an arrow that tells whether it is open, and at the right a short summary."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setProperty("role", "fold")
        self.setAutoDefault(False)
        self.setCheckable(True)
        self.setFixedHeight(theme.TARGET)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words = tr(words)
        self._arrow = Icon("folded", "muted", 16)
        self._title, self._summary = label(words), label("", "value")
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self._arrow)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        self.toggled.connect(self._draw)
        self.summarise("")

    def summarise(self, words: str, used: bool = False) -> None:
        """Show a summary; used: there is something in it."""
        self._summary.setText(words)
        role = "strong" if used else ""
        if self._title.property("role") != role:
            self._title.setProperty("role", role)
            self._title.style().unpolish(self._title)
            self._title.style().polish(self._title)
        self._draw()

    def _draw(self) -> None:
        opened = self.isChecked()
        self._arrow.show_icon("unfolded" if opened else "folded", "accent" if opened else "muted")
        self._summary.setVisible(not opened)
        state = tr("open") if opened else tr("closed")
        self.setAccessibleName(", ".join(word for word in (self._words, self._summary.text(), state) if word))
