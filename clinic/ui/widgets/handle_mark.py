"""A ring on the skin that is dragged with the mouse or moved with the arrow keys."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clinic.ui import theme
from clinic.words import tr

_KEYS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class HandleMark(QWidget):
    """Lies on the picture. pulled(x, y): pixels away from where it was taken; stepped(x, y): by a key; let_go()."""

    pulled = Signal(float, float)
    stepped = Signal(float, float)
    let_go = Signal()

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setFixedSize(theme.TARGET, theme.TARGET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.name(title)
        self._taken: QPointF | None = None

    def name(self, title: str) -> None:
        """Say which handle this is."""
        self.setAccessibleName(tr(title))
        self.setToolTip(tr("{title!t}: drag it, or move it with the arrow keys", title=title))

    @property
    def held(self) -> bool:
        """True while the mouse holds it."""
        return self._taken is not None

    def stand(self, x: float, y: float) -> None:
        """Stand over a point of the picture."""
        self.move(round(x - self.width() / 2), round(y - self.height() / 2))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._taken = event.globalPosition()
            self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pull."""
        if self._taken is not None:
            away = event.globalPosition() - self._taken
            self.pulled.emit(away.x(), away.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        if self._taken is not None:
            self._taken = None
            self.let_go.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Step with the arrow keys."""
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw a ring that is seen on any skin."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(QRectF(self.rect()).center())
        accent = QColor(theme.current().accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width, radius in (("#101418", 5.0, 9.0), ("#FFFFFF", 2.5, 9.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(middle, radius, radius)
        if self.hasFocus() or self.held:
            painter.setPen(QPen(accent, 2))
            painter.drawEllipse(middle, 14, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawEllipse(middle, 4, 4)
