"""Seconds from the start of a process to the lock screen, and to the first frame of a case in its archive.

Run as a program of its own, on a screen, with the passphrase in CLINIC_BENCH_PASSPHRASE: it opens the window as a user
does, types the passphrase as soon as the lock screen stands, clicks the first patient, and writes JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

_POLL_MS = 5
_GIVE_UP_S = 60.0


class Watch(QObject):
    """Does each step as soon as the one before is on the screen, and notes when."""

    def __init__(self, began: float, folder: str, passphrase: str) -> None:
        super().__init__()
        self._began, self._folder, self._passphrase = began, folder, passphrase
        self._awaiting = False
        self.seconds: dict[str, float] = {}
        self._steps = iter((self._lock_screen, self._patients, self._opened, self._first_frame))
        self._step: Callable[[], bool] = next(self._steps)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_POLL_MS)

    def _look(self) -> None:
        if time.time() - self._began > _GIVE_UP_S:
            QApplication.exit(1)
        elif self._step():
            following = next(self._steps, None)
            if following is None:
                self._timer.stop()
                QApplication.closeAllWindows()  # as a user does: after a sudden end the case would open by itself
            else:
                self._step = following

    def _lock_screen(self) -> bool:
        field = _find("Passphrase")
        if field is None or not field.isEnabled() or not _reads(self._folder):
            return False
        self._note("lock_screen")
        QTest.keyClicks(field, self._passphrase)
        QTest.keyClick(field, Qt.Key.Key_Return)
        return True

    def _patients(self) -> bool:
        rows = [widget for widget in QApplication.allWidgets() if type(widget).__name__ == "PatientRow"]
        if not rows or not rows[0].isVisible():
            return False
        self._note("patients")
        QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton)
        return True

    def _opened(self) -> bool:
        going_on = _find("Go on with this patient")
        if going_on is None or not going_on.isEnabled():
            return False
        self._note("opened")
        QTest.mouseClick(going_on, Qt.MouseButton.LeftButton)
        return True

    def _first_frame(self) -> bool:
        viewport: Any = next(w for w in QApplication.allWidgets() if type(w).__name__ == "Viewport")
        if viewport.picture is None or not viewport.isVisible():
            return False
        if not self._awaiting:
            self._awaiting = True
            viewport.interactor.frameSwapped.connect(self._swapped)
            viewport.interactor.draw()
        return "first_frame" in self.seconds

    def _swapped(self) -> None:
        if "first_frame" not in self.seconds:
            self._note("first_frame")

    def _note(self, name: str) -> None:
        self.seconds[name] = time.time() - self._began


def _find(name: str) -> QWidget | None:
    return next((w for w in QApplication.allWidgets() if w.accessibleName() == name and w.isVisible()), None)


def _reads(words: str) -> bool:
    return any(
        shown.isVisible() and shown.text() == words for shown in QApplication.allWidgets() if isinstance(shown, QLabel)
    )


def main() -> None:
    """Open the window on an archive and measure."""
    began, folder = float(sys.argv[1]), sys.argv[2]
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    watch = Watch(began, folder, os.environ.pop("CLINIC_BENCH_PASSPHRASE"))
    from clinic.ui.app import run

    code = run(["--archive", folder])
    del app
    sys.stdout.write(json.dumps(watch.seconds))
    sys.exit(code)


if __name__ == "__main__":
    main()
