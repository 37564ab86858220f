"""One photo, large: looked at, measured with rulers, or asked which of its faces is the patient's."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic import workflow
from clinic.case import Photo, Ruler
from clinic.case.numbers import plain
from clinic.ui import theme
from clinic.ui.desk import Desk
from clinic.ui.photo_canvas import PhotoCanvas, pyramid
from clinic.ui.photo_shelf import Shelved
from clinic.ui.photo_words import title
from clinic.ui.widgets.amount import AmountBox
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.text import Button, Icon, label
from clinic.ui.worker import Latest
from clinic.words import say, tr

_USUAL_MM = 50.0
_TASKS = (
    ("look", say("Look"), "", "eye"),
    ("ruler", say("Ruler"), "", "analyse"),
    ("face", say("Choose face"), "", "patient"),
)
_HINTS = {
    "look": say("Wheel or + and − enlarge, drag slides. Esc goes back."),
    "ruler": say(
        "Click two lines of a ruler at the depth of the face and type how far they are apart. The middle button slides."
    ),
    "face": say("Which face is the patient’s? Click it, or Tab and Return."),
}


class PhotoPage(QWidget):
    """Lies over the photos of Capture. left(): back to all photos."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._photo: Photo | None = None
        self._task, self._chosen = "look", 0
        self._lane = Latest(self)
        self._lane.answered.connect(self._sharpen)
        self._title = label("", "section")
        self.tasks = Segments(_TASKS)
        self.tasks.chosen.connect(self.take)
        self.canvas = PhotoCanvas()
        self.length = AmountBox(1.0, workflow.RULER_MM[1], 1.0, 1, "mm", with_sign=False)
        self.length.setAccessibleName(tr("Length between the marks, mm"))
        self.length.setValue(_USUAL_MM)
        self._hint = label("", "small", wrap=True)
        self._measures = self._make_measures()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(self.canvas, 1)
        column.addWidget(self._make_foot())
        self._connect()

    def show_photo(self, one: Shelved, task: str = "look") -> None:
        """Show a photo; task: "look", "ruler" or "face"."""
        photo = one.photo
        if photo is not self._photo:
            self._photo, self._chosen = photo, 0
            if one.whole is not None:
                self.canvas.show_photo((one.whole,), (photo.width, photo.height))
            self._lane.ask(lambda: (photo, pyramid(photo.pixels)))
        self._title.setText(title(photo, one.check))
        self.tasks.button("face").setVisible(one.check is not None and len(one.check.faces) > 1)
        self.take(task)

    def blank(self) -> None:
        """Show nothing."""
        self._photo = None
        self._lane.drop()
        self.canvas.clear()

    def finish(self) -> None:
        """End the thread."""
        self._lane.close()

    def take(self, task: str) -> None:
        """Look, measure, or choose a face."""
        self._task = task
        self.tasks.choose(task)
        one = self._shelved()
        boxes = one.check.faces if task == "face" and one is not None and one.check is not None else ()
        self.canvas.show_faces(boxes)
        self.canvas.measure(task == "ruler")
        self._hint.setText(_HINTS[task])
        self._follow()
        self.canvas.setFocus()

    def _make_head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(theme.VIEW_BAR_HEIGHT)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(Button(tr("All photos"), self.left.emit, icon="photo", role="flat"))
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self.tasks)
        row.addWidget(Button(tr("Whole photo"), self.canvas.fit, icon="home", role="tool"))
        return head

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        foot.setFixedHeight(theme.VIEW_BAR_HEIGHT)
        row = QHBoxLayout(foot)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self._hint, 1)
        row.addWidget(self._measures)
        return foot

    def _make_measures(self) -> QWidget:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Icon("analyse", "accent"))
        row.addWidget(label(tr("Length")))
        row.addWidget(self.length)
        self.remove = Button(tr("Remove ruler"), lambda: self._remove(self._chosen), icon="remove", role="tool")
        row.addWidget(self.remove)
        return group

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.drawn.connect(self._draw)
        canvas.moved.connect(self._move)
        canvas.picked.connect(self._pick)
        canvas.removed.connect(self._remove)
        canvas.face_chosen.connect(self._choose_face)
        canvas.left.connect(self.left)
        self.length.editingFinished.connect(lambda: self._type(self.length.value()))
        self.length.stepped.connect(self._type)
        self._desk.case_changed.connect(self._case_changed)
        self._desk.job_changed.connect(self._follow)

    # Rulers

    @property
    def rulers(self) -> tuple[Ruler, ...]:
        """The rulers of this photo."""
        case = self._desk.case
        if case is None or self._photo is None:
            return ()
        return tuple(ruler for ruler in case.acquisition.rulers if ruler.photo_id == self._photo.id)

    def _draw(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        assert self._photo is not None
        drawn = Ruler(self._photo.id, start, end, self.length.value())
        if self._commit(
            (*self.rulers, drawn), say("Mark a ruler of {length_mm:s} mm", length_mm=plain(drawn.length_mm, 1))
        ):
            self._chosen = len(self.rulers) - 1
            self._follow()
            self.length.setFocus()
            self.length.selectAll()

    def _move(self, number: int, start: tuple[float, float], end: tuple[float, float]) -> None:
        self._chosen = number
        self._change(number, replace(self.rulers[number], start=start, end=end), say("Move a mark of the ruler"))

    def _type(self, length_mm: float) -> None:
        if self._chosen < len(self.rulers) and self.rulers[self._chosen].length_mm != length_mm:
            typed = replace(self.rulers[self._chosen], length_mm=length_mm)
            self._change(self._chosen, typed, say("Set the ruler to {length_mm:s} mm", length_mm=plain(length_mm, 1)))

    def _remove(self, number: int) -> None:
        rulers = self.rulers
        if number < len(rulers):
            self._commit((*rulers[:number], *rulers[number + 1 :]), say("Remove a ruler"))
            self._chosen = 0
            self._follow()

    def _pick(self, number: int) -> None:
        self._chosen = number
        self._follow()

    def _change(self, number: int, ruler: Ruler, words: str) -> None:
        self._commit((*self.rulers[:number], ruler, *self.rulers[number + 1 :]), words)
        self._follow()

    def _commit(self, own: tuple[Ruler, ...], words: str) -> bool:
        case = self._desk.case
        if case is None or self._photo is None or self._desk.busy:
            return False
        others = tuple(ruler for ruler in case.acquisition.rulers if ruler.photo_id != self._photo.id)
        return self._desk.change(lambda: workflow.measure_rulers(case, (*others, *own)), words)

    # Faces

    def _choose_face(self, number: int) -> None:
        one, photo = self._shelved(), self._photo
        if one is None or one.check is None or photo is None:
            return
        left, top, right, bottom = one.check.faces[number]
        at = ((left + right) / 2 / photo.width, (top + bottom) / 2 / photo.height)
        self._desk.run(say("Choose the face"), lambda case, progress: workflow.choose_face(case, photo.id, at))
        self.left.emit()

    # Inside

    def _shelved(self) -> Shelved | None:
        return next((one for one in self._desk.photos.photos if one.photo is self._photo), None)

    def _sharpen(self, made: tuple[Photo, tuple[object, ...]]) -> None:
        photo, levels = made
        if photo is self._photo:
            self.canvas.show_photo(levels, (photo.width, photo.height))  # type: ignore[arg-type]

    def _case_changed(self) -> None:
        case = self._desk.case
        if self._photo is None:
            return
        if case is None or not any(photo is self._photo for photo in case.acquisition.photos):
            self.blank()
            self.left.emit()
            return
        self._follow()

    def _follow(self) -> None:
        """Show the rulers as they are now."""
        rulers = self.rulers
        self._chosen = min(self._chosen, max(len(rulers) - 1, 0))
        self.canvas.show_rulers(rulers, self._chosen if rulers and self._task == "ruler" else None)
        self._measures.setVisible(self._task == "ruler")
        self._measures.setEnabled(not self._desk.busy)
        self.remove.setEnabled(bool(rulers))
        if rulers:
            self.length.blockSignals(True)
            self.length.setValue(rulers[self._chosen].length_mm)
            self.length.blockSignals(False)
