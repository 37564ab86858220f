"""A signal from outside (log-off, shutdown, Ctrl+C in a terminal) closes the window as a user would."""

import signal
import socket

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QWidget

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class CloseOnSignal:
    """Closes a window on SIGINT, SIGTERM or SIGHUP, `window` at the time; `finish` gives the signals back.

    Python hears of a signal only between two of its own steps, and an idle window takes none: so the signal writes to
    a socket that wakes Qt.
    """

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        self._wakeup = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._close)

    def finish(self) -> None:
        """Listen no longer."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        for number, before in self._before.items():
            signal.signal(number, before)
        self._read.close()
        self._write.close()

    def _close(self) -> None:
        self._read.recv(64)
        self.window.close()
