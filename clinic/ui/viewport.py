"""The one render window, shared by the stages, with the words that lie on it.

VTK draws only on this thread, from scenes that were worked out beside it. The interactor asks Qt for a repaint and
never renders by itself: pyvistaqt would draw every frame twice.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pyvistaqt import QtInteractor

from clinic.case import DISCLAIMER, FaceModel
from clinic.rendering.panes import Panes, Wipe
from clinic.rendering.views import ViewCamera, camera, view
from clinic.ui.overlays import Badge, Landmarks, LegendBox, Marks, ScaleBar, WipeHandle
from clinic.ui.picture import Picture, Wanted, draw_up
from clinic.ui.worker import Latest

_MARGIN = 16
_MOVING_RATE, _STILL_RATE = 30.0, 0.0001  # frames per second that VTK is asked for; at rest, edges are smoothed
_REST_MS = 300  # without another picture, a slider that is held counts as at rest


class _Interactor(QtInteractor):  # type: ignore[misc]  # pyvistaqt is untyped
    """A QtInteractor that draws in Qt's paint alone and has no keys: w, s, r, q would change the picture or close it.

    `turned` is called when the mouse moved the camera, `lost` when the window's pixels are gone.
    """

    turned: Callable[[], None] | None = None
    lost: Callable[[], None] | None = None
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
        self._stale = True
        if self.lost is not None:
            self.lost()
        super().resizeGL(width, height)

    def paintGL(self) -> None:  # noqa: N802
        vtk = self.iren.interactor
        self._painting = True
        if self._stale:
            vtk.EnableRenderOn()
        try:
            super().paintGL()
        finally:
            vtk.EnableRenderOff()
            self._painting = self._stale = False

    def _asked(self, *_: object) -> None:
        """VTK would render now; the style asks so after each move."""
        if not self._painting and self.turned is not None:
            self.turned()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        event.ignore()


class Viewport(QWidget):
    """Shows pictures of the face; turns with the mouse, all views together.

    shown(): another picture is on the screen. turned(): the camera moved.
    """

    shown = Signal()
    turned = Signal()
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Face in 3D")
        self.interactor = _Interactor(self, multi_samples=0, auto_update=False, lighting="none")
        self.interactor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.interactor.setFocusProxy(self)
        self.interactor.tame()
        self.interactor.turned = self._moved
        self.panes = Panes(self.interactor)
        self.interactor.lost = self.panes.renew
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.interactor)
        self._badges = [Badge(self), Badge(self)]
        self._legend = LegendBox(self)
        self._ruler = ScaleBar(self)
        self._caption = Badge(self)
        self._caption.say(f"· {DISCLAIMER}")
        self._marks = Marks(self)
        self.handle = WipeHandle(self)
        self.handle.moved.connect(self._wipe)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._refine)
        self._lane = Latest(self)
        self._lane.answered.connect(self._show)
        self._lane.failed.connect(self.failed)
        self.picture: Picture | None = None
        self._wanted: Wanted | None = None
        self._view = "frontal"
        self._holding = False
        self._angle_deg = 0.0
        self._marked, self._named = False, True
        self._landmarks: tuple[FaceModel, Landmarks] | None = None
        self._hide_words()

    def want(self, wanted: Wanted | None) -> None:
        """Show this as soon as it is worked out; None blanks the window at once."""
        if wanted is not None and wanted.same_as(self._wanted):
            return
        self._wanted = wanted
        if wanted is None:
            self._lane.drop()
            self._blank()
            return
        last = self.picture
        self._lane.ask(lambda: draw_up(wanted, last))

    def look(self, view_id: str) -> None:
        """Take a standard view."""
        self._view = view_id
        if self.picture is not None:
            standard = camera(view(view_id), self.picture.wanted.face)
            self._angle_deg = standard.angle_deg
            self.panes.look(standard)
            self._moved()

    def show_landmarks(self, shown: bool, named: bool = True) -> None:
        """Mark the landmarks of the face before surgery, or no more."""
        self._marked, self._named = shown, named
        self._place_words()

    def hold_before(self, holding: bool) -> None:
        """Show the face before while True."""
        if self.picture is None or holding == self._holding:
            return
        self._holding = holding
        self._draw()

    @property
    def camera(self) -> ViewCamera:
        """Where the camera stands."""
        return self.panes.camera

    @property
    def ruler_px(self) -> float:
        """How long 20 mm are on the screen."""
        return self._ruler.pixels

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space shows the face before for as long as it is held."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.hold_before(True)
            event.accept()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let the plan come back."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.hold_before(False)
            event.accept()
            return
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """A hold ends where the keys go elsewhere."""
        self.hold_before(False)
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the words in their corners and the whole face in sight."""
        super().resizeEvent(event)
        if self.picture is not None:
            self._aim_again()
        self._place_words()

    def finish(self) -> None:
        """Free everything that VTK holds; the widget is of no use after."""
        self._lane.close()
        self._rest.stop()
        self.picture = None
        self.panes.close()
        self.interactor.close()

    def _show(self, picture: Picture) -> None:
        if self._wanted is None or (picture.wanted is not self._wanted and not picture.wanted.moving):
            return
        fresh = self.picture is None or self.picture.wanted.face is not picture.wanted.face
        self.picture = picture
        self._draw()
        if fresh:
            self.look(self._view)
        self.shown.emit()

    def _draw(self) -> None:
        picture = self.picture
        assert picture is not None
        self._hurry(picture.wanted.moving)
        self.panes.show(*(picture.before if self._holding else picture.cells))
        if self._angle_deg:
            self._aim_again()
        self._place_words()
        self.interactor.draw()

    def _hurry(self, moving: bool) -> None:
        """Leave smooth edges away while a slider moves, until it rests."""
        self.interactor.ren_win.SetDesiredUpdateRate(_MOVING_RATE if moving else _STILL_RATE)
        if moving:
            self._rest.start()
        else:
            self._rest.stop()

    def _refine(self) -> None:
        """Draw the frame that stands with smooth edges."""
        if self.picture is not None:
            self._hurry(False)
            self.interactor.draw()

    def _aim_again(self) -> None:
        """Keep the place of the camera and show the whole width of a face in views that became narrower or wider."""
        self.panes.look(replace(self.panes.camera, angle_deg=self._angle_deg))

    def _blank(self) -> None:
        """Leave no pixel of the face, in the window's memory neither."""
        self.picture, self._holding, self._landmarks = None, False, None
        self._angle_deg = 0.0
        self.panes.clear()
        self._hide_words()
        self.interactor.renderer.SetViewport(0.0, 0.0, 1.0, 1.0)  # or what other views drew would stay
        self.interactor.draw()
        if self.interactor.isValid():
            self.interactor.grabFramebuffer()  # draws even while the lock screen hides this widget

    def _wipe(self, line: float) -> None:
        self.handle.line = min(0.98, max(0.02, line))
        self.panes.wipe_to(self.handle.line)
        self._place_words()
        self.interactor.draw()

    def _moved(self) -> None:
        self._place_words()
        self.interactor.draw()
        self.turned.emit()

    def _hide_words(self) -> None:
        for widget in (*self._badges, self._legend, self._ruler, self._caption, self.handle, self._marks):
            widget.hide()

    def _place_words(self) -> None:
        """Put every word where its view is."""
        picture = self.picture
        if picture is None or not self.panes.panes:
            return
        wiping = isinstance(picture.cells[0], Wipe) and not self._holding
        self._place_captions(picture, wiping)
        self.handle.setVisible(wiping)
        self.handle.place(self.width() // len(picture.cells), self.height())
        bottom = self.height() - _MARGIN
        seen = self.panes.camera
        self._ruler.show_camera(seen, self.height())
        self._ruler.move(_MARGIN, bottom - self._ruler.height())
        self._ruler.show()
        self._legend.setVisible(picture.legend is not None)
        if picture.legend is not None:
            self._legend.show_legend(picture.legend)
            self._legend.move(self.width() - _MARGIN - self._legend.width(), bottom - self._legend.height())
            bottom -= self._legend.height() + 8
        self._caption.setVisible(len(picture.captions) > 1 or picture.captions[0] != "Before")
        self._caption.move(self.width() - _MARGIN - self._caption.width(), bottom - self._caption.height())
        self._place_marks(picture, seen)

    def _place_captions(self, picture: Picture, wiping: bool) -> None:
        words = ("Before",) if self._holding and len(picture.cells) == 1 else picture.captions
        frames = 1 if wiping else len(words)
        for number, badge in enumerate(self._badges):
            badge.setVisible(number < len(words))
            if number >= len(words):
                continue
            badge.say("Before" if self._holding and "· " in words[number] and not picture.legend else words[number])
            left = 0 if wiping else number * self.width() // frames
            at_right = wiping and number == 1
            badge.move(self.width() - badge.width() - _MARGIN if at_right else left + _MARGIN, _MARGIN)

    def _place_marks(self, picture: Picture, seen: ViewCamera) -> None:
        shown = self._marked and len(picture.cells) == 1
        self._marks.setVisible(shown)
        if not shown:
            return
        face = picture.wanted.face
        if self._landmarks is None or self._landmarks[0] is not face:
            self._landmarks = (face, Landmarks.of(face))
        self._marks.show_landmarks(self._landmarks[1], self._named)
        self._marks.show_camera(seen, self.size())
