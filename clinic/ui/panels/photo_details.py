"""Capture, right: the photo that was taken up, what is to be said of it, and what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clinic.case import Photo
from clinic.ui.desk import Desk
from clinic.ui.panels.capture import line, warning
from clinic.ui.panels.capture_photos import remove
from clinic.ui.photo_shelf import Shelved
from clinic.ui.photo_words import mark, number, sayings, title, turn
from clinic.ui.widgets.photo_tile import picture
from clinic.ui.widgets.side import clear
from clinic.ui.widgets.text import Button, label
from clinic.words import tr

_WIDE, _HIGH = 312, 140
_ABOVE, _BELOW = 10, 6  # px, so that its heading stands where the first of a panel does


class PhotoDetails(QWidget):
    """Follows the shelf. open_asked(photo, task): the user wants to see a photo large. turned_over():
    another photo is shown.
    """

    open_asked = Signal(object, str)
    turned_over = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, _ABOVE, 0, _BELOW)
        self._rows.setSpacing(4)
        self._shown: tuple[object, ...] = ()
        for changed in (desk.photos.changed, desk.case_changed, desk.job_changed):
            changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        one, case = self._desk.photos.chosen, self._desk.case
        face = case.face if case is not None else None
        now = (one, face, self._desk.busy, self._desk.photos.looking)
        if now == self._shown:
            return
        other = not self._shown or _photo_of(self._shown[0]) is not _photo_of(one)
        self._shown = now
        clear(self._rows)
        widgets = self._series() if one is None else self._photo(one)
        for widget in widgets:
            self._rows.addWidget(widget)
        self.setVisible(bool(widgets))
        if other:
            self.turned_over.emit()

    def _series(self) -> list[QWidget]:
        shelf = self._desk.photos
        if not shelf.photos or shelf.looking:
            return []
        from clinic.reconstruction.series import advice

        words = advice(shelf.checks)
        said = (
            line("photo", "muted", words, tr("More views make the face more exact; none is required."))
            if words
            else None
        )
        return [
            label(tr("Series"), "section"),
            said or line("check", "accent", tr("The standard series is complete."), ""),
        ]

    def _photo(self, one: Shelved) -> list[QWidget]:
        icon, tone, words = mark(one)
        said = sayings(one, self._desk.case)
        widgets: list[QWidget] = [_heading(one)]
        if one.whole is not None:
            widgets.append(_whole(one))
        widgets += [self._buttons(one), line(icon, tone, words, "")]
        return [*widgets, *(warning(sentence) for sentence in said)]

    def _buttons(self, one: Shelved) -> QWidget:
        photo, group = one.photo, QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        ask = one.undecided
        words, task = (tr("Which face?"), "face") if ask else (tr("Open large"), "look")
        row.addWidget(Button(words, lambda: self.open_asked.emit(photo, task), role="primary" if ask else ""), 1)
        out = Button(tr("Remove photo"), lambda: self._remove(photo))
        out.setEnabled(not self._desk.busy)
        row.addWidget(out, 1)
        return group

    def _remove(self, photo: Photo) -> None:
        remove(self._desk, photo)


def _photo_of(one: object) -> object:
    return one.photo if isinstance(one, Shelved) else None


def _heading(one: Shelved) -> QWidget:
    """The view, the photo's name, and what is known of how it was taken."""
    photo, made = one.photo, QWidget()
    lens = (
        tr("{focal_35mm:.0f} mm lens", focal_35mm=photo.focal_35mm)
        if photo.focal_35mm is not None
        else tr("lens not named")
    )
    about = " · ".join(
        filter(None, (turn(one.check), lens, tr("{width} × {height} px", width=photo.width, height=photo.height)))
    )
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 4)
    column.setSpacing(0)
    first = QHBoxLayout()
    first.addWidget(label(title(photo, one.check), "section"), 1)
    if title(photo, one.check) != number(photo):
        first.addWidget(label(number(photo), "small"))
    column.addLayout(first)
    column.addWidget(label(about, "small"))
    return made


def _whole(one: Shelved) -> QLabel:
    assert one.whole is not None
    shown = QLabel()
    shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
    shown.setPixmap(
        picture(one.whole).scaled(
            _WIDE, _HIGH, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    )
    shown.setAccessibleName(one.photo.name)
    return shown
