"""The line between the two sides of a wipe."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clinic.ui import icons, theme
from clinic.words import tr

_STEP, _LEAP = 0.02, 0.1  # of the frame


class WipeHandle(QWidget):
    """The line of the wipe, dragged or moved by the arrows (Shift: further).

    moved(line): where it is dragged to, 0…1. stepped(step): by how much the arrows move it.
    """

    moved = Signal(float)
    stepped = Signal(float)
    _WIDTH, _GRIP = 48, 44

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = 0.5  # from the left, 0…1
        self._frame_width = 1
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Line between before and plan"))

    def place(self, width: int, height: int) -> None:
        """Stand at `line` in a frame of some size."""
        self._frame_width = width
        self.setGeometry(round(self.line * width - self._WIDTH / 2), 0, self._WIDTH, height)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a drag."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Carry the line along."""
        parent = self.parentWidget()
        if parent is not None:
            self.moved.emit(self.mapTo(parent, event.position()).x() / max(1, self._frame_width))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Step to the left or to the right."""
        towards = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if towards is None:
            super().keyPressEvent(event)
            return
        far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.stepped.emit(towards * (_LEAP if far else _STEP))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line and its grip."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.width() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawRect(QRectF(middle - 2.5, 0, 5, self.height()))
        painter.setBrush(QColor(tokens.accent))
        painter.drawRect(QRectF(middle - 1.5, 0, 3, self.height()))
        grip = QRectF(middle - self._GRIP / 2, self.height() * 0.72, self._GRIP, self._GRIP)
        painter.setPen(QPen(QColor("#FFFFFF"), 4 if self.hasFocus() else 2))
        painter.drawEllipse(grip.adjusted(1, 1, -1, -1))
        icons.paint(painter, grip.adjusted(12, 12, -12, -12), "swap", tokens.on_accent)
