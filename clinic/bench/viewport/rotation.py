"""Frames per second of two textured views that turn: one render window of ours, two default ones of pyvistaqt.

Run as a program of its own, on a screen: writes its figures to standard output as JSON.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pyvistaqt import QtInteractor

from clinic.bench.viewport.head import Head, head
from clinic.rendering.layers import Layer, Scene
from clinic.rendering.panes import Panes
from clinic.rendering.views import LENS_ANGLE_DEG, ViewCamera
from clinic.ui.interactor import Interactor

WIDTH, HEIGHT = 1280, 800
_STEP_DEG = 3.0
_MOVING_RATE = 30.0  # what the window asks VTK for while the face is turned
_DISTANCE_MM = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """A window that can be turned. widgets: what has to paint before a turn is on the screen. turn: to an azimuth."""

    window: QWidget
    widgets: tuple[Any, ...]
    turn: Callable[[float], object]
    close: Callable[[], object]


def main() -> None:
    """Measure in turns and write JSON."""
    rounds, frames = (int(argument) for argument in sys.argv[1:3])
    app = QApplication(sys.argv[:1])
    surface = head()
    sides: dict[str, Callable[[], Turning]] = {
        "ours": lambda: _ours(surface),
        "pyvistaqt": lambda: _theirs(surface, None),
        "pyvistaqt_no_multisampling": lambda: _theirs(surface, 0),
    }
    found: dict[str, list[Mapping[str, float]]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, make in sides.items():
            found[name].append(_measured(app, make(), frames))
    ratios = {
        name: [ours["fps"] / theirs["fps"] for ours, theirs in zip(found["ours"], rows, strict=True)]
        for name, rows in found.items()
        if name != "ours"
    }
    answer = {
        "triangles": len(surface.triangles),
        "rounds": found,
        "fps": {name: statistics.median(row["fps"] for row in rows) for name, rows in found.items()},
        "cpu_s_per_frame": {name: statistics.median(row["cpu_s"] for row in rows) for name, rows in found.items()},
        "ratio": {name: statistics.median(values) for name, values in ratios.items()},
    }
    sys.stdout.write(json.dumps(answer))


def _measured(app: QApplication, turning: Turning, frames: int) -> Mapping[str, float]:
    """Turn, each time until all widgets have painted, and return frames and processor seconds."""
    painted = dict.fromkeys(range(len(turning.widgets)), 0)
    for number, widget in enumerate(turning.widgets):
        widget.frameSwapped.connect(lambda number=number: painted.update({number: painted[number] + 1}))
    turning.window.resize(WIDTH, HEIGHT)
    turning.window.show()

    def turn(azimuth_deg: float) -> None:
        before = dict(painted)
        turning.turn(azimuth_deg)
        until = time.perf_counter() + 30
        while any(painted[number] == before[number] for number in painted):
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            if time.perf_counter() > until:
                raise TimeoutError("the window did not paint")

    for number in range(3):
        turn(_STEP_DEG * number)
    _check(turning)
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(frames):
        turn(_STEP_DEG * number)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    turning.close()
    turning.window.close()
    turning.window.deleteLater()
    app.processEvents()
    return {"fps": frames / wall, "cpu_s": cpu / frames}


def _check(turning: Turning) -> None:
    """Both views show something, or the frames would be nothing."""
    for widget in turning.widgets:
        image = widget.grabFramebuffer()
        parts = len(turning.widgets)
        for part in range(2 // parts):
            left = image.width() * part * parts // 2
            row = [image.pixel(left + x, image.height() // 2) for x in range(0, image.width() * parts // 2, 4)]
            assert len(set(row)) > 10, "nothing was drawn"


def _window() -> tuple[QWidget, QHBoxLayout]:
    window = QWidget()
    row = QHBoxLayout(window)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    return window, row


def _ours(surface: Head) -> Turning:
    """The render window as the viewport sets it up, with two panes."""
    window, row = _window()
    interactor = Interactor(window, multi_samples=0, auto_update=False, lighting="none")
    interactor.tame()
    panes = Panes(interactor)
    interactor.lost = panes.renew
    row.addWidget(interactor)
    scenes = [
        Scene((Layer("skin", surface.points, surface.triangles, colours, uv=surface.uv, texture=surface.texture),))
        for colours in (surface.colours(1.0), surface.colours(0.9))
    ]
    panes.show(*scenes)
    interactor.ren_win.SetDesiredUpdateRate(_MOVING_RATE)

    def turn(azimuth_deg: float) -> None:
        panes.look(_camera(azimuth_deg))
        interactor.draw()

    def close() -> None:
        panes.close()
        interactor.close()

    return Turning(window, (interactor,), turn, close)


def _theirs(surface: Head, multi_samples: int | None) -> Turning:
    """Two interactors as they come."""
    window, row = _window()
    faces = np.column_stack([np.full(len(surface.triangles), 3), surface.triangles]).ravel()
    views = []
    for _ in range(2):
        view = QtInteractor(window) if multi_samples is None else QtInteractor(window, multi_samples=multi_samples)
        mesh = pyvista.PolyData(surface.points, faces)
        mesh.active_texture_coordinates = surface.uv
        view.add_mesh(mesh, texture=pyvista.Texture(surface.texture))
        row.addWidget(view)
        views.append(view)

    def turn(azimuth_deg: float) -> None:
        seen = _camera(azimuth_deg)
        for view in views:
            view.camera.position = tuple(seen.position)
            view.camera.focal_point = tuple(seen.target)
            view.camera.up = tuple(seen.up)
            view.camera.view_angle = seen.angle_deg
            view.render()

    return Turning(window, tuple(views), turn, lambda: [view.close() for view in views])


def _camera(azimuth_deg: float) -> ViewCamera:
    turn = np.radians(azimuth_deg)
    position = _DISTANCE_MM * np.array([np.sin(turn), -np.cos(turn), 0.0])
    return ViewCamera(position, np.zeros(3), np.array([0.0, 0.0, 1.0]), LENS_ANGLE_DEG)


if __name__ == "__main__":
    main()
