"""One of the six tabs at the top."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from clinic.ui import icons, theme
from clinic.ui.stages import State
from clinic.words import tr

_STATES = {
    State.EMPTY: ("empty", "muted"),
    State.READY: ("check", "muted"),
    State.ATTENTION: ("warning", "warning"),
    State.BUSY: ("busy", "accent"),
}


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
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the same size for all six, so that nothing jumps."""
        return QSize(128, 52)

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
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        icons.paint(painter, QRectF(10, 14, 24, 24), self._icon, tokens.accent if self.isChecked() else tokens.muted)
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font(14, strong=True))
        painter.drawText(QRectF(44, 6, 80, 20), Qt.AlignmentFlag.AlignVCenter, self.text())
        icon, tone = _STATES[self._state]
        icons.paint(painter, QRectF(44, 28, 16, 16), icon, getattr(tokens, tone))
        painter.setPen(QColor(tokens.warning if self._state is State.ATTENTION else tokens.muted))
        painter.setFont(theme.font(12))
        painter.drawText(QRectF(63, 26, 65, 20), Qt.AlignmentFlag.AlignVCenter, self._state_words)
