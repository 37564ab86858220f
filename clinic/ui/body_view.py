"""The volume in 3D, turned with the mouse."""

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from clinic.case import Pixels
from clinic.rendering.raycast import SKIN, Body, cast
from clinic.ui import theme
from clinic.ui.worker import Latest
from clinic.words import tr

_DEG_PER_PX, _KEY_DEG = 0.5, 15.0
_MOST_PITCH = 85.0
_REST_MS = 200
_MOVING_PX, _STILL_PX = 220, 520  # of the picture while it turns, and at rest


class BodyView(QWidget):
    """Shows skin or bone by volume rendering; drag or arrow keys turn it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setMinimumSize(160, 140)
        self.setAccessibleName("CT in 3D")
        self._lane = Latest(self)
        self._lane.answered.connect(self._show)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(lambda: self._ask(_STILL_PX))
        self._body: Body | None = None
        self._preset = SKIN
        self.yaw, self.pitch = 25.0, 8.0
        self._held: QPointF | None = None
        self.picture: Pixels | None = None

    def show_body(self, body: Body, preset: str) -> None:
        """Show this as soon as it is drawn."""
        self._body, self._preset = body, preset
        self._ask(_MOVING_PX)
        self._rest.start()

    def clear(self) -> None:
        """Show nothing."""
        self._lane.drop()
        self._rest.stop()
        self._body, self.picture = None, None
        self.update()

    def finish(self) -> None:
        """End the thread."""
        self._rest.stop()
        self._lane.close()

    def turn(self, yaw: float, pitch: float) -> None:
        """Turn by degrees: to the patient's left, upwards."""
        self.yaw = (self.yaw + yaw + 180.0) % 360.0 - 180.0
        self.pitch = min(_MOST_PITCH, max(-_MOST_PITCH, self.pitch + pitch))
        self._ask(_MOVING_PX)
        self._rest.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold."""
        self._held = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Turn along."""
        if self._held is not None:
            by = event.position() - self._held
            self._held = event.position()
            self.turn(-by.x() * _DEG_PER_PX, by.y() * _DEG_PER_PX)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Turn with the arrows."""
        keys = Qt.Key
        turns = {keys.Key_Left: (-1, 0), keys.Key_Right: (1, 0), keys.Key_Up: (0, 1), keys.Key_Down: (0, -1)}
        turn = turns.get(keys(event.key()))
        if turn is None:
            super().keyPressEvent(event)
        else:
            self.turn(turn[0] * _KEY_DEG, turn[1] * _KEY_DEG)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the picture square."""
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the last picture."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().viewport))
        if self.picture is None:
            if self._body is None:
                painter.setPen(QColor(theme.current().muted))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, tr("Working out the picture in 3D"))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side, size = min(self.width(), self.height()), self.picture.shape[0]
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.drawImage(box, QImage(self.picture.data, size, size, 3 * size, QImage.Format.Format_RGB888))

    def _ask(self, size: int) -> None:
        body, preset, yaw, pitch = self._body, self._preset, self.yaw, self.pitch
        ground = QColor(theme.current().viewport)
        rgb = (ground.red(), ground.green(), ground.blue())
        if body is not None:
            self._lane.ask(lambda: cast(body, preset, yaw, pitch, size, rgb))

    def _show(self, picture: Pixels) -> None:
        if self._body is not None:
            self.picture = picture
            self.update()
