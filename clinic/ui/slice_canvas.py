"""One slice of a volume, large: lines show where the other two planes cut it."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from clinic.case import Pixels, Volume
from clinic.rendering.slices import AXES, LETTERS, Grey, plane
from clinic.ui import theme
from clinic.words import say, tr

_MARGIN = 14.0
_LARGE_STEP = 10
_TONES = ("#E0A94A", "#4FB3BF", "#B48EE0")  # of the planes across x, y and z: sagittal, coronal, axial
_WORDS = {"axial": say("Axial"), "coronal": say("Coronal"), "sagittal": say("Sagittal")}


class SliceCanvas(QWidget):
    """Shows one plane through a place. moved(place): the user goes to another voxel (x, y, z)."""

    moved = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(160, 140)
        self._name = name
        self._across, self._down, self._through = AXES[name]
        self._volume: Volume | None = None
        self._place = (0, 0, 0)
        self._picture: Pixels | None = None

    def show_slice(self, volume: Volume, place: tuple[int, int, int], grey: Grey) -> None:
        """Show the plane through a voxel (x, y, z)."""
        self._volume, self._place = volume, place
        self._picture = plane(volume, self._name, place[self._through], grey)
        self.setAccessibleName(
            tr("{words!t} slice {place!t}", words=_WORDS[self._name], place=place[self._through] + 1)
        )
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._volume, self._picture = None, None
        self.update()

    @property
    def place(self) -> tuple[int, int, int]:
        """The voxel (x, y, z) that the plane goes through."""
        return self._place

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Go through the slices."""
        self._step(1 if event.angleDelta().y() > 0 else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go through the slices, with Page keys ten at a time."""
        keys = Qt.Key
        steps = {keys.Key_Up: 1, keys.Key_Down: -1, keys.Key_PageUp: _LARGE_STEP, keys.Key_PageDown: -_LARGE_STEP}
        step = steps.get(keys(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._step(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the other planes to the place under the mouse."""
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Carry the other planes along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw slice, lines, letters of the sides and the name of the plane."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#000000"))
        picture, volume = self._picture, self._volume
        if picture is None or volume is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self._box(volume)
        rows, columns = picture.shape[:2]
        painter.drawImage(box, QImage(picture.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888))
        self._draw_lines(painter, box, volume)
        self._draw_words(painter, volume)

    def _draw_lines(self, painter: QPainter, box: QRectF, volume: Volume) -> None:
        at = self._screen(box, volume)
        gap = 12.0
        painter.setPen(QPen(QColor(_TONES[self._across]), 1))
        painter.drawLine(QPointF(at.x(), box.top()), QPointF(at.x(), at.y() - gap))
        painter.drawLine(QPointF(at.x(), at.y() + gap), QPointF(at.x(), box.bottom()))
        painter.setPen(QPen(QColor(_TONES[self._down]), 1))
        painter.drawLine(QPointF(box.left(), at.y()), QPointF(at.x() - gap, at.y()))
        painter.drawLine(QPointF(at.x() + gap, at.y()), QPointF(box.right(), at.y()))

    def _draw_words(self, painter: QPainter, volume: Volume) -> None:
        left, right, top, bottom = LETTERS[self._name]
        inner = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        middle, centre = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignHCenter
        painter.setFont(theme.font(13, strong=True))
        for side, letter in (
            (Qt.AlignmentFlag.AlignLeft | middle, left),
            (Qt.AlignmentFlag.AlignRight | middle, right),
            (Qt.AlignmentFlag.AlignTop | centre, top),
            (Qt.AlignmentFlag.AlignBottom | centre, bottom),
        ):
            _outlined(painter, inner, side, letter, "#E8ECF0")
        number, count = self._place[self._through] + 1, volume.shape[self._through]
        tone = _TONES[self._through]
        _outlined(painter, inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, _WORDS[self._name], tone)
        _outlined(painter, inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, f"{number} / {count}", tone)

    def _box(self, volume: Volume) -> QRectF:
        """Return where the slice lies, as large as it fits in true proportions."""
        wide = volume.shape[self._across] * float(volume.spacing[self._across])
        high = volume.shape[self._down] * float(volume.spacing[self._down])
        scale = min(self.width() / wide, self.height() / high)
        size = QPointF(wide * scale, high * scale)
        corner = QPointF(self.width() - size.x(), self.height() - size.y()) / 2
        return QRectF(corner.x(), corner.y(), size.x(), size.y())

    @property
    def _upwards(self) -> bool:
        """True if the axis that runs down the screen falls: what is up in the patient is drawn on top."""
        return self._down == 2

    def _screen(self, box: QRectF, volume: Volume) -> QPointF:
        across = (self._place[self._across] + 0.5) / volume.shape[self._across]
        down = (self._place[self._down] + 0.5) / volume.shape[self._down]
        return QPointF(
            box.left() + across * box.width(), box.top() + (1 - down if self._upwards else down) * box.height()
        )

    def _go(self, at: QPointF) -> None:
        if self._volume is None:
            return
        box, place = self._box(self._volume), list(self._place)
        across, down = (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()
        for axis, share in ((self._across, across), (self._down, 1 - down if self._upwards else down)):
            count = self._volume.shape[axis]
            place[axis] = min(count - 1, max(0, int(share * count)))
        self.moved.emit((place[0], place[1], place[2]))

    def _step(self, by: int) -> None:
        if self._volume is None:
            return
        place = list(self._place)
        last = self._volume.shape[self._through] - 1
        place[self._through] = min(last, max(0, place[self._through] + by))
        self.moved.emit((place[0], place[1], place[2]))


def _outlined(painter: QPainter, box: QRectF, side: Qt.AlignmentFlag, words: str, tone: str) -> None:
    """Draw words that can be read on black and on white."""
    painter.setPen(QColor("#000000"))
    for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(box.translated(x, y), side, words)
    painter.setPen(QColor(tone))
    painter.drawText(box, side, words)
