"""How much of the skin is left over the bone of a CT."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from clinic.rendering.bone import SKIN_OPACITY
from clinic.ui.widgets.slider import AmountSlider
from clinic.ui.widgets.text import label
from clinic.words import number, tr

_WIDTH = 340
_STEP, _LEAP = 5, 20  # per cent that the arrow keys and Page Up and Down take


class VeilBox(QFrame):
    """A slider on the picture from bone alone to skin alone. changed(share, held): what is left of the skin, 0…1."""

    changed = Signal(float, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("badge")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        usual = round(100 * SKIN_OPACITY)
        self.slider = AmountSlider(0, 100, 0, usual)
        self.slider.setValue(usual)
        self.slider.setSingleStep(_STEP)
        self.slider.setPageStep(_LEAP)
        self.slider.setAccessibleName(tr("Skin over bone"))
        self._percent = label("", "strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(label(tr("Bone"), "small"))
        row.addWidget(self.slider, 1)
        row.addWidget(label(tr("Skin"), "small"))
        row.addWidget(self._percent)
        self.slider.valueChanged.connect(self._told)
        self.slider.sliderReleased.connect(lambda: self._told(self.slider.value()))
        self._say()

    @property
    def share(self) -> float:
        """What is left of the skin, 0…1."""
        return self.slider.value() / 100

    def fit(self) -> None:
        """Take the room that the words need in their size."""
        self._say()
        self.resize(max(_WIDTH, self.sizeHint().width()), self.sizeHint().height())

    def _told(self, _: int) -> None:
        self._say()
        self.changed.emit(self.share, self.slider.isSliderDown())

    def _say(self) -> None:
        words = f"{number(self.slider.value())} %"
        self._percent.setFixedWidth(self._percent.fontMetrics().horizontalAdvance("100 %") + 4)
        self._percent.setText(words)
        self.slider.setAccessibleDescription(words)
