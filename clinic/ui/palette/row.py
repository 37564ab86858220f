"""How one command is drawn: icon, words, heading, and its key or why it cannot be done."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clinic.ui import icons, theme

if TYPE_CHECKING:
    from clinic.ui.palette.sheet import Command

ROW = 44
_MARGIN, _GAP, _ICON = 12, 12, 20
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class CommandDelegate(QStyledItemDelegate):
    """Draws rows of the palette."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return a height that a finger hits."""
        return QSize(0, theme.scaled(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one command."""
        command: Command = index.data(Qt.ItemDataRole.UserRole)
        tokens, box = theme.current(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        taken = bool(option.state & QStyle.StateFlag.State_Selected)
        if taken:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected))
            painter.drawRoundedRect(box, 6, 6)
        usable = not command.hindrance
        tone = tokens.text if usable else tokens.muted
        top = box.center().y() - _ICON / 2
        if command.icon:
            shown = QRectF(box.left() + _MARGIN, top, _ICON, _ICON)
            icons.paint(painter, shown, command.icon, tokens.accent if taken and usable else tokens.muted)
        room = box.adjusted(_MARGIN + _ICON + _GAP, 0, -_MARGIN, 0)
        room.setRight(_paint_end(painter, room, command) - _GAP)
        _paint_words(painter, room, command, tone)
        painter.restore()


def _paint_words(painter: QPainter, room: QRectF, command: "Command", tone: str) -> None:
    font, small = theme.font(14), theme.font(12)
    painter.setFont(font)
    painter.setPen(QColor(tone))
    words = QFontMetrics(font).elidedText(command.words, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, _MIDDLE, words)
    rest = room.adjusted(QFontMetrics(font).horizontalAdvance(words) + _GAP, 0, 0, 0)
    if rest.width() >= QFontMetrics(small).horizontalAdvance(command.group):
        painter.setFont(small)
        painter.setPen(QColor(theme.current().muted))
        painter.drawText(rest, _MIDDLE, command.group)


def _paint_end(painter: QPainter, room: QRectF, command: "Command") -> float:
    """Draw what stands at the right end, and return where it begins."""
    tokens, small = theme.current(), theme.font(12)
    metrics = QFontMetrics(small)
    painter.setFont(small)
    if command.hindrance:
        words = metrics.elidedText(command.hindrance, Qt.TextElideMode.ElideRight, int(0.6 * room.width()))
        painter.setPen(QColor(tokens.muted))
        painter.drawText(room, _MIDDLE | Qt.AlignmentFlag.AlignRight, words)
        return float(room.right() - metrics.horizontalAdvance(words))
    left = float(room.right())
    if command.key:
        width, height = max(metrics.horizontalAdvance(command.key) + 16, 24), metrics.height() + 6
        left = room.right() - width
        cap = QRectF(left, room.center().y() - height / 2, width, height)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawRoundedRect(cap, 5, 5)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, command.key)
    return left
