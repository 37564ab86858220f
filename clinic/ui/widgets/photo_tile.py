"""A photo as a tile: its picture, the view that it shows and a sign for its quality; or the place of a missing one."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton

from clinic.case import Pixels
from clinic.ui import icons, theme
from clinic.ui.widgets.focus import paint_focus
from clinic.words import tr

_PAD, _ROUND = 8.0, 6.0


def picture(pixels: Pixels) -> QPixmap:
    """Return (rows, columns, 3) sRGB as a picture for the screen."""
    rows, columns = pixels.shape[:2]
    # tobytes also straightens out a part of a larger picture
    return QPixmap.fromImage(QImage(pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888))


class PhotoTile(QAbstractButton):
    """A tile to choose. opened(): double click or Return; removed(): Delete."""

    opened = Signal()
    removed = Signal()

    def __init__(self, words_height: float = 52.0) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._below = words_height
        self._picture: QPixmap | None = None
        self._shown: Pixels | None = None
        self._title, self._name, self._mark = "", "", ("", "muted", "")

    def show_photo(self, title: str, name: str, pixels: Pixels | None, mark: tuple[str, str, str], tip: str) -> None:
        """Show a picture, None while it is made.

        title: the view. name: of the photo. mark: icon, tone and words of its quality. tip: all that is said.
        """
        if pixels is not self._shown:
            self._shown, self._picture = pixels, None if pixels is None else picture(pixels)
        self._title, self._name, self._mark = title, name if name != title else "", mark
        self.setAccessibleName(", ".join(words for words in (title, self._name, mark[2]) if words))
        self.setToolTip(tip)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Open with Return, remove with Delete."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open large."""
        self.opened.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, picture, title and quality."""
        tokens, painter = theme.current(), QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        chosen, whole = self.isChecked(), QRectF(self.rect())
        painter.setPen(QPen(QColor(tokens.accent if chosen else tokens.line), 2 if chosen else 1))
        painter.setBrush(QColor(tokens.panel))
        painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), 8, 8)
        self._paint_picture(
            painter, QRectF(_PAD, _PAD, self.width() - 2 * _PAD, self.height() - self._below - 2 * _PAD)
        )
        self._paint_words(painter)
        painter.end()
        if self.hasFocus():
            paint_focus(self, "text" if chosen else "accent", inside=chosen)

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        tokens, rounded = theme.current(), QPainterPath()
        rounded.addRoundedRect(box, _ROUND, _ROUND)
        painter.fillPath(rounded, QColor(tokens.raised))
        if self._picture is None:
            return
        painter.save()
        painter.setClipPath(rounded)
        if self._picture.width() > self._picture.height():  # a whole photo: its sides may show what matters
            painter.drawPixmap(_fitting(self._picture, box), self._picture, QRectF(self._picture.rect()))
        else:
            painter.drawPixmap(box, self._picture, _filling(self._picture, box))
        painter.restore()

    def _paint_words(self, painter: QPainter) -> None:
        tokens, top = theme.current(), self.height() - self._below - 2
        wide = self.width() - 2 * _PAD - 4
        painter.setFont(theme.font(14, strong=True))
        painter.setPen(QColor(tokens.text))
        title = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, int(wide))
        painter.drawText(QRectF(_PAD + 4, top, wide, 22), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(tokens.muted))
        at_right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(_PAD + 4, top, wide, 22), at_right, self._name)
        icon, tone, words = self._mark
        colour = getattr(tokens, tone)
        if icon:
            icons.paint(painter, QRectF(_PAD + 4, top + 26, 16, 16), icon, colour)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(tokens.text if tone == "accent" else colour))
        painter.drawText(QRectF(_PAD + 26, top + 24, wide - 22, 20), Qt.AlignmentFlag.AlignVCenter, words)


class ViewTile(PhotoTile):
    """A small tile whose photo's camera is taken as the view."""

    def __init__(self) -> None:
        super().__init__(words_height=18.0)
        self.setFixedSize(76, 92)

    def _paint_words(self, painter: QPainter) -> None:
        tokens = theme.current()
        painter.setFont(theme.font(12, strong=self.isChecked()))
        painter.setPen(QColor(tokens.text if self.isChecked() else tokens.muted))
        title = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, self.width() - 6)
        painter.drawText(QRectF(0, self.height() - 23, self.width(), 20), Qt.AlignmentFlag.AlignCenter, title)
        icon, tone, _ = self._mark
        if tone in ("warning", "error"):
            ground = QRectF(self.width() - 30, 10, 20, 20)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.badge))
            painter.drawEllipse(ground)
            icons.paint(painter, ground.adjusted(3, 2, -3, -4), icon, getattr(tokens, tone))


class MissingTile(QAbstractButton):
    """The empty place of a view that the series lacks; pressed, photos are asked for."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("{title!t} missing, add photos", title=title))
        self.setToolTip(
            tr(
                "No photo shows this view ({title!t}). It would make the face more exact, and is not required.",
                title=title,
            )
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of a tile."""
        return QSize(200, 260)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw a dashed place with a camera."""
        tokens, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens.raised) if self.underMouse() else Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(tokens.accent if self.hasFocus() else tokens.border), 2 if self.hasFocus() else 1)
        pen.setStyle(Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        middle = self.height() / 2
        icons.paint(painter, QRectF(self.width() / 2 - 14, middle - 44, 28, 28), "capture", tokens.muted)
        painter.setFont(theme.font(14, strong=True))
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QRectF(0, middle - 8, self.width(), 24), Qt.AlignmentFlag.AlignCenter, self._title)
        painter.setFont(theme.font(12))
        painter.drawText(QRectF(0, middle + 14, self.width(), 22), Qt.AlignmentFlag.AlignCenter, tr("Missing"))


def _filling(drawn: QPixmap, box: QRectF) -> QRectF:
    """Return the middle part of a picture that fills a box."""
    wide, high = float(drawn.width()), float(drawn.height())
    share = min(wide / box.width(), high / box.height())
    part = QRectF(0, 0, box.width() * share, box.height() * share)
    part.moveCenter(QRectF(0, 0, wide, high).center())
    return part


def _fitting(drawn: QPixmap, box: QRectF) -> QRectF:
    """Return where a whole picture lies in a box."""
    share = min(box.width() / drawn.width(), box.height() / drawn.height())
    place = QRectF(0, 0, drawn.width() * share, drawn.height() * share)
    place.moveCenter(box.center())
    return place
