"""What is written into the picture while a patient looks: before, plan, and that it promises nothing."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from clinic.case import DISCLAIMER
from clinic.ui import theme
from clinic.words import tr

_SHADE = 170  # px at the foot where the picture fades, so that the words are read on any face


class PatientWords(QWidget):
    """Words along the lower edge, one for each view, and the caption below them; they cannot be switched off."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words: tuple[str, ...] = ()
        self._line: float | None = None

    def show_words(self, words: tuple[str, ...], line: float | None) -> None:
        """Name the views from left to right; line: where a wipe changes over, 0…1."""
        self._words, self._line = words, line
        self.setAccessibleName(f"{' | '.join(words)}. {tr(DISCLAIMER)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Write on a ground that comes to be that of the picture downwards."""
        painter = QPainter(self)
        width, height = self.width(), self.height()
        ground = QLinearGradient(QPointF(0, height - _SHADE), QPointF(0, height))
        tokens = theme.current()
        behind = QColor(tokens.viewport)
        for place, share in ((0.0, 0.0), (0.4, 0.85), (1.0, 1.0)):
            behind.setAlphaF(share)
            ground.setColorAt(place, behind)
        painter.fillRect(QRectF(0, height - _SHADE, width, _SHADE), ground)
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font(22, strong=True))
        centre = Qt.AlignmentFlag.AlignCenter
        for at, words in enumerate(self._words):
            painter.drawText(self._box(at), centre, words)
        painter.setFont(theme.font(16))
        painter.drawText(QRectF(0, height - 52, width, 32), centre, tr(DISCLAIMER))

    def _box(self, at: int) -> QRectF:
        ends = [number / len(self._words) for number in range(len(self._words) + 1)]
        if self._line is not None and len(ends) == 3:
            ends[1] = self._line
        left, right = (self.width() * end for end in ends[at : at + 2])
        return QRectF(left, self.height() - 104, right - left, 36)
