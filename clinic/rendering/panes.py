"""Several linked views in one window: one plotter, one camera, a renderer for each pane.

    panes = Panes(plotter)
    panes.show(before, after)                    # side by side
    panes.show(Wipe(before, after), heat_map)    # a wipe, and beside it a map
    panes.look(views.camera(view, face))
    panes.wipe_to(0.4)

A wipe is two renderers that share a frame: each draws its own side of the line through its part of the camera's window,
so that the picture is seamless and the line costs no pixel twice.

A pane whose scene, place and camera are the same as when it was drawn last is not drawn again: its pixels stay in the
window. While one scene of two is dragged, a frame so costs half.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLRenderer

from clinic.rendering.draw import Stage
from clinic.rendering.layers import Scene
from clinic.rendering.views import PORTRAIT, ViewCamera

_STILL_RATE = 1.0  # frames per second that VTK asks for: below, nobody is turning the face, and edges may be smoothed
_LEAST_SIDE = 0.002  # of a frame: a renderer without width cannot draw


@dataclass(frozen=True, slots=True, eq=False)
class Wipe:
    """Two scenes in one frame, the first to the left of the line."""

    before: Scene
    after: Scene


@dataclass(frozen=True, slots=True)
class Pane:
    """Where one renderer draws: left and right as fractions of the window's width, and those of its frame."""

    left: float
    right: float
    frame_left: float
    frame_right: float


def layout(cells: tuple[Scene | Wipe, ...], line: float) -> tuple[Pane, ...]:
    """Return the panes of equally wide cells from left to right; `line` (0…1) is where wipes change over."""
    panes: list[Pane] = []
    for k, cell in enumerate(cells):
        left, right = k / len(cells), (k + 1) / len(cells)
        if isinstance(cell, Wipe):
            place = left + (right - left) * min(max(line, _LEAST_SIDE), 1 - _LEAST_SIDE)
            panes += [Pane(left, place, left, right), Pane(place, right, left, right)]
        else:
            panes.append(Pane(left, right, left, right))
    return tuple(panes)


