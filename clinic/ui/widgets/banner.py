"""A calm line of words across the picture: what happened, what it means, what to do."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from clinic.ui import theme
from clinic.ui.announce import announce
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import tr

_LOOKS = {"error": ("warning", "error"), "warning": ("warning", "warning"), "notice": ("check", "accent")}
_NOTICE_MS = 5000


class Banner(QFrame):
    """Shows one message at a time, and says it to screen readers. resized(): it needs more or less room.

    Errors stay until they are closed: what goes well meanwhile is shown, then the error again.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._standing: tuple[str, str, str] | None = None  # the error that is not closed yet
        self._icon = Icon("check", "accent")
        self._words = label(wrap=True)
        self._details = label("", "small", wrap=True)
        self._more = Button(tr("Details"), self._open, role="flat")
        self._more.setCheckable(True)
        self._close = Button(tr("Close this message"), self._dismiss, icon="remove", role="tool")
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 4, 4, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for column, widget in enumerate((self._icon, self._words, self._more, self._close)):
            grid.addWidget(widget, 0, column)
        grid.addWidget(self._details, 1, 1, 1, 3)
        self.setMinimumHeight(theme.TARGET + 8)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pass)
        self.hide()

    @property
    def words(self) -> str:
        """What is shown, "" when nothing is."""
        return "" if self.isHidden() else self._words.text()

    def say(self, words: str, kind: str = "notice", details: str = "") -> None:
        """Show words; kind: error, warning or notice. details: for whoever is asked for help, nothing of a patient."""
        words = tr(words)
        if kind == "error":
            self._standing = (words, kind, details)
        self._show(words, kind, details)
        announce(self, words, assertive=kind != "notice")
        if kind == "notice":
            self._timer.start(_NOTICE_MS)
        else:
            self._timer.stop()

    def forget(self) -> None:
        """Show nothing any more."""
        self._standing = None
        self.hide()

    def _show(self, words: str, kind: str, details: str) -> None:
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._icon.show_icon(*_LOOKS[kind])
        self._words.setText(words)
        self._details.setText(details)
        self._details.hide()
        self._more.setVisible(bool(details))
        self._more.setChecked(False)
        self.setAccessibleName(words)
        self.show()
        self.raise_()
        self.resized.emit()

    def _open(self) -> None:
        self._details.setVisible(self._more.isChecked())
        self.resized.emit()

    def _dismiss(self) -> None:
        if self.property("kind") == "error":
            self._standing = None
        self._pass()

    def _pass(self) -> None:
        """Show the error again that nobody closed, else nothing."""
        if self._standing is None:
            self.hide()
        else:
            self._show(*self._standing)
