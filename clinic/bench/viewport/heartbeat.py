"""How long the window's thread was kept from its events, painting left aside."""

import time
from typing import Any

from PySide6.QtCore import QObject, QTimer

from clinic.ui.interactor import Interactor

_BEAT_MS = 10


class Heartbeat(QObject):
    """Notes the longest time for which the window's thread did not come to its timer, less what it painted.

    Painting is from the beginning of a render window's paint to the swap of its frame. `wall_ms` is what a user feels
    and grows with whatever else the computer does; `cpu_ms` is what this thread worked, whoever else works.
    """

    def __init__(self, interactor: Interactor | None = None) -> None:
        super().__init__()
        self._painting: tuple[float, float] | None = None
        self._painted_wall = self._painted_cpu = 0.0
        self._interactor = interactor
        if interactor is not None:
            _before_paint(interactor, self._begin_painting)
            interactor.frameSwapped.connect(self._end_painting)
        self.reset()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(_BEAT_MS)

    def reset(self) -> None:
        """Begin anew."""
        self.wall_ms = self.cpu_ms = 0.0
        self._mark()

    def stop(self) -> None:
        """Beat no more, and let go of the render window before it is taken apart."""
        self._timer.stop()
        interactor, self._interactor = self._interactor, None
        if interactor is not None:
            del interactor.__dict__["paintGL"]
            interactor.frameSwapped.disconnect(self._end_painting)

    def _mark(self) -> None:
        self._last_wall, self._last_cpu = time.perf_counter(), time.thread_time()
        self._painted_wall = self._painted_cpu = 0.0

    def _beat(self) -> None:
        self._end_painting()
        wall = time.perf_counter() - self._last_wall - self._painted_wall
        cpu = time.thread_time() - self._last_cpu - self._painted_cpu
        self.wall_ms = max(self.wall_ms, 1000 * wall - _BEAT_MS)
        self.cpu_ms = max(self.cpu_ms, 1000 * cpu)
        self._mark()

    def _begin_painting(self) -> None:
        self._end_painting()
        self._painting = time.perf_counter(), time.thread_time()

    def _end_painting(self) -> None:
        if self._painting is not None:
            wall, cpu = self._painting
            self._painted_wall += time.perf_counter() - wall
            self._painted_cpu += time.thread_time() - cpu
            self._painting = None


def _before_paint(interactor: Any, heard: Any) -> None:
    """Call before each paint of a render window."""
    paint = interactor.paintGL

    def painting() -> None:
        heard()
        paint()

    interactor.paintGL = painting
