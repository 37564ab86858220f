"""A box to tick, with its words and a quieter line below."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from clinic.ui import theme
from clinic.words import tr

_BOX, _GAP = 20, 12


class Check(QAbstractButton):
    """Yes or no. The whole line is pressed; `toggled` tells."""

    def __init__(self, words: str, below: str = "") -> None:
        super().__init__()
        self._below = tr(below)
        self.setText(tr(words))
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(self._below)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the room of both lines, at least as high as a finger."""
        widths = [QFontMetrics(theme.font(14)).horizontalAdvance(self.text())]
        widths.append(QFontMetrics(theme.font(12)).horizontalAdvance(self._below))
        return QSize(_BOX + _GAP + max(widths) + 8, theme.TARGET + (8 if self._below else 0))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the size below which words would be cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the box, the words, and a ring while it has the keys."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(4, (self.height() - _BOX) / 2, _BOX, _BOX)
        ticked, usable = self.isChecked(), self.isEnabled()
        accent = tokens.accent if usable else tokens.line
        painter.setPen(QPen(QColor(accent if ticked else tokens.border if usable else tokens.line), 1.5))
        painter.setBrush(QColor(accent) if ticked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        if ticked:
            painter.setPen(QPen(QColor(tokens.on_accent), 2, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline([box.topLeft() + QPointF(*at) for at in ((5, 10.5), (8.5, 14), (15, 6.5))])
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        self._paint_words(painter, 4 + _BOX + _GAP, tokens.text if usable else tokens.border)

    def _paint_words(self, painter: QPainter, left: int, tone: str) -> None:
        middle = self.height() / 2
        line = QRectF(left, 0, self.width() - left, self.height())
        left_middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(14))
        painter.setPen(QColor(tone))
        painter.drawText(line.translated(0, -9 if self._below else 0), left_middle, self.text())
        if self._below:
            painter.setFont(theme.font(12))
            painter.setPen(QColor(theme.current().muted if self.isEnabled() else tone))
            painter.drawText(QRectF(left, middle, self.width() - left, middle - 2), left_middle, self._below)
