"""One of the six tabs at the top."""

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from clinic.ui import icons, theme
from clinic.ui.stages import State
from clinic.ui.widgets.focus import paint_focus
from clinic.words import tr

_STATES = {
    State.EMPTY: ("empty", "muted"),
    State.READY: ("check", "muted"),
    State.ATTENTION: ("warning", "warning"),
    State.BUSY: ("busy", "accent"),
}
_BESIDE = 528  # px of the window for who is on the screen and the tools
_TWO_LINES = 1.2  # share of the usual size up to which two lines have room


class StageTab(QAbstractButton):
    """A stage's icon and name, and beneath it in a word and an icon how it stands."""

    def __init__(self, words: str, icon: str) -> None:
        super().__init__()
        self.setText(tr(words))
        self._icon = icon
        self._state, self._state_words = State.EMPTY, tr("Empty")
        self.setAccessibleName(tr("{words!t}, Empty", words=words))
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, state: State, words: str) -> None:
        """Say how the stage stands."""
        words = tr(words)
        if (state, words) == (self._state, self._state_words):
            return
        self._state, self._state_words = state, words
        self.setAccessibleName(f"{self.text()}, {words}")
        self.setToolTip(f"{self.text()}: {words}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the same size for all six, so that nothing jumps: as the words want, as far as the window goes."""
        room = (self.window().width() - _BESIDE) // 6
        return QSize(max(96, min(theme.scaled(136), room)), 52)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take another size with other words."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, icon, name and state."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected if self.isChecked() else tokens.raised))
            painter.drawRoundedRect(box, 8, 8)
        if theme.share() > _TWO_LINES:
            self._paint_large(painter)
        else:
            self._paint_usual(painter)
        painter.end()
        if self.hasFocus():
            paint_focus(self)

    def _paint_usual(self, painter: QPainter) -> None:
        """Name above, state below."""
        tokens, share = theme.current(), theme.share()
        tone = tokens.accent if self.isChecked() else tokens.muted
        icons.paint(painter, QRectF(10, 14, 24, 24), self._icon, tone)
        room = self.width() - 40
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font(14, strong=True))
        painter.drawText(QRectF(40, 16 - 10 * share, room, 20 * share), Qt.AlignmentFlag.AlignVCenter, self.text())
        icon, tone = _STATES[self._state]
        icons.paint(painter, QRectF(40, 28, 16, 16), icon, getattr(tokens, tone))
        painter.setPen(QColor(tokens.warning if self._state is State.ATTENTION else tokens.muted))
        painter.setFont(theme.font(12))
        below = QRectF(59, 36 - 10 * share, self.width() - 59, 20 * share)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, _fitting(painter, self._state_words, below))

    def _paint_large(self, painter: QPainter) -> None:
        """Large words have room for the name alone; the state is a sign beside it, and stands in the tool tip."""
        tokens = theme.current()
        icon, tone = _STATES[self._state]
        icons.paint(painter, QRectF(8, 18, 16, 16), icon, getattr(tokens, tone))
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font(14, strong=True))
        room = QRectF(30, 0, self.width() - 30, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, _fitting(painter, self.text(), room))


def _fitting(painter: QPainter, words: str, room: QRectF) -> str:
    """Return words as far as they have room."""
    metrics = QFontMetrics(painter.font())
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, math.ceil(room.width()))
