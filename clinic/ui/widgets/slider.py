"""A slider that starts from its default and shows its limits."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider

from clinic.ui import theme

_TRACK, _THUMB = 4, 16
_USUAL = 3.0  # radius of the mark of the usual amount
_ARROWS: Mapping[int, int] = {Qt.Key.Key_Up: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Left: -1}


class AmountSlider(QSlider):
    """A horizontal slider over whole steps.

    The fill runs from where nothing is asked, which a tick marks; a dot above the track marks the usual amount.
    """

    def __init__(self, low: int, high: int, start: int, usual: int | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(low, high)
        self._start, self._usual = start, usual
        self.setValue(start)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(theme.TARGET)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a length that fits the panel and a height that a finger hits."""
        return QSize(160, theme.TARGET)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Step with the arrows; with Shift, as far as Page Up and Page Down."""
        towards = _ARROWS.get(event.key())
        if towards is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.setValue(self.value() + towards * self.pageStep())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the thumb to where the mouse is pressed."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.setSliderDown(True)
        self.setSliderPosition(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Carry the thumb along."""
        if self.isSliderDown():
            self.setSliderPosition(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let the thumb go: `sliderReleased` tells that the drag is over."""
        if self.isSliderDown():
            self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw track, fill, marks and thumb."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        here, start = self._at(self.sliderPosition()), self._at(self._start)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.border if self.isEnabled() else tokens.line))
        painter.drawRoundedRect(QRectF(_THUMB / 2, middle - _TRACK / 2, self.width() - _THUMB, _TRACK), 2, 2)
        moved = self.sliderPosition() != self._start
        if moved:
            painter.setBrush(QColor(tokens.accent))
            painter.drawRect(QRectF(min(here, start), middle - _TRACK / 2, abs(here - start), _TRACK))
        painter.setBrush(QColor(tokens.text if self.isEnabled() else tokens.border))
        painter.drawRect(QRectF(start - 1, middle - 8, 2, 16))
        if self._usual is not None:
            painter.setBrush(QColor(tokens.muted))
            painter.drawEllipse(QPointF(self._at(self._usual), middle - 10), _USUAL, _USUAL)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(QColor(tokens.selected))
            painter.drawEllipse(QRectF(here - 12, middle - 12, 24, 24))
        painter.setPen(QPen(QColor(tokens.accent if moved else tokens.text), 2))
        painter.setBrush(QColor(tokens.accent if moved else tokens.panel))
        painter.drawEllipse(QRectF(here - _THUMB / 2 + 1, middle - _THUMB / 2 + 1, _THUMB - 2, _THUMB - 2))

    def _at(self, value: int) -> float:
        span = max(1, self.maximum() - self.minimum())
        return _THUMB / 2 + (value - self.minimum()) / span * (self.width() - _THUMB)

    def _value_at(self, x: float) -> int:
        share = (x - _THUMB / 2) / max(1, self.width() - _THUMB)
        return round(self.minimum() + min(1.0, max(0.0, share)) * (self.maximum() - self.minimum()))
