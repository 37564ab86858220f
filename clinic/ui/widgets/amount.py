"""One amount of a procedure: words, a box to type in, a slider with its limits."""

import math

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QWidget

from clinic.ui import theme
from clinic.case.numbers import plain, signed
from clinic.ui.widgets.slider import AmountSlider
from clinic.ui.widgets.text import label


class AmountRow(QWidget):
    """Slider and box that always agree.

    `dragged` tells every value while the slider is held, `settled` the one value that was let go, typed or stepped to.
    """

    dragged = Signal(float)
    settled = Signal(float)

    def __init__(self, words: str, unit: str, low: float, high: float, step: float, default: float = 0.0) -> None:
        super().__init__()
        self._step = step
        self._value = default
        self.slider = AmountSlider(round(low / step), round(high / step), round(default / step))
        self.slider.setAccessibleName(f"{words}, {unit}")
        decimals = max(1, -math.floor(math.log10(step)))
        self.box = AmountBox(low, high, step, decimals, unit, with_sign=low < 0)
        self.box.setAccessibleName(f"{words}, {unit}")
        self.box.setValue(default)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.addWidget(label(words), 0, 0, 1, 2)
        grid.addWidget(self.box, 0, 2, 1, 2, Qt.AlignmentFlag.AlignRight)
        for column, limit in ((0, low), (3, high)):
            limit_words = label(signed(limit, 0 if float(limit).is_integer() else 1), "small")
            limit_words.setFixedWidth(28)
            limit_words.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
            grid.addWidget(limit_words, 1, column)
        grid.addWidget(self.slider, 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(lambda: self._settle(self.slider.value() * self._step))
        self.box.editingFinished.connect(lambda: self._settle(self.box.value()))
        self.box.stepped.connect(self._settle)

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
        self.slider.update()

    def _slid(self, position: int) -> None:
        value = position * self._step
        self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(False)
        if self.slider.isSliderDown():
            self.dragged.emit(value)
        else:
            self._settle(value)

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
        self.setSuffix(f" {unit}")
        # The style sheet hides the buttons: with NoButtons, it would leave no room for the number.
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lineEdit().setTextMargins(0, 0, 8, 0)
        self.setFixedWidth(104)
        self.setMinimumHeight(theme.TARGET)
        self.setKeyboardTracking(False)

    def textFromValue(self, value: float) -> str:  # noqa: N802
        """Return the number as it is shown."""
        return self._write(value, self.decimals())

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

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Leave the wheel to the panel: scrolling must not change a plan."""
        event.ignore()
