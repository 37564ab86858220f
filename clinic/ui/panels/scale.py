"""Where the millimetres come from: the sources in the order in which they are believed."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic import workflow
from clinic.case import Acquisition, Case
from clinic.case.numbers import plain
from clinic.ui.desk import Desk
from clinic.ui.widgets.amount import AmountBox
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import say, tr

# id: words, what it is; the most exact first
SOURCES = {
    "ruler": (say("Ruler in a photo"), say("most exact")),
    "card": (say("Marker card"), say("side of its black square")),
    "pupils": (say("Pupil distance"), say("looking into the distance")),
    "depth": (say("Depth"), say("measured by the camera")),
    "iris": (say("Iris"), "±8 % (95 %)"),
}
_USED = say("gives the scale")


def believed(taken: Acquisition) -> str:
    """Return the source that gives the scale, an id of SOURCES."""
    given = {
        "ruler": bool(taken.rulers),
        "card": taken.card_mm is not None,
        "pupils": taken.interpupillary_mm is not None,
        "depth": _has_depth(taken),
    }
    return next((name for name, there in given.items() if there), "iris")


class ScaleSources(QWidget):
    """A row for each source; sign and words tell the one that gives the scale. ruler_asked(): mark a ruler."""

    ruler_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.card = _box(tr("Side of the marker card, mm"), workflow.CARD_MM[1], 1.0)
        self.pupils = _box(tr("Interpupillary distance, mm"), workflow.PUPILS_MM[1], 0.5)
        self.mark = Button(tr("Mark"), self.ruler_asked.emit)
        self.mark.setFixedWidth(104)
        controls: dict[str, QWidget] = {"ruler": self.mark, "card": self.card, "pupils": self.pupils}
        self._rows = {name: _Row(*words, controls.get(name)) for name, words in SOURCES.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for row in self._rows.values():
            column.addWidget(row)
        self.card.editingFinished.connect(lambda: self._measure_card(self.card.value()))
        self.pupils.editingFinished.connect(lambda: self._measure_pupils(self.pupils.value()))
        self.card.stepped.connect(self._measure_card)
        self.pupils.stepped.connect(self._measure_pupils)
        desk.case_changed.connect(self._show)
        desk.job_changed.connect(self._enable)
        self._show(None, desk.case)

    def _measure_card(self, value_mm: float) -> None:
        case, given = self._desk.case, value_mm or None
        if case is not None and given != case.acquisition.card_mm:
            words = (
                say("Set the marker card to {given:s} mm", given=plain(given, 1))
                if given
                else say("Take no scale from a card")
            )
            self._change(lambda: workflow.measure_card(case, given), words)

    def _measure_pupils(self, value_mm: float) -> None:
        case, given = self._desk.case, value_mm or None
        if case is not None and given != case.acquisition.interpupillary_mm:
            words = (
                say("Set the pupil distance to {given:s} mm", given=plain(given, 1))
                if given
                else say("Take no scale from the pupils")
            )
            self._change(lambda: workflow.measure_interpupillary(case, given), words)

    def _change(self, make: Callable[[], Case], words: str) -> None:
        """Record a measure; what cannot be right is said and goes back to what it was."""
        if not self._desk.change(make, words):
            self._show(None, self._desk.case)

    def _show(self, before: Case | None, after: Case | None) -> None:
        taken = after.acquisition if after is not None else Acquisition()
        for box, value in ((self.card, taken.card_mm), (self.pupils, taken.interpupillary_mm)):
            box.blockSignals(True)
            box.setValue(value or 0.0)
            box.blockSignals(False)
        self.mark.setText(tr("{count} marked", count=len(taken.rulers)) if taken.rulers else tr("Mark"))
        gives = believed(taken) if taken.photos else ""
        for name, row in self._rows.items():
            row.show_used(name == gives)
        self._rows["depth"].setVisible(_has_depth(taken))
        self._enable()

    def _enable(self) -> None:
        case, busy = self._desk.case, self._desk.busy
        for widget in (self.card, self.pupils):
            widget.setEnabled(case is not None and not busy)
        self.mark.setEnabled(case is not None and bool(case.acquisition.photos))


class _Row(QWidget):
    """One source: a sign, its name, what it is, and where it is entered."""

    def __init__(self, words: str, about: str, control: QWidget | None) -> None:
        super().__init__()
        self._about, self._used = about, _USED if control is not None else f"{_USED}, {about}"  # what has room
        self._sign, self._small = Icon("empty", "muted", 18), label(about, "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._sign)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(label(words))
        column.addWidget(self._small)
        row.addLayout(column, 1)
        if control is not None:
            row.addWidget(control)

    def show_used(self, used: bool) -> None:
        self._sign.show_icon("check" if used else "empty", "accent" if used else "muted")
        self._small.setText(self._used if used else self._about)


def _has_depth(taken: Acquisition) -> bool:
    return any(photo.depth is not None and photo.depth.absolute for photo in taken.photos)


def _box(name: str, most: float, step: float) -> AmountBox:
    box = AmountBox(0.0, most, step, 1, "mm", with_sign=False)
    box.setSpecialValueText(tr("none"))
    box.setAccessibleName(name)
    return box
