"""Automatic log-off: after some minutes without mouse or keys the window locks, as a person who left would have."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from clinic.archive.clock import now

WARNING_S = 30
_USE = {
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
}


class IdleWatch(QObject):
    """Notes when the application was used last. `soon` tells half a minute before it locks, `back` that it is used
    after all, `due` that the time is over.

    The clock counts on while the computer sleeps: a lid that was closed for an hour opens on the lock screen.
    """

    soon = Signal()
    back = Signal()
    due = Signal()

    def __init__(self, limit_s: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.limit_s = limit_s
        self._warned = False
        self._used_ns = now().mono_ns
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.look)

    def watch(self, wanted: bool) -> None:
        """Begin to count, or stop, while nothing is open that could be locked."""
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self._timer.stop()
        if wanted:
            self._begin()
            app.installEventFilter(self)
            self._timer.start()

    def look(self) -> None:
        """Compare with the limit."""
        if not self._timer.isActive():
            return
        left_s = self.limit_s - (now().mono_ns - self._used_ns) / 1e9
        if left_s <= 0:
            self.watch(False)
            self.due.emit()
        elif left_s <= min(WARNING_S, self.limit_s / 2) and not self._warned:
            self._warned = True
            self.soon.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Note every use; what comes after the limit, as when a computer wakes, is too late."""
        if event.type() in _USE and event.spontaneous():
            self.look()
            if self._timer.isActive():
                warned = self._warned
                self._begin()
                if warned:
                    self.back.emit()
        return False

    def _begin(self) -> None:
        self._used_ns, self._warned = now().mono_ns, False
