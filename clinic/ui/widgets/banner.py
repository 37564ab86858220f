"""A calm line of words across the picture: what happened, what it means, what to do."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from clinic.ui import theme
from clinic.ui.widgets.text import Button, Icon, label

_LOOKS = {"error": ("warning", "error"), "warning": ("warning", "warning"), "notice": ("check", "accent")}
_NOTICE_MS = 5000


class Banner(QFrame):
    """Shows one message at a time. Errors stay until they are closed; what went well goes away by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._icon = Icon("check", "accent")
        self._words = label(wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 4, 4)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(Button("Close this message", self.hide, icon="remove", role="tool"))
        self.setMinimumHeight(theme.TARGET + 8)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def words(self) -> str:
        """What is shown, "" when nothing is."""
        return "" if self.isHidden() else self._words.text()

    def say(self, words: str, kind: str = "notice") -> None:
        """Show words; kind: error, warning or notice."""
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._icon.show_icon(*_LOOKS[kind])
        self._words.setText(words)
        self.setAccessibleName(words)
        self.show()
        self.raise_()
        if kind == "notice":
            self._timer.start(_NOTICE_MS)
        else:
            self._timer.stop()
