"""The one render window, shared by the stages, with the words that lie on it.

VTK draws only on this thread, from scenes that were worked out beside it. The interactor asks Qt for a repaint and
never renders by itself: pyvistaqt would draw every frame twice.
"""

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic.case import DISCLAIMER, FaceModel, PhotoFit, Points
from clinic.rendering.panes import Panes, Wipe
from clinic.rendering.views import ViewCamera, camera, photo_camera, view
from clinic.ui.handle_layer import Handle, HandleLayer
from clinic.ui.interactor import Interactor
from clinic.ui.lens import Lens
from clinic.ui.overlays import Badge, Landmarks, LegendBox, Marks, ScaleBar
from clinic.ui.patient_words import PatientWords
from clinic.ui.photo_views import PhotoViews
from clinic.ui.pick import hit
from clinic.ui.picture import Picture, Wanted, draw_up
from clinic.ui.veil import VeilBox
from clinic.ui.wipe_handle import WipeHandle
from clinic.ui.worker import Latest
from clinic.words import tr

_MARGIN = 16
_MOVING_RATE, _STILL_RATE = 30.0, 0.0001  # frames per second that VTK is asked for; at rest, edges are smoothed
_BLINK_MS = 900  # slow enough to harm nobody whom flicker harms
_REST_MS = 300  # without another picture, a slider that is held counts as at rest