def window_centre(pane: Pane, across: float = 0.0) -> float:
    """Return VTK's horizontal window centre, in half widths of the pane, that shows its part of its frame.

    across: the window centre of the whole frame, in its half widths.
    """
    frame = pane.frame_right - pane.frame_left
    return (pane.left + pane.right - pane.frame_left - pane.frame_right + across * frame) / (pane.right - pane.left)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the pixels of a pane were made from, apart from edges."""

    version: int  # of the stage
    pane: Pane
    camera: tuple[float, ...]
    window: tuple[int, int]


class Panes:
    """Shows scenes in a plotter, on screen or off, with one camera for all.

    `show` may be called for every step of a drag: only what changed is sent. Turning one pane with the mouse turns all.
    Nothing is painted until the plotter renders or its window updates. Call `close` before the plotter is closed.
    """

    def __init__(self, plotter: Any) -> None:
        self._plotter = plotter
        self._camera = pyvista.Camera()
        self._framed, self._aspect = np.zeros(3), PORTRAIT
        self._stages: list[Stage] = []
        self._line = 0.5
        self._cells: tuple[Scene | Wipe, ...] = ()
        self._panes: list[Pane] = []
        self._observers: list[tuple[Any, int]] = []
        self._drawn: list[tuple[_Drawn, bool] | None] = []  # of each pane; true: with smooth edges
        self._begins = plotter.render_window.AddObserver("StartEvent", lambda *_: self._begin())

    def show(self, *cells: Scene | Wipe) -> None:
        """Show one to four scenes or wipes side by side."""
        scenes = [scene for cell in cells for scene in _scenes(cell)]
        self._cells = cells
        while len(self._stages) > len(scenes):
            self._remove()
        while len(self._stages) < len(scenes):
            self._add()
        self._arrange()
        for stage, scene in zip(self._stages, scenes, strict=True):
            stage.show(scene)

    def wipe_to(self, line: float) -> None:
        """Move the line of the wipes, 0…1 across their frame."""
        self._line = line
        self._arrange()

    def look(self, camera: ViewCamera) -> None:
        """Point all panes; frames that are narrower than what has to be in sight show all of its width."""
        narrowest = min(pane.frame_right - pane.frame_left for pane in self._panes) * self._window_aspect()
        widen = max(camera.aspect / narrowest, 1.0)
        self._framed, self._aspect = camera.framed, camera.aspect
        self._camera.SetPosition(*camera.position)
        self._camera.SetFocalPoint(*camera.target)
        self._camera.SetViewUp(*camera.up)
        self._camera.SetViewAngle(np.degrees(2 * np.arctan(widen * np.tan(np.radians(camera.angle_deg) / 2))))

    @property
    def camera(self) -> ViewCamera:
        """Where the camera stands now, after turning with the mouse too; it belongs to a whole frame."""
        seen = self._camera
        position, target = np.array(seen.GetPosition()), np.array(seen.GetFocalPoint())
        up, angle = np.array(seen.GetViewUp()), seen.GetViewAngle()
        return ViewCamera(position, target, up, angle, self._framed, self._aspect)

    @property
    def panes(self) -> tuple[Pane, ...]:
        """Where each renderer draws, from left to right: for labels and the handle of the wipe."""
        return tuple(self._panes)

    def renew(self) -> None:
        """Have all panes drawn next time, since the window lost its pixels."""
        self._drawn = [None] * len(self._stages)

    def clear(self) -> None:
        """Take all scenes out."""
        while self._stages:
            self._remove()
        self._panes.clear()

    def close(self) -> None:
        """Take everything out of the plotter; nothing can be shown after."""
        self.clear()
        self._plotter.render_window.RemoveObserver(self._begins)

    def _arrange(self) -> None:
        self._panes[:] = layout(self._cells, self._line)
        for stage, pane in zip(self._stages, self._panes, strict=True):
            stage.renderer.SetViewport(pane.left, 0.0, pane.right, 1.0)

    def _add(self) -> None:
        renderer = self._own_renderer() if self._stages else self._first_renderer()
        renderer.SetActiveCamera(self._camera)
        stage = Stage(self._plotter, renderer)
        index = len(self._stages)
        self._stages.append(stage)
        self._drawn.append(None)
        self._observers.append((renderer, renderer.AddObserver("StartEvent", lambda *_: self._aim(index))))

    def _first_renderer(self) -> Any:
        renderer = self._plotter.renderer
        renderer.camera = self._camera
        renderer.camera_set = True  # or the plotter's first render would frame everything anew
        return renderer

    def _own_renderer(self) -> Any:
        renderer = vtkOpenGLRenderer()
        self._plotter.render_window.AddRenderer(renderer)
        return renderer

    def _remove(self) -> None:
        renderer, observer = self._observers.pop()
        renderer.RemoveObserver(observer)
        renderer.DrawOn()
        self._drawn.pop()
        self._stages.pop().close()
        if self._stages:
            self._plotter.render_window.RemoveRenderer(renderer)

    def _begin(self) -> None:
        """Before the window draws: let only those panes draw whose picture would differ, and smooth edges at rest."""
        still = self._plotter.render_window.GetDesiredUpdateRate() < _STILL_RATE
        for index, (stage, pane) in enumerate(zip(self._stages, self._panes, strict=True)):
            now, before = self._now(stage, pane), self._drawn[index]
            stale = before is None or before[0] != now or (still and not before[1])
            stage.renderer.SetDraw(stale)
            if stale:
                self._drawn[index] = (now, still)

    def _now(self, stage: Stage, pane: Pane) -> _Drawn:
        seen = self._camera
        camera = (*seen.GetPosition(), *seen.GetFocalPoint(), *seen.GetViewUp(), seen.GetViewAngle(), *self._framed)
        width, height = self._plotter.render_window.GetSize()
        return _Drawn(stage.version, pane, camera, (width, height))

    def _aim(self, index: int) -> None:
        """Before a renderer draws: let the common camera see through its part of the window; smooth edges at rest."""
        if index < len(self._panes):
            pane = self._panes[index]
            frame = (pane.frame_right - pane.frame_left) * self._window_aspect()
            across, upwards = self.camera.window_centre(frame)
            self._camera.SetWindowCenter(window_centre(pane, across), upwards)
            renderer = self._stages[index].renderer
            renderer.ResetCameraClippingRange()
            renderer.SetUseFXAA(self._plotter.render_window.GetDesiredUpdateRate() < _STILL_RATE)

    def _window_aspect(self) -> float:
        width, height = self._plotter.render_window.GetSize()
        return float(max(width, 1) / max(height, 1))


def _scenes(cell: Scene | Wipe) -> tuple[Scene, ...]:
    return (cell.before, cell.after) if isinstance(cell, Wipe) else (cell,)
