"""One amount of a procedure: words, a box to type in, a slider with its limits."""

import math

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QWidget

from clinic.case.numbers import brief, decimals, plain, signed, with_unit
from clinic.planning.procedures import Parameter
from clinic.ui import theme
from clinic.ui.widgets.slider import AmountSlider
from clinic.ui.widgets.text import label
from clinic.words import tr


class AmountRow(QWidget):
    """Slider and box that always agree.

    `dragged` tells every value while the slider is held, `settled` the one value that was let go, typed or stepped to,
    `released` that the mouse let the slider go.
    """

    dragged = Signal(float)
    settled = Signal(float)
    released = Signal()

    def __init__(self, parameter: Parameter) -> None:
        super().__init__()
        one, step = parameter, parameter.step
        self._step = step
        self._value = one.default if one.shapes else 0.0
        usual = None if one.shapes or one.default == 0.0 else round(one.default / step)
        self.slider = AmountSlider(
            round(one.minimum / step), round(one.maximum / step), round(self._value / step), usual
        )
        digits = max(decimals(one.unit), -math.floor(math.log10(step)))
        self.box = AmountBox(one.minimum, one.maximum, step, digits, one.unit, with_sign=one.minimum < 0)
        self.box.setValue(self._value)
        for widget in (self.slider, self.box):
            widget.setAccessibleName(f"{tr(one.title)}, {one.unit}")
            widget.setToolTip(_tip(one))
        if one.shapes:
            self._lay_quiet(one)
        else:
            self._lay(one)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self._let_go)
        self.box.editingFinished.connect(lambda: self._settle(self.box.value()))
        self.box.stepped.connect(self._settle)

    def _lay(self, parameter: Parameter) -> None:
        """Words and box, beneath them the slider between its limits."""
        grid = self._grid()
        grid.addWidget(label(parameter.title), 0, 0, 1, 2)
        grid.addWidget(self.box, 0, 2, 1, 2, Qt.AlignmentFlag.AlignRight)
        sides = Qt.AlignmentFlag
        for column, limit, side in ((0, parameter.minimum, sides.AlignRight), (3, parameter.maximum, sides.AlignLeft)):
            words = label(signed(limit, 0 if float(limit).is_integer() else 1), "small")
            words.setMinimumWidth(28)
            words.setAlignment(sides.AlignVCenter | side)
            grid.addWidget(words, 1, column)
        grid.addWidget(self.slider, 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def _lay_quiet(self, parameter: Parameter) -> None:
        """All in one line: how, beneath how much."""
        grid = self._grid()
        words = label(parameter.title, "small")
        words.setMinimumWidth(76)
        self.box.narrow()
        grid.addWidget(words, 0, 0)
        grid.addWidget(self.slider, 0, 1)
        grid.addWidget(self.box, 0, 2)
        grid.setColumnStretch(1, 1)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        return grid

    @property
    def value(self) -> float:
        """The amount that is shown."""
        return self._value

    def show_value(self, value: float) -> None:
        """Show an amount without telling."""
        self._value = value
        for widget in (self.slider, self.box):
            widget.blockSignals(True)
        self.slider.setValue(round(value / self._step))
        self.box.setValue(value)
        for widget in (self.slider, self.box):
            widget.blockSignals(False)
        self.slider.setAccessibleDescription(self.box.text())
        self.slider.update()

    def _slid(self, position: int) -> None:
        value = self._at(position)
        self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(False)
        self.slider.setAccessibleDescription(self.box.text())
        if self.slider.isSliderDown():
            self.dragged.emit(value)
        else:
            self._settle(value)

    def _at(self, position: int) -> float:
        return round(position * self._step, 6)

    def _let_go(self) -> None:
        self._settle(self._at(self.slider.value()))
        self.released.emit()

    def _settle(self, value: float) -> None:
        if abs(value - self._value) < self._step / 2:
            return
        self._value = value
        self.settled.emit(value)


class AmountBox(QDoubleSpinBox):
    """A number with its unit and a true minus, no buttons, arrow keys step. with_sign: plus is written too."""

    stepped = Signal(float)

    def __init__(self, low: float, high: float, step: float, decimals: int, unit: str, with_sign: bool) -> None:
        super().__init__()
        self._write = signed if with_sign else plain
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setDecimals(decimals)
        self.setSuffix(with_unit("", unit))
        # The style sheet hides the buttons: with NoButtons, it would leave no room for the number.
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lineEdit().setTextMargins(0, 0, 8, 0)
        self._width = 104
        self._grow()
        self.setMinimumHeight(theme.TARGET)
        self.setKeyboardTracking(False)

    def narrow(self) -> None:
        """Take less room, beside a slider in one line."""
        self._width = 88
        self._grow()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Grow with the words."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._grow()

    def _grow(self) -> None:
        self.setFixedWidth(theme.scaled(self._width))

    def textFromValue(self, value: float) -> str:  # noqa: N802
        """Return the number as it is shown."""
        return tr(self._write(value, self.decimals()))

    def valueFromText(self, text: str) -> float:  # noqa: N802
        """Read a number with either minus."""
        typed = text.replace("−", "-").removesuffix(self.suffix()).strip()
        number, known = QLocale.c().toDouble(typed.replace(",", ".").lstrip("+"))
        return float(number) if known else self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Accept what is on its way to a number."""
        typed = text.replace("−", "-").replace(",", ".").removesuffix(self.suffix()).strip().lstrip("+-")
        digits = typed.replace(".", "", 1)
        states = QValidator.State
        ok = digits == "" or digits.isdigit()
        state = states.Acceptable if ok and digits else states.Intermediate if ok else states.Invalid
        return state, text, position

    def stepBy(self, steps: int) -> None:  # noqa: N802
        """Step with the arrow keys and tell."""
        super().stepBy(steps)
        self.stepped.emit(self.value())

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the case, unless a number is being typed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            keys = QKeySequence.StandardKey
            if not self.lineEdit().isModified() and (event.matches(keys.Undo) or event.matches(keys.Redo)):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Step ten times with Shift and an arrow."""
        far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if far and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepBy(10 if event.key() == Qt.Key.Key_Up else -10)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Leave the wheel to the panel: scrolling must not change a plan."""
        event.ignore()


def _tip(parameter: Parameter) -> str:
    """What plus and minus do, the usual amount, and what to bear in mind."""
    sign = tr(parameter.sign)
    sign = sign[:1].upper() + sign[1:]
    usual = brief(parameter.default, parameter.unit)
    lines = (
        f"{sign}.",
        tr("Usual: {usual!t}.", usual=usual) if parameter.default else "",
        *map(tr, parameter.cautions),
    )
    return "\n".join(line for line in lines if line)
