"""The render window as Qt sees it: it draws when Qt paints, turns with the mouse, and has no keys of its own."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from pyvistaqt import QtInteractor

_A_NOTCH = 1.2  # times larger with each notch of the wheel


class Interactor(QtInteractor):  # type: ignore[misc]  # pyvistaqt is untyped
    """A QtInteractor that draws in Qt's paint alone and has no keys: w, s, r, q would change the picture or close it.

    `turned` is called when the mouse moved the camera, `lost` when the window's pixels are gone.
    """

    turned: Callable[[], None] | None = None
    lost: Callable[[], None] | None = None
    pointed: Callable[[QPointF], None] | None = None  # while set, a click points and does not turn
    slid: Callable[[QPointF], None] | None = None  # while set, a drag slides the picture and does not turn the face
    enlarged: Callable[[QPointF, float], None] | None = None  # while set, the wheel enlarges the picture
    _held: QPointF | None = None
    _painting, _stale = False, True

    def draw(self) -> None:
        """Have the scene drawn anew; a mere `update` shows the last frame again, for words that lie on it."""
        self._stale = True
        self.update()

    def tame(self) -> None:
        """Turn around the vertical alone, leave drawing to Qt, and forget VTK's keys."""
        self.enable_terrain_style(mouse_wheel_zooms=True, shift_pans=True)
        self.iren.clear_key_event_callbacks()
        vtk = self.iren.interactor
        vtk.RemoveObservers("CharEvent")  # w, s, r, q and more live in the style, not in PyVista
        vtk.RemoveObservers("KeyPressEvent")
        vtk.EnableRenderOff()
        vtk.AddObserver("RenderEvent", self._asked)

    def resizeGL(self, width: int, height: int) -> None:  # noqa: N802
        """Draw anew in the other size."""
        self._stale = True
        if self.lost is not None:
            self.lost()
        super().resizeGL(width, height)

    def paintGL(self) -> None:  # noqa: N802
        """Render, or show the last frame again."""
        vtk = self.iren.interactor
        self._painting = True
        if self._stale:
            vtk.EnableRenderOn()
        try:
            super().paintGL()
        finally:
            vtk.EnableRenderOff()
            self._painting = self._stale = False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Turn or slide, but not while pointing."""
        if self._points(event):
            return
        if self.slid is None:
            super().mousePressEvent(event)
        else:
            self._held = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Carry the face around, or the picture along."""
        if self.slid is None:
            super().mouseMoveEvent(event)
        elif self._held is not None:
            self.slid(event.position() - self._held)
            self._held = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End a turn or a slide, or point."""
        self._held = None
        if self._points(event) and self.pointed is not None:
            self.pointed(event.position())
        elif self.slid is None:
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Step nearer, or enlarge."""
        if self.enlarged is None:
            super().wheelEvent(event)
        else:
            self.enlarged(event.position(), _A_NOTCH ** (event.angleDelta().y() / 120))

    def _points(self, event: QMouseEvent) -> bool:
        return self.pointed is not None and event.button() is Qt.MouseButton.LeftButton

    def _asked(self, *_: object) -> None:
        """VTK would render now; the style asks so after each move."""
        if not self._painting and self.turned is not None:
            self.turned()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave keys to the window."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave keys to the window."""
        event.ignore()
