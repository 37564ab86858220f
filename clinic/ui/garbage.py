"""Collects garbage on the window's thread alone.

Python collects on whatever thread happens to allocate, and what it finds may be a window that was closed: taken apart
on another thread than its own, it brings the program down a moment later.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500
_THRESHOLDS = gc.get_threshold()


class Garbage(QObject):
    """Keeps other threads from collecting, and collects here while the window waits for events, until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_due)
        self._timer.start(_EVERY_MS)

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()


def keep_what_is_loaded() -> None:
    """Look through libraries and whatever else is there by now no more: that would take a third of a second each time.

    To be called before the first window is made, or that would never go.
    """
    gc.freeze()


def collect_due() -> None:
    """Collect what Python itself would have collected by now, at most one generation."""
    counts = gc.get_count()
    due = [generation for generation in (2, 1, 0) if counts[generation] > _THRESHOLDS[generation]]
    if due:
        gc.collect(due[0])
