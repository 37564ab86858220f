"""What lies above the rest of the window for a while, and goes away with Escape."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget


class Above(QFrame):
    """Follows the size of the widget that it lies over. closed(): it went away."""

    closed = Signal()

    def __init__(self, over: QWidget, name: str) -> None:
        super().__init__(over)
        self.setAccessibleName(name)
        self._over = over
        over.installEventFilter(self)
        self.hide()

    def leave(self) -> None:
        """Put it away."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keep Escape from what is below."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and is_escape(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go away with Escape."""
        if is_escape(event):
            self.leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay in place when the window's size changes."""
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        """Take the place over the window that it has in its size."""


def is_escape(event: QKeyEvent) -> bool:
    """True for the key that goes back."""
    return event.key() == Qt.Key.Key_Escape
