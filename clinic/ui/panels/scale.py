"""Where the millimetres come from: the sources in the order in which they are believed."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic import workflow
from clinic.case import Acquisition, Case
from clinic.case.numbers import plain
from clinic.ui.desk import Desk
from clinic.ui.widgets.amount import AmountBox
from clinic.ui.widgets.text import Button, Icon, label

LEAST_PUPILS_MM = 45.0
_IRIS_WORDS = "used where nothing was measured, ±8 % (95 %)"


def believed(taken: Acquisition) -> str:
    """Return the source that gives the scale: "ruler", "card", "pupils" or "iris"."""
    if taken.rulers:
        return "ruler"
    if taken.card_mm is not None:
        return "card"
    return "iris" if taken.interpupillary_mm is None else "pupils"


@dataclass(frozen=True, slots=True)
class _Row:
    icon: Icon
    about: QWidget


class ScaleSources(QWidget):
    """Four rows, the most exact first; a sign marks the one that gives the scale. ruler_asked(): mark a ruler."""

    ruler_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._signs: dict[str, Icon] = {}
        self.card = _box("Side of the marker card, mm", 0.0, workflow.CARD_MM[1], 1.0)
        self.pupils = _box("Interpupillary distance, mm", 0.0, workflow.PUPILS_MM[1], 0.5)
        self.mark = Button("Mark", self.ruler_asked.emit)
        self.mark.setFixedWidth(104)
        self._marked = self._row("ruler", "Ruler in a photo", "most exact", self.mark)
        self._row("card", "Marker card", "side of its black square", self.card)
        self._row("pupils", "Pupil distance", "looking into the distance", self.pupils)
        self._row("iris", "Iris", _IRIS_WORDS, None)
        self._outside = label("", "warning", wrap=True)
        self._column.addWidget(self._outside)
        for box, measure in ((self.card, self._measure_card), (self.pupils, self._measure_pupils)):
            box.editingFinished.connect(lambda box=box, measure=measure: measure(box.value()))
            box.stepped.connect(measure)
        desk.case_changed.connect(self._show)
        desk.job_changed.connect(self._enable)
        self._show(None, desk.case)

    def _row(self, name: str, words: str, about: str, control: QWidget | None) -> QWidget:
        row = QHBoxLayout()
        row.setSpacing(10)
        self._signs[name] = Icon("empty", "muted", 18)
        row.addWidget(self._signs[name])
        column = QVBoxLayout()
        column.setSpacing(0)
        small = label(about, "small")
        column.addWidget(label(words))
        column.addWidget(small)
        row.addLayout(column, 1)
        if control is not None:
            row.addWidget(control)
        self._column.addLayout(row)
        return small

    def _measure_card(self, value_mm: float) -> None:
        case, given = self._desk.case, value_mm or None
        if case is not None and given != case.acquisition.card_mm:
            words = f"Set the marker card to {plain(given, 1)} mm" if given else "Take no scale from a card"
            self._commit(lambda: workflow.measure_card(case, given), words)

    def _measure_pupils(self, value_mm: float) -> None:
        case, given = self._desk.case, value_mm or None
        if case is None:
            return
        if given and given < LEAST_PUPILS_MM:
            most = workflow.PUPILS_MM[1]
            self._outside.setText(f"Pupils are {LEAST_PUPILS_MM:.0f} to {most:.0f} mm apart. Please check.")
            return
        self._outside.clear()
        if given != case.acquisition.interpupillary_mm:
            words = f"Set the pupil distance to {given:.1f} mm" if given else "Take the scale from the iris"
            self._commit(lambda: workflow.measure_interpupillary(case, given), words)

    def _commit(self, make: object, words: str) -> None:
        if not self._desk.change(make, words):  # type: ignore[arg-type]
            self._show(None, self._desk.case)

    def _show(self, before: Case | None, after: Case | None) -> None:
        taken = after.acquisition if after is not None else Acquisition()
        for box, value in ((self.card, taken.card_mm), (self.pupils, taken.interpupillary_mm)):
            box.blockSignals(True)
            box.setValue(value or 0.0)
            box.blockSignals(False)
        count, gives = len(taken.rulers), believed(taken)
        self.mark.setText("Mark" if not count else f"{count} marked")
        for name, sign in self._signs.items():
            used = name == gives and after is not None
            sign.show_icon("check" if used else "empty", "accent" if used else "muted")
            sign.setAccessibleName("gives the scale" if used else "")
        self._outside.clear()
        self._enable()

    def _enable(self) -> None:
        case, busy = self._desk.case, self._desk.busy
        for widget in (self.card, self.pupils):
            widget.setEnabled(case is not None and not busy)
        self.mark.setEnabled(case is not None and bool(case.acquisition.photos))


def _box(name: str, low: float, high: float, step: float) -> AmountBox:
    box = AmountBox(low, high, step, 1, "mm", with_sign=False)
    box.setSpecialValueText("none")
    box.setAccessibleName(name)
    return box
