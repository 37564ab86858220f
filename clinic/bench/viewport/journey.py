"""Milliseconds to change to each stage, and for how long the window's thread is blocked through a journey.

Run as a program of its own, on a screen: writes its figures to standard output as JSON.
"""

import json
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clinic.bench.viewport.heartbeat import Heartbeat
from clinic.bench.viewport.window import opened, rest, until
from clinic.ui.main_window import MainWindow
from clinic.ui.modes import MODES
from clinic.ui.stages import STAGES

_ROUNDS = 5
_LOOKED_AT_MS = 400
_SETTLED_MS = 3000
LEFT = Qt.MouseButton.LeftButton


def main() -> None:
    """Tell the journey and write JSON."""
    with opened(Path(sys.argv[1])) as window:
        rest(_SETTLED_MS)
        heart = Heartbeat(window.view.viewport.interactor)
        switches = _switched(window)
        stages = {name: statistics.median(wall for wall, _ in times) for name, times in switches.items()}
        worked = {name: statistics.median(cpu for _, cpu in times) for name, times in switches.items()}
        blocks = {"stages": _block(heart)}
        _compare(window)
        blocks["compare"] = _block(heart)
        _turn(window)
        blocks["turn"] = _block(heart)
        _solve(window)
        blocks["solve"] = _block(heart)
        _undo(window)
        blocks["undo"] = _block(heart)
        heart.stop()
    sys.stdout.write(json.dumps({"stage_ms": stages, "stage_cpu_ms": worked, "blocks": blocks}))


def _block(heart: Heartbeat) -> Mapping[str, float]:
    found = {"wall_ms": heart.wall_ms, "cpu_ms": heart.cpu_ms}
    heart.reset()
    return found


def _switched(window: MainWindow) -> Mapping[str, list[tuple[float, float]]]:
    """Click every tab, and return wall and processor time until the window has painted the stage."""
    times: dict[str, list[tuple[float, float]]] = {stage.id: [] for stage in STAGES}
    for _ in range(_ROUNDS):
        for stage in STAGES:
            wall, cpu = time.perf_counter(), time.thread_time()
            QTest.mouseClick(window.top.tabs[stage.id], LEFT)
            QApplication.processEvents()
            times[stage.id].append((1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - cpu)))
            rest(_LOOKED_AT_MS)
    return times


def _compare(window: MainWindow) -> None:
    QTest.mouseClick(window.top.tabs["compare"], LEFT)
    viewport = window.view.viewport
    for mode in MODES:
        QTest.mouseClick(window.modes.buttons[mode.id], LEFT)
        until(lambda: viewport.picture is not None and viewport.picture.wanted.mode == mode.id)  # noqa: B023
        rest(_LOOKED_AT_MS)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        QTest.keyClick(viewport, key)
        rest(_LOOKED_AT_MS)


def _turn(window: MainWindow) -> None:
    interactor = window.view.viewport.interactor
    start = interactor.rect().center()
    QTest.mousePress(interactor, LEFT, pos=start)
    for step in range(30):
        QTest.mouseMove(interactor, start + type(start)(4 * step, 0))
        rest(12)
    QTest.mouseRelease(interactor, LEFT, pos=start)
    rest(_LOOKED_AT_MS)


def _solve(window: MainWindow) -> None:
    """Change the chin by keys and solve."""
    panel = window.procedures
    for pressed in (window.top.tabs["plan"], panel.regions.chip("Chin"), panel.cards["genioplasty"].head):
        QTest.mouseClick(pressed, LEFT)
        rest(_LOOKED_AT_MS)
    slider = panel.row("genioplasty", "forward_mm").slider
    slider.setFocus()
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_Up)
        rest(_LOOKED_AT_MS)
    QTest.mouseClick(panel.solver.solve_button, LEFT)
    until(lambda: not window.desk.busy and window.desk.badge == "solved")
    rest(_SETTLED_MS)


def _undo(window: MainWindow) -> None:
    for name in ("undo", "undo", "redo", "redo"):  # a key would need a window manager that makes the window active
        before = window.desk.case
        window.actions_by_id[name].trigger()
        rest(_LOOKED_AT_MS)
        assert window.desk.case is not before


if __name__ == "__main__":
    main()
