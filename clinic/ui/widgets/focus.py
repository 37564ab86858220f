"""The ring around what has the keys."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from clinic.ui import theme

_EDGE, _INSIDE, _ROUND = 1.0, 4.0, 8.0


def paint_focus(widget: QWidget, tone: str = "accent", inside: bool = False) -> None:
    """Draw the ring over a widget. tone: name of a token that has 3 : 1 on what lies beneath the ring.

    inside: apart from the edge, where that says something else, such as what is chosen.
    """
    away = _INSIDE if inside else _EDGE
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(getattr(theme.current(), tone)), 2))
    box, radius = QRectF(widget.rect()).adjusted(away, away, -away, -away), _ROUND - away / 2
    painter.drawRoundedRect(box, radius, radius)
