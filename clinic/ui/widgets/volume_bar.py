"""Volume gained or lost in a region, with how sure that is."""

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clinic.case.numbers import signed
from clinic.ui import theme
from clinic.ui.anatomy import spoken
from clinic.words import tr

_NAMES, _NUMBERS, _ERRORS = 112.0, 56.0, 52.0  # px of the columns beside the bars
_GAINED, _LOST = "#B2182B", "#2166AC"
_SEEN_CC = 0.05  # without an error, less than this is grey


class VolumeBar(QWidget):
    """A bar from zero with a whisker of ± `error` cc, the number, and its ±. ends: cc at the left and right end."""

    def __init__(self, region: str, cc: float, error: float | None, ends: tuple[float, float]) -> None:
        super().__init__()
        self._region, self._cc, self._error, self._ends = region.replace("_", " "), cc, error, ends
        self.setFixedHeight(32)
        within = "" if error is None else f" ±{error:.2f}"
        self.setAccessibleName(tr("{region!t}, {cc} cc", region=self._region, cc=f"{signed(cc, 2)}{within}"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the width of the panel."""
        return QSize(280, 32)

    @property
    def _quiet(self) -> bool:
        """True for what may as well be nothing."""
        return abs(self._cc) < max(self._error or 0.0, _SEEN_CC)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw region, bar, whisker and numbers."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone, height = QColor(tokens.muted if self._quiet else tokens.text), self.height()
        painter.setPen(tone)
        painter.setFont(theme.font(14))
        painter.drawText(QRectF(0, 0, _NAMES - 2, height), Qt.AlignmentFlag.AlignVCenter, spoken(self._region))
        right = self.width() - (_ERRORS if self._error is not None else 0.0)
        self._draw_bar(painter, right - _NUMBERS)
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.setPen(tone)
        painter.setFont(theme.font(14, strong=not self._quiet))
        painter.drawText(QRectF(0, 0, right, height), end, signed(self._cc, 2))
        if self._error is not None:
            painter.setPen(QColor(tokens.muted))
            painter.setFont(theme.font(12))
            painter.drawText(QRectF(0, 0, self.width(), height), end, f"±{self._error:.2f}")

    def _draw_bar(self, painter: QPainter, right: float) -> None:
        tokens, (low, high), across = theme.current(), self._ends, self.height() / 2
        scale = (right - _NAMES) / ((high - low) or 1.0)
        middle = _NAMES - low * scale
        painter.setPen(QColor(tokens.line))
        painter.drawLine(QLineF(middle, 2, middle, self.height() - 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.border if self._quiet else _GAINED if self._cc > 0 else _LOST))
        span = self._cc * scale
        painter.drawRoundedRect(QRectF(middle + min(0.0, span), across - 5, abs(span), 10), 2, 2)
        if self._error is None:
            return
        painter.setPen(QPen(QColor(tokens.text), 1))
        left, right = (middle + (self._cc + side * self._error) * scale for side in (-1, 1))
        for line in (
            (left, across, right, across),
            (left, across - 4, left, across + 4),
            (right, across - 4, right, across + 4),
        ):
            painter.drawLine(QLineF(*line))
