"""The centre of the stages that show the face: view bar, the render window, and what stands there while it is empty."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinic.case import Case, Photo
from clinic.rendering.views import view
from clinic.ui import theme
from clinic.ui.bars import ViewBar
from clinic.ui.compared import Compared
from clinic.ui.desk import Desk
from clinic.ui.handles import Handles
from clinic.ui.photo_strip import PhotoStrip, fitted
from clinic.ui.picture import OF_ANY_EXTENT, Wanted
from clinic.ui.viewport import Viewport
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import tr


class ViewPage(QWidget):
    """Shows what stage and mode ask for. photos_asked(): the user goes to Capture."""

    photos_asked = Signal()
    mode_changed = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.compared = Compared(desk)
        self._stage, self._mode = "plan", "side"
        self._skin, self._skin_over = "texture", "photo"  # what is shown in 3D alone, and through a photo's camera
        self._photo: Photo | None = None  # whose camera is the view
        self._views, self._marks, self._view_id = "2", "names", "frontal"
        self._veiling = False  # while the slider of skin over bone is held
        self.viewport = Viewport()
        self.handles = Handles(desk, self.viewport)
        self.strip = PhotoStrip(desk)
        self.bar = ViewBar(lambda: self.look("frontal"))
        self._empty, self._preparing = self._make_empty(), _make_preparing()
        self._stack = QStackedWidget()
        for widget in (self._empty, self._preparing, self.viewport):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        column.addWidget(self.strip)
        self.bar.view_chosen.connect(self.look)
        self.bar.count_chosen.connect(self._count)
        self.bar.look_chosen.connect(self._choose_skin)
        self.bar.count.choose(self._views)
        self.strip.chosen.connect(self.look_through)
        self.viewport.failed.connect(desk.tell)
        self.viewport.shown.connect(self._first_shown)
        self.viewport.shown.connect(desk.pictured)
        self.viewport.veil.changed.connect(self._veil)
        desk.case_changed.connect(self._case_changed)
        desk.shown_changed.connect(self.refresh)
        self.compared.changed.connect(self.refresh)

    def show_stage(self, stage: str) -> None:
        """Show what a stage needs."""
        self._stage = stage
        self.viewport.point(False)
        self.refresh()

    def show_mode(self, mode: str) -> None:
        """Compare in another way."""
        self._mode = mode
        self.mode_changed.emit(mode)
        self.refresh()

    def look(self, view_id: str) -> None:
        """Take a standard view."""
        self._view_id = view_id
        self.look_through(None)
        self.viewport.look(view_id)

    def look_through(self, photo: Photo | None) -> None:
        """Take the camera of a photo as the view; None for the standard view."""
        self._photo = photo
        self._mark_view()
        self.refresh()
        self.viewport.setFocus()

    def look_through_next(self) -> None:
        """Take the camera of the next photo."""
        photo = self.strip.next_photo()
        if photo is not None:
            self.look_through(photo)

    def show_landmarks(self, marks: str) -> None:
        """Show landmarks "names", "points" or "none" in Analyse."""
        self._marks = marks
        self.refresh()

    def refresh(self) -> None:
        """Ask for the picture that fits desk, stage and mode."""
        case = self._desk.case
        self.bar.count.setVisible(self._stage == "plan")
        if case is None or case.face is None:
            self._stack.setCurrentWidget(self._empty)
            self.bar.setEnabled(False)
            return
        self.bar.setEnabled(True)
        self._stack.setCurrentWidget(self._preparing if self.viewport.picture is None else self.viewport)
        self.viewport.show_landmarks(self._stage == "analyse" and self._marks != "none", self._marks == "names")
        self.viewport.show_handles(self.handles.of(self._desk.plan) if self._stage == "plan" else ())
        self.viewport.want(self._wanted(case))

    def point(self, procedure: str) -> None:
        """Let the user point at a place on the skin for a procedure."""
        self.handles.point(procedure)
        self.viewport.setFocus()

    def finish(self) -> None:
        """Free what VTK and threads hold."""
        self.viewport.finish()

    def _wanted(self, case: Case) -> Wanted:
        assert case.face is not None
        by_stage = {"analyse": "face", "plan": "side" if self._views == "2" else "after", "compare": self._mode}
        mode = by_stage.get(self._stage, "side")
        comparison = case.comparison if self._desk.shown is case.simulation else None
        fit = next((fit for photo, fit in fitted(case) if photo is self._photo), None)
        skin = self._skin if fit is None else self._skin_over
        wanted = Wanted(
            face=case.face,
            simulation=self._desk.shown,
            mode=mode,
            badge=self._desk.badge,
            plan_name=case.plan.name,
            signed_mm=None if comparison is None else comparison.signed_mm,
            clay=skin == "clay",
            dark=theme.current().name == "dark",
            live=self._desk.badge == "preview",
            moving=self._desk.dragging or self._veiling,
            extent=self._desk.extent if mode in OF_ANY_EXTENT else "likely",
            photo=None if fit is None else self._photo,
            fit=fit,
            flat=skin == "photo",
            bone=skin == "bone",
            veil=self.viewport.veil.share,
        )
        return self._chosen(wanted) if self._stage == "compare" else wanted

    def _chosen(self, wanted: Wanted) -> Wanted:
        """Compare what was chosen, under the light that was chosen."""
        left, right = self.compared.left, self.compared.right
        if right is not None:
            signed = None if right.comparison is None else right.comparison.signed_mm
            badge, name = self.compared.badge(right), right.plan.name
            wanted = replace(
                wanted, simulation=right.simulation, badge=badge, plan_name=name, signed_mm=signed, live=False
            )
        base, name = (None, "") if left is None else (left.simulation, left.plan.name)
        return replace(wanted, base=base, base_name=name, light="clinic" if wanted.flat else self.compared.light)

    def _case_changed(self, before: Case | None, after: Case | None) -> None:
        if self._photo is not None and not any(photo is self._photo for photo, _ in fitted(after)):
            self._photo = None
        if self._skin == "bone" and not self._has_bone:
            self._skin = "texture"
        self._mark_view()
        if after is None or (before is not None and before.face is not after.face):
            self.viewport.want(None)  # nobody takes the face that was for the one that is
            self.refresh()

    @property
    def _has_bone(self) -> bool:
        case = self._desk.case
        return case is not None and case.face is not None and case.face.bone is not None

    def _mark_view(self) -> None:
        """Show in bar and strip which view is taken."""
        over = self._photo is not None
        self.bar.views.choose("" if over else self._view_id)
        self.bar.offer_photo(over)
        self.bar.offer_bone(not over and self._has_bone)
        self.bar.looks.choose(self._skin_over if over else self._skin)
        self.strip.show_photo(self._photo)

    def _first_shown(self) -> None:
        """Show the picture, and say in words what it shows."""
        picture = self.viewport.picture
        shown = "; ".join(tr(caption) for caption in picture.captions) if picture is not None else ""
        self.viewport.setAccessibleDescription(f"{tr(view(self._view_id).title)}: {shown}" if shown else "")
        if self._stack.currentWidget() is self._preparing:
            self._stack.setCurrentWidget(self.viewport)
            self.viewport.setFocus()

    def _count(self, count: str) -> None:
        self._views = count
        self.bar.count.choose(count)
        self.refresh()

    def _choose_skin(self, skin: str) -> None:
        if self._photo is None:
            self._skin = skin
        else:
            self._skin_over = skin
        self._mark_view()
        self.refresh()

    def swap_bone(self) -> None:
        """Show the bone through the skin, or the skin again."""
        skin = "texture" if self._skin == "bone" and self._photo is None else "bone"
        self._photo = None
        self._choose_skin(skin)

    def _veil(self, _: float, held: bool) -> None:
        self._veiling = held
        self.refresh()

    def _make_empty(self) -> QWidget:
        words = tr("The face in 3D appears here once it was built from a photo.")
        return _page("cube", words, Button(tr("Go to Capture"), self.photos_asked.emit, icon="capture"))


def _make_preparing() -> QWidget:
    return _page("light", tr("The light on the face is being worked out."))


def _page(icon: str, words: str, button: Button | None = None) -> QWidget:
    page = QWidget()
    page.setObjectName("page")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(page)
    column.setSpacing(16)
    column.addStretch(1)
    for widget in (Icon(icon, "muted", 48), label(words, "muted"), button):
        if widget is not None:
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addStretch(1)
    return page
