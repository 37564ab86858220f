"""Milliseconds from a mouse event on a slider to the painted frame, on the sample face in one view.

Run as a program of its own, on a screen: writes its figures to standard output as JSON.
"""

import json
import statistics
import sys
import time
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from clinic.bench.viewport.heartbeat import Heartbeat
from clinic.bench.viewport.window import opened, rest, until
from clinic.ui.main_window import MainWindow

_BETWEEN_MS = 12  # a mouse tells of its moves about so often
_STEP_PX = 4  # more than a tenth of a millimetre, so that each move asks for another face
_SETTLED_MS = 1500  # until the preview of the face is made ready


def main() -> None:
    """Drag the chin and write JSON."""
    with opened(Path(sys.argv[1])) as window:
        latencies, heart = _dragged(window, int(sys.argv[2]))
    ordered = sorted(latencies)
    answer = {
        "moves": len(ordered),
        "p50_ms": statistics.median(ordered),
        "p95_ms": ordered[int(0.95 * (len(ordered) - 1) + 0.5)],
        "max_ms": ordered[-1],
        "block_wall_ms": heart.wall_ms,
        "block_cpu_ms": heart.cpu_ms,
    }
    sys.stdout.write(json.dumps(answer))


def _dragged(window: MainWindow, moves: int) -> tuple[list[float], Heartbeat]:
    window.show_stage("plan")
    viewport, panel = window.view.viewport, window.procedures
    QTest.mouseClick(window.view.bar.count.button("1"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.regions.chip("Chin"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.cards["genioplasty"].head, Qt.MouseButton.LeftButton)
    slider = panel.row("genioplasty", "forward_mm").slider
    window.look("lateral_l")
    rest(_SETTLED_MS)
    frames: list[float] = []
    viewport.interactor.frameSwapped.connect(lambda: frames.append(time.perf_counter()))
    start = QPoint(slider.width() // 2, slider.height() // 2)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(slider, start + QPoint(20, 0))
    until(lambda: viewport.picture is not None and viewport.picture.wanted.badge == "preview")
    rest(_SETTLED_MS)
    heart, latencies = Heartbeat(viewport.interactor), []
    for number in range(moves):
        latencies.append(_moved(window, slider, start + QPoint(20 - _STEP_PX * ((number + 1) % 10), 0), frames))
        rest(_BETWEEN_MS)
    heart.stop()
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=start)
    return latencies, heart


def _moved(window: MainWindow, slider: QWidget, to: QPoint, frames: list[float]) -> float:
    """Move the mouse and return after how many milliseconds the frame that shows it was painted."""
    viewport = window.view.viewport
    before = viewport.picture.wanted.simulation if viewport.picture is not None else None
    shown: list[int] = []

    def note() -> None:
        if not shown and viewport.picture is not None and viewport.picture.wanted.simulation is not before:
            shown.append(len(frames))

    viewport.shown.connect(note)
    began = time.perf_counter()
    QTest.mouseMove(slider, to)
    until(lambda: bool(shown) and len(frames) > shown[0])
    viewport.shown.disconnect(note)
    return 1000 * (frames[shown[0]] - began)


if __name__ == "__main__":
    main()
