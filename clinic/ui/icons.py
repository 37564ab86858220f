"""Line icons of our own, drawn in the colours of the palette."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from clinic import resources

_SHARPNESS = 3  # pixels drawn per logical pixel, enough for displays at 300 %


def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """Return an icon of resources/icons in one colour."""
    return QIcon(pixmap(name, colour, size))


@cache
def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """Return the picture of an icon, `size` logical pixels square. Raises FileNotFoundError for an unknown name."""
    picture = QPixmap(size * _SHARPNESS, size * _SHARPNESS)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint(painter, QRectF(picture.rect()), name, colour)
    painter.end()
    picture.setDevicePixelRatio(_SHARPNESS)
    return picture


def paint(painter: QPainter, where: QRectF, name: str, colour: str) -> None:
    """Draw an icon with a painter."""
    _renderer(name, colour).render(painter, where)


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = (resources.folder("icons") / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