class Viewport(QWidget):
    """Shows pictures of the face; turns with the mouse, all views together.

    Over a photo the camera stays where the photo was taken: there the mouse slides the picture, the wheel enlarges it.
    shown(): another picture is on the screen. turned(): the camera moved. pointed(spot): a place on the skin was
    clicked. escaped(): whoever looks for the patient wants to leave. `handles` marks places of the plan.
    """

    shown = Signal()
    turned = Signal()
    failed = Signal(object)
    pointed = Signal(object)
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Face in 3D"))
        self.interactor = Interactor(self, multi_samples=0, auto_update=False, lighting="none")
        self.interactor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.interactor.setFocusProxy(self)
        self.interactor.setAccessibleName(self.accessibleName())
        self.interactor.tame()
        self.interactor.turned = self._moved
        self.panes = Panes(self.interactor)
        self.interactor.lost = self.panes.renew
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.interactor)
        self.handle = WipeHandle(self)  # below the words
        self._badges = [Badge(self), Badge(self)]
        self._legend = LegendBox(self)
        self._ruler = ScaleBar(self)
        self.veil = VeilBox(self)
        self._caption = Badge(self)
        self._caption.say(f"· {tr(DISCLAIMER)}")
        self._marks = Marks(self)
        self._pointing = Badge(self)
        self._pointing.say(tr("Click the place on the face · Esc to leave"))
        self.handles = HandleLayer(self)
        self.handle.moved.connect(self._wipe)
        self.handle.stepped.connect(lambda step: self._wipe(self.handle.line + step))
        self.patient_words = PatientWords(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._refine)
        self._blink = QTimer(self)
        self._blink.setInterval(_BLINK_MS)
        self._blink.timeout.connect(self._swap_sides)
        self._lane = Latest(self)
        self._lane.answered.connect(self._show)
        self._lane.failed.connect(self.failed)
        self.picture: Picture | None = None
        self._wanted: Wanted | None = None
        self._photos = PhotoViews()
        self._view = "frontal"
        self._whole: ViewCamera | None = None  # the view before the face was turned, or the whole of a photo
        self._lens: Lens | None = None  # while the camera is that of a photo
        self._untouched = True  # nobody enlarged or slid the photo yet
        self._holding = False
        self._marked, self._named = False, True
        self._for_patient = False
        self._landmarks: tuple[tuple[FaceModel, PhotoFit | None], Landmarks] | None = None
        self._skin_of: tuple[tuple[Picture, bool], Points] | None = None
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
        self._ask(_hasty(wanted) if self.picture is None else wanted)

    def look(self, view_id: str) -> None:
        """Take a standard view; where a photo's camera is wanted, take it once that is no longer so."""
        self._view = view_id
        self._take_view()

    def show_landmarks(self, shown: bool, named: bool = True) -> None:
        """Mark the landmarks of the face before surgery, or no more."""
        self._marked, self._named = shown, named
        self._place_words()

    def point(self, pointing: bool) -> None:
        """Wait for a click on the skin, or no more."""
        self.interactor.pointed = self._click if pointing else None
        if pointing:
            self.interactor.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.interactor.unsetCursor()
        self._place_words()

    def show_handles(self, handles: tuple[Handle, ...]) -> None:
        """Mark places of the plan on the skin after."""
        if self.handles.take(handles):
            self._place_words()

    def hold_before(self, holding: bool) -> None:
        """Show the face before while True."""
        if self.picture is None or holding == self._holding:
            return
        self._holding = holding
        self._draw()

    def _swap_sides(self) -> None:
        self.hold_before(not self._holding)

    @property
    def settled(self) -> bool:
        """True if what is on the screen is what was asked for last, with all its light."""
        return self.picture is not None and self.picture.wanted is self._wanted

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
        if event.key() == Qt.Key.Key_Escape and self.interactor.pointed is not None:
            self.point(False)
            return
        if event.key() == Qt.Key.Key_Escape and self._for_patient:
            self.escaped.emit()
            return
        if self.handle.isVisible() and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.handle.keyPressEvent(event)
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
        self._aim_again()
        self._place_words()

    def finish(self) -> None:
        """Free everything that VTK holds; the widget is of no use after."""
        self._lane.close()
        self._rest.stop()
        self._blink.stop()
        self.picture = self._wanted = None  # what is still being worked out finds nobody
        self.panes.close()
        self.interactor.close()

    def _ask(self, wanted: Wanted) -> None:
        last = self.picture
        self._lane.ask(lambda: draw_up(wanted, last, self._photos))

    def _show(self, picture: Picture) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        exact = picture.wanted is wanted
        first = not exact and self.picture is None and picture.wanted.same_as(_hasty(wanted))
        if not exact and not first and not picture.wanted.moving:
            return
        if first:
            self._ask(wanted)
        before, self.picture = self.picture, picture
        if not picture.blink:
            self._blink.stop()
        elif not self._blink.isActive():
            self._blink.start()
        if before is not None and before.blink and not picture.blink:
            self._holding = False
        self._draw()
        if before is None or before.wanted.place != picture.wanted.place:
            self._take_view()
        self.shown.emit()

    def _take_view(self) -> None:
        """Stand where the view that is shown wants it."""
        if self.picture is None:
            return
        wanted = self.picture.wanted
        if wanted.fit is None:
            self._whole, self._lens = camera(view(self._view), wanted.face), None
            self.panes.look(self._whole)
        else:
            self._whole, self._untouched = photo_camera(wanted.fit, wanted.face), True
            self._lens = Lens.around(wanted.fit.points, self._whole, self._aspect)
        over_photo = self._lens is not None
        self.interactor.slid = self._slide if over_photo else None
        self.interactor.enlarged = self._enlarge if over_photo else None
        self._aim_again()
        self._moved()

    @property
    def _aspect(self) -> float:
        """Width over height of a frame."""
        frames = 1 if self.picture is None else len(self.picture.cells)
        return max(self.width(), 1) / frames / max(self.height(), 1)

    def _slide(self, by: QPointF) -> None:
        """Carry an enlarged photo along."""
        assert self._whole is not None
        assert self._lens is not None
        mm = self.panes.camera.mm_per_pixel(self.height())
        self._look_through(self._lens.moved(-by.x() * mm, by.y() * mm, self._whole, self._aspect))

    def _enlarge(self, at: QPointF, factor: float) -> None:
        """Look closer at the place under the mouse, in each frame alike."""
        assert self._whole is not None
        assert self._lens is not None
        mm, frame = self.panes.camera.mm_per_pixel(self.height()), self._aspect * self.height()
        right, up = at.x() % frame - frame / 2, self.height() / 2 - at.y()
        self._look_through(self._lens.enlarged(factor, right * mm, up * mm, self._whole, self._aspect))

    def _look_through(self, lens: Lens) -> None:
        self._lens, self._untouched = lens, False
        self._aim_again()
        self._moved()

    def _draw(self) -> None:
        picture = self.picture
        assert picture is not None
        self._hurry(picture.wanted.moving)
        self.panes.show(*(picture.before if self._holding else picture.cells))
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
        """Keep the place of the camera in views that became narrower or wider: a whole face, or its part of a photo."""
        if self._whole is None or self.picture is None:
            return
        fit = self.picture.wanted.fit
        if self._lens is None or fit is None:
            self.panes.look(replace(self.panes.camera, angle_deg=self._whole.angle_deg))
            return
        if self._untouched:
            self._lens = Lens.around(fit.points, self._whole, self._aspect)
        self.panes.look(self._lens.moved(0.0, 0.0, self._whole, self._aspect).camera(self._whole))

    def _blank(self) -> None:
        """Leave no pixel of the face, in the window's memory neither."""
        self._blink.stop()
        self.picture, self._holding, self._landmarks, self._skin_of = None, False, None, None
        self._whole, self._lens = None, None
        self.interactor.slid = self.interactor.enlarged = None
        self._photos.forget()
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
        words = (self._legend, self._ruler, self._caption, self.veil, self.handle, self._marks, self._pointing)
        for widget in (*self._badges, *words):
            widget.hide()
        self.handles.hide()
        self.patient_words.hide()

    def show_to_patient(self, shown: bool) -> None:
        """Show the picture without names and numbers, with what it is written into it, or with all words again."""
        self._for_patient = shown
        self.interactor.draw()
        self._place_words()

    def _place_words(self) -> None:
        """Put every word where its view is."""
        picture = self.picture
        if picture is None or not self.panes.panes:
            return
        wiping = isinstance(picture.cells[0], Wipe) and not self._holding
        self.handle.setVisible(wiping)
        self.handle.place(self.width() // len(picture.cells), self.height())
        if self._for_patient:
            self._place_patient_words(picture, wiping)
            return
        self.patient_words.hide()
        self._place_captions(picture, wiping and len(picture.cells) == 1)
        bottom = self.height() - _MARGIN
        seen = self.panes.camera
        self._ruler.show_camera(seen, self.height(), picture.wanted.face)
        self._ruler.move(_MARGIN, bottom - self._ruler.height())
        self._ruler.show()
        self._legend.setVisible(picture.legend is not None)
        if picture.legend is not None:
            self._legend.show_legend(picture.legend)
            self._legend.move(self.width() - _MARGIN - self._legend.width(), bottom - self._legend.height())
            bottom -= self._legend.height() + 8
        self._caption.setVisible(len(picture.captions) > 1 or picture.captions[0] != "Before")
        self._caption.move(self.width() - _MARGIN - self._caption.width(), bottom - self._caption.height())
        if self._caption.isVisibleTo(self):
            bottom -= self._caption.height() + 8
        self.veil.setVisible(picture.wanted.bone)
        self.veil.fit()
        self.veil.move(self.width() - _MARGIN - self.veil.width(), bottom - self.veil.height())
        self._pointing.setVisible(self.interactor.pointed is not None)
        self._pointing.move((self.width() - self._pointing.width()) // 2, _MARGIN)
        self._place_marks(picture, seen)
        if self.handles.none:
            self.handles.hide()
            return
        frame = self.width() // len(picture.cells)
        topology = picture.wanted.face.topology
        self.handles.place(self._skin(picture), topology, seen, (len(picture.cells) - 1) * frame, frame)

    def _click(self, at: QPointF) -> None:
        picture = self.picture
        if picture is None:
            return
        frames = len(picture.cells)
        frame = min(int(at.x() * frames / self.width()), frames - 1)
        width = self.width() // frames
        towards = self.panes.camera.ray(at.x() - frame * width, at.y(), width, self.height())
        skin = self._skin(picture) if frame == frames - 1 else picture.wanted.skin
        spot = hit(self.panes.camera.position, towards, skin, picture.wanted.face.topology.triangles)
        if spot is not None:
            self.pointed.emit(spot)

    def _skin(self, picture: Picture) -> Points:
        """The skin that the last view shows, worked out once for each picture: it is asked for at every turn."""
        of = (picture, self._holding)
        if self._skin_of is None or self._skin_of[0] != of:
            wanted = picture.wanted
            simulation = None if wanted.mode == "face" or self._holding else wanted.simulation
            self._skin_of = of, wanted.skin if simulation is None else wanted.skin + simulation.displacement
        return self._skin_of[1]

    def _place_patient_words(self, picture: Picture, wiping: bool) -> None:
        """Leave the handle of the wipe and what the picture shows, in words that name nobody."""
        left, line = self.handle, self.handle.isVisible()
        self._hide_words()
        left.setVisible(line)
        sides = [
            tr("Before") if self._holding or _shows_before(picture, at) else tr("Plan")
            for at in range(_places(picture))
        ]
        self.patient_words.show_words(tuple(sides), self.handle.line if wiping and len(picture.cells) == 1 else None)
        self.patient_words.setGeometry(self.rect())
        self.patient_words.show()

    def _place_captions(self, picture: Picture, wiping: bool) -> None:
        held = self._holding and not picture.legend
        words = tuple(self._said(picture, at) if held else words for at, words in enumerate(picture.captions))
        frames = 1 if wiping else len(words)
        for number, badge in enumerate(self._badges):
            badge.setVisible(number < len(words))
            if number >= len(words):
                continue
            badge.say(words[number])
            left = 0 if wiping else number * self.width() // frames
            at_right = wiping and number == 1
            badge.move(self.width() - badge.width() - _MARGIN if at_right else left + _MARGIN, _MARGIN)

    def _said(self, picture: Picture, at: int) -> str:
        """What a view is called while the face before is held."""
        return picture.blink or (tr("Before") if "· " in picture.captions[at] else picture.captions[at])

    def _place_marks(self, picture: Picture, seen: ViewCamera) -> None:
        shown = self._marked and len(picture.cells) == 1
        self._marks.setVisible(shown)
        if not shown:
            return
        wanted = picture.wanted
        if self._landmarks is None or self._landmarks[0] != wanted.place:
            self._landmarks = (wanted.place, Landmarks.of(wanted.face, wanted.skin))
        self._marks.show_landmarks(self._landmarks[1], self._named)
        self._marks.show_camera(seen, self.size())


def _places(picture: Picture) -> int:
    """How many places of a picture have a name of their own."""
    wipes = len(picture.cells) == 1 and isinstance(picture.cells[0], Wipe)
    return 2 if wipes else len(picture.cells)


def _shows_before(picture: Picture, at: int) -> bool:
    """True where a place of a picture shows the face before surgery."""
    wanted = picture.wanted
    alone = wanted.mode == "face" or wanted.simulation is None
    return alone or (_places(picture) > 1 and at == 0 and wanted.mode in ("side", "wipe") and wanted.light != "raking")


def _hasty(wanted: Wanted) -> Wanted:
    """What to show first of a face: the light on it is baked once, and that on the result follows."""
    return wanted if wanted.live else replace(wanted, live=True)
