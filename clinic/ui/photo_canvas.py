"""A photo, large: to be enlarged and slid, with a loupe at the mouse, rulers and the boxes of faces."""

from dataclasses import replace

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from clinic.case import Pixels, Ruler
from clinic.ui import theme
from clinic.words import tr

Mark = tuple[int, int]  # number of a ruler, 0 or 1 for its end
Box = tuple[float, float, float, float]
_NOTCH, _CLOSEST = 1.25, 16.0
_NEAR_PX, _DRAWN_PX = 16.0, 8.0  # how near a mark is hit; how far a press has to go to draw a line
_LOUPE_PX, _LOUPE_TIMES = 76.0, 4.0
_DARK = "#101418"


def pyramid(pixels: Pixels) -> tuple[Pixels, ...]:
    """Return a photo and its halves, quarters and so on, down to the size of a screen."""
    levels = [pixels]
    while max(levels[-1].shape[:2]) > 1200:
        rows, columns = levels[-1].shape[:2]
        half = cv2.resize(levels[-1], (max(1, columns // 2), max(1, rows // 2)), interpolation=cv2.INTER_AREA)
        levels.append(np.ascontiguousarray(half))
    return tuple(levels)


class PhotoCanvas(QWidget):
    """Shows a photo; image points are (column, row) photo pixels.

    drawn(start, end): a line was drawn. moved(number, start, end): the mark of a ruler was let go elsewhere.
    picked(number): a ruler was chosen. removed(number). face_chosen(number): a box was chosen. left(): Esc.
    """

    drawn = Signal(object, object)
    moved = Signal(int, object, object)
    picked = Signal(int)
    removed = Signal(int)
    face_chosen = Signal(int)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Photo, large"))
        self._levels: tuple[Pixels, ...] = ()
        self._size = (1, 1)
        self._zoom, self._origin = 1.0, QPointF()
        self._whole = True  # the photo is shown as large as it fits
        self._measuring = False
        self._rulers: tuple[Ruler, ...] = ()
        self._boxes: tuple[Box, ...] = ()
        self._begun: QPointF | None = None  # the first mark of a line that is being drawn
        self._held: Mark | None = None
        self._chosen: Mark | None = None
        self._face = 0
        self._pressed: QPointF | None = None
        self._mouse: QPointF | None = None

    # What is shown

    def show_photo(self, levels: tuple[Pixels, ...], size: tuple[int, int]) -> None:
        """Show a photo of (width, height); levels: as `pyramid` returns them, or something smaller meanwhile."""
        other = size != self._size
        self._levels, self._size = levels, size
        if other or self._whole:
            self.fit()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._levels, self._rulers, self._boxes, self._begun = (), (), (), None
        self.update()

    def measure(self, measuring: bool) -> None:
        """Draw lines with the mouse, or slide the photo."""
        self._measuring, self._begun = measuring, None
        self.setCursor(Qt.CursorShape.CrossCursor if measuring else Qt.CursorShape.OpenHandCursor)
        self.update()

    def show_rulers(self, rulers: tuple[Ruler, ...], chosen: int | None) -> None:
        """Show the rulers of this photo."""
        self._rulers = rulers
        if chosen is None:
            self._chosen = None
        elif self._chosen is None or self._chosen[0] != chosen:
            self._chosen = (chosen, 1)
        self.update()

    def show_faces(self, boxes: tuple[Box, ...]) -> None:
        """Ask for one of several faces; none to ask nothing."""
        self._boxes, self._face = boxes, 0
        self.setCursor(Qt.CursorShape.ArrowCursor if boxes else Qt.CursorShape.OpenHandCursor)
        self.update()

    def fit(self) -> None:
        """Show the whole photo."""
        wide, high = self._size
        self._zoom = min(max(self.width(), 1) / wide, max(self.height(), 1) / high)
        self._origin = QPointF(self.width() - wide * self._zoom, self.height() - high * self._zoom) / 2
        self._whole = True
        self.update()

    def enlarge(self, factor: float, at: QPointF | None = None) -> None:
        """Show more or less of the photo; the place under `at`, else the middle, stays."""
        centre = QPointF(self.rect().center()) if at is None else at
        there, least = self.image_point(centre), min(self.width() / self._size[0], self.height() / self._size[1])
        self._zoom = min(max(self._zoom * factor, least), max(_CLOSEST, least))
        self._whole = self._zoom <= least
        self._origin = centre - there * self._zoom
        self._stay()

    def image_point(self, at: QPointF) -> QPointF:
        """Return the photo pixel under a point of this widget."""
        return (at - self._origin) / self._zoom

    def screen_point(self, at: tuple[float, float]) -> QPointF:
        """Return where a photo pixel stands in this widget."""
        return self._origin + QPointF(*at) * self._zoom

    # Mouse and keys

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Enlarge at the mouse."""
        self.enlarge(_NOTCH ** (event.angleDelta().y() / 120), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take a mark, begin a line, or begin to slide."""
        self._pressed = event.position()
        if not self._measuring or event.button() is not Qt.MouseButton.LeftButton:
            return
        self._held = self._mark_at(event.position())
        if self._held is not None:
            self._chosen = self._held
            self.picked.emit(self._held[0])
        elif self._begun is None:
            self._begun = self.image_point(event.position())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Carry a mark or the photo along; the loupe follows."""
        self._mouse = event.position()
        if self._held is not None:
            self._carry(self.image_point(event.position()))
        elif self._pressed is not None and (not self._measuring or event.buttons() & Qt.MouseButton.MiddleButton):
            if not self._boxes:
                self._origin += event.position() - self._pressed
                self._pressed, self._whole = event.position(), False
                self._stay()
        elif self._boxes:
            self._face = self._face_at(event.position(), self._face)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let a mark go, end a line, or choose a face."""
        pressed, self._pressed = self._pressed, None
        if self._boxes and not self._measuring:
            number = self._face_at(event.position(), -1)
            if number >= 0:
                self.face_chosen.emit(number)
        elif self._held is not None:
            self._let_go()
        elif self._measuring and self._begun is not None and pressed is not None:
            start, end = self._begun, self.image_point(event.position())
            if (self.screen_point(_pair(start)) - event.position()).manhattanLength() > _DRAWN_PX:
                self._begun = None
                self.drawn.emit(_pair(self._within(start)), _pair(self._within(end)))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc leaves, arrows move the chosen mark by a pixel (Shift: ten), Return chooses a face, + and − enlarge."""
        keys = Qt.Key
        steps = {keys.Key_Left: (-1, 0), keys.Key_Right: (1, 0), keys.Key_Up: (0, -1), keys.Key_Down: (0, 1)}
        key = Qt.Key(event.key())
        if key == keys.Key_Escape:
            self._escape()
        elif key in (keys.Key_Plus, keys.Key_Equal, keys.Key_Minus):
            self.enlarge(1 / _NOTCH if key == keys.Key_Minus else _NOTCH)
        elif self._boxes and key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space):
            self.face_chosen.emit(self._face)
        elif self._chosen is not None and key == keys.Key_Delete:
            self.removed.emit(self._chosen[0])
        elif self._chosen is not None and key in steps:
            far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._step(QPointF(*steps[key]) * far)
        else:
            super().keyPressEvent(event)
        self.update()

    def focusNextPrevChild(self, forwards: bool) -> bool:  # noqa: N802
        """Go from box to box, or from mark to mark; beyond the last one leave."""
        marks = [(number, end) for number in range(len(self._rulers)) for end in (0, 1)]
        if self._boxes and 0 <= self._face + (1 if forwards else -1) < len(self._boxes):
            self._face += 1 if forwards else -1
        elif self._measuring and marks:
            place = marks.index(self._chosen) if self._chosen in marks else -1
            place += 1 if forwards else -1
            if not 0 <= place < len(marks):
                return super().focusNextPrevChild(forwards)
            self._chosen = marks[place]
            self.picked.emit(marks[place][0])
        else:
            return super().focusNextPrevChild(forwards)
        self.update()
        return True

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        """Put the loupe away."""
        self._mouse = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Go on showing the whole photo, or the same part of it."""
        super().resizeEvent(event)
        if self._whole:
            self.fit()
        else:
            self._stay()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the photo, what was marked in it, and the loupe."""
        tokens, painter = theme.current(), QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.viewport))
        if not self._levels:
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._draw_photo(painter, self._origin, self._zoom)
        self._draw_rulers(painter)
        for number, box in enumerate(self._boxes):
            self._draw_box(painter, number, box)
        if self._measuring and self._mouse is not None:
            self._draw_loupe(painter, self._mouse)

    def _draw_photo(self, painter: QPainter, origin: QPointF, zoom: float) -> None:
        """Draw what is in sight, from the smallest copy that is fine enough."""
        wide, high = self._size
        shares = [level.shape[1] / wide for level in self._levels]
        fine = [number for number, share in enumerate(shares) if share >= zoom] or [0]
        level, share = self._levels[fine[-1]], shares[fine[-1]]
        rows, columns = level.shape[:2]
        image = QImage(level.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        target = QRectF(origin, QPointF(origin.x() + wide * zoom, origin.y() + high * zoom))
        seen = target.intersected(painter.clipBoundingRect() if painter.hasClipping() else QRectF(self.rect()))
        part = QRectF((seen.topLeft() - origin) / zoom * share, seen.size() / zoom * share)
        painter.drawImage(seen, image, part)

    def _draw_rulers(self, painter: QPainter) -> None:
        lines = [
            (ruler.start, ruler.end, tr("{length_mm:.1f} mm", length_mm=ruler.length_mm)) for ruler in self._rulers
        ]
        if self._begun is not None:
            here = self._begun if self._mouse is None else self.image_point(self._mouse)
            lines.append((_pair(self._begun), _pair(here), ""))
        for number, (start, end, words) in enumerate(lines):
            chosen = self._chosen[0] == number if self._chosen is not None else words == ""
            _line(painter, self.screen_point(start), self.screen_point(end), chosen)
            if words:
                _tag(painter, (self.screen_point(start) + self.screen_point(end)) / 2, words, chosen)
        if self._chosen is not None and self.hasFocus() and self._chosen[0] < len(self._rulers):
            painter.setPen(QPen(QColor("#FFFFFF"), 2))
            painter.drawEllipse(self.screen_point(_ends(self._rulers[self._chosen[0]])[self._chosen[1]]), 11, 11)

    def _draw_box(self, painter: QPainter, number: int, box: Box) -> None:
        here = QRectF(self.screen_point(box[:2]), self.screen_point(box[2:]))
        chosen = number == self._face
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (
            (_DARK, 6 if chosen else 4),
            (theme.DARK.accent if chosen else "#FFFFFF", 3 if chosen else 2),
        ):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRoundedRect(here, 8, 8)
        _tag(painter, QPointF(here.center().x(), here.bottom() + 20), tr("Face {number}", number=number + 1), chosen)

    def _draw_loupe(self, painter: QPainter, mouse: QPointF) -> None:
        """Enlarge what lies under the mouse, beside it."""
        aside = _LOUPE_PX + 24
        x = mouse.x() + (aside if mouse.x() + 2 * aside < self.width() else -aside)
        y = mouse.y() + (-aside if mouse.y() - 2 * aside > 0 else aside)
        middle, zoom = QPointF(x, y), max(self._zoom * _LOUPE_TIMES, 2.0)
        round_ = QPainterPath()
        round_.addEllipse(middle, _LOUPE_PX, _LOUPE_PX)
        painter.save()
        painter.setClipPath(round_)
        painter.fillPath(round_, QColor(_DARK))
        self._draw_photo(painter, middle - self.image_point(mouse) * zoom, zoom)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((_DARK, 5), ("#FFFFFF", 2.5)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(middle, _LOUPE_PX, _LOUPE_PX)
        for colour, width in (("#FFFFFF", 3), (_DARK, 1)):
            painter.setPen(QPen(QColor(colour), width))
            for along in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
                painter.drawLine(middle + along * 5, middle + along * 26)

    # Inside

    def _mark_at(self, at: QPointF) -> Mark | None:
        """Return the mark under the mouse, the nearest one."""
        marks = [(number, end) for number in range(len(self._rulers)) for end in (0, 1)]
        far = {
            (number, end): (self.screen_point(_ends(self._rulers[number])[end]) - at).manhattanLength()
            for number, end in marks
        }
        near = min(far, key=lambda mark: far[mark], default=None)
        return near if near is not None and far[near] <= _NEAR_PX else None

    def _carry(self, to: QPointF) -> None:
        assert self._held is not None
        number, end = self._held
        place = _pair(self._within(to))
        ruler = self._rulers[number]
        moved = replace(ruler, start=place) if end == 0 else replace(ruler, end=place)
        self._rulers = (*self._rulers[:number], moved, *self._rulers[number + 1 :])

    def _let_go(self) -> None:
        assert self._held is not None
        number, self._held = self._held[0], None
        self.moved.emit(number, self._rulers[number].start, self._rulers[number].end)

    def _step(self, by: QPointF) -> None:
        assert self._chosen is not None
        self._held = self._chosen
        self._carry(QPointF(*_ends(self._rulers[self._chosen[0]])[self._chosen[1]]) + by)
        self._let_go()

    def _escape(self) -> None:
        """Give up the line that was begun, else leave."""
        if self._begun is not None:
            self._begun = None
        else:
            self.left.emit()

    def _face_at(self, at: QPointF, otherwise: int) -> int:
        there = self.image_point(at)
        inside = [
            k for k, box in enumerate(self._boxes) if QRectF(QPointF(*box[:2]), QPointF(*box[2:])).contains(there)
        ]
        return inside[0] if inside else otherwise

    def _within(self, at: QPointF) -> QPointF:
        wide, high = self._size
        return QPointF(min(max(at.x(), 0.0), wide), min(max(at.y(), 0.0), high))

    def _stay(self) -> None:
        """Leave no room beside a photo that is larger than the window, and keep a smaller one in the middle."""
        sizes = (self._size[0] * self._zoom, self._size[1] * self._zoom)
        kept = [
            (room - size) / 2 if size <= room else min(0.0, max(place, room - size))
            for size, room, place in zip(
                sizes, (self.width(), self.height()), (self._origin.x(), self._origin.y()), strict=True
            )
        ]
        self._origin = QPointF(*kept)
        self.update()


def _pair(point: QPointF) -> tuple[float, float]:
    return point.x(), point.y()


def _ends(ruler: Ruler) -> tuple[tuple[float, float], tuple[float, float]]:
    return ruler.start, ruler.end


def _line(painter: QPainter, start: QPointF, end: QPointF, chosen: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_DARK, 4.5), (theme.DARK.accent if chosen else "#FFFFFF", 2.0)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawLine(start, end)
        for place in (start, end):
            painter.drawEllipse(place, 6, 6)


def _tag(painter: QPainter, middle: QPointF, words: str, chosen: bool) -> None:
    painter.setFont(theme.font(13, strong=True))
    wide = painter.fontMetrics().horizontalAdvance(words) + 20
    box = QRectF(middle.x() - wide / 2, middle.y() - 13, wide, 26)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.DARK.accent if chosen else theme.DARK.badge))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(QColor(theme.DARK.on_accent if chosen else theme.DARK.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
