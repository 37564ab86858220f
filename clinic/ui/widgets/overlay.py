"""Sheets that lie over the window: what is below is dimmed, keys stay inside, Escape goes back."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinic.ui import theme
from clinic.ui.widgets.above import Above, is_escape
from clinic.ui.widgets.text import Button, label
from clinic.words import tr

_MARGIN = 48
_DIM = 0.55


class Overlay(Above):
    """A card over everything else in the window, at its top or in its middle.

    `column` takes what the card holds. Tab stays inside; what had the keys before gets them back.
    """

    def __init__(self, over: QWidget, name: str, width: int, at_top: bool = False) -> None:
        super().__init__(over, name)
        self._width, self._at_top = width, at_top
        self._had_focus: QWidget | None = None
        self.card = QFrame(self)
        self.card.setObjectName("card")
        self.column = QVBoxLayout(self.card)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(12)

    def head(self, words: str) -> QWidget:
        """Add the title with a button that closes; returns the button's line."""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(words, "title"), 1)
        row.addWidget(Button(tr("Close"), self.leave, icon="remove", role="tool", tip=tr("Close  Esc")))
        self.column.addWidget(line)
        return line

    def enter(self, first: QWidget | None = None) -> None:
        """Show it and give the keys to `first`, else to the first that takes them."""
        if not self.isVisible():
            self._had_focus = QApplication.focusWidget()
        self.show()
        self.raise_()
        self._place()
        chosen = first or next((one for one in self._stops() if one is not None), None)
        if chosen is not None:
            chosen.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Put it away, and give the keys back."""
        if self.isHidden():
            return
        had, self._had_focus = self._had_focus, None
        self.hide()
        if had is not None and had.isVisible():
            had.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go back with Escape; nothing else reaches what is below."""
        if is_escape(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go back by a click beside the card."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.leave()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Dim what is below."""
        colour = QColor("#000000")
        colour.setAlphaF(_DIM)
        QPainter(self).fillRect(self.rect(), colour)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Go round among what the card holds."""
        stops = self._stops()
        now = QApplication.focusWidget()
        if not stops:
            return False
        place = stops.index(now) if now in stops else -1
        stops[(place + (1 if forward else -1)) % len(stops)].setFocus(
            Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def _stops(self) -> list[QWidget]:
        """Return what Tab stops at, in reading order."""
        stops = [
            one
            for one in self.card.findChildren(QWidget)
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisibleTo(self) and one.isEnabled()
        ]
        return sorted(stops, key=lambda one: _reading(one.mapTo(self, QPoint(0, 0))))

    def _place(self) -> None:
        self.setGeometry(self._over.rect())
        width = min(round(self._width * theme.share()), self.width() - 2 * _MARGIN)
        self.card.setFixedWidth(width)
        self.card.setMaximumHeight(self.height() - 2 * _MARGIN)
        self.card.adjustSize()
        height = min(self.card.sizeHint().height(), self.height() - 2 * _MARGIN)
        self.card.resize(width, height)
        top = 2 * _MARGIN if self._at_top else (self.height() - height) // 2
        self.card.move((self.width() - width) // 2, max(_MARGIN, min(top, self.height() - height - _MARGIN)))


def _reading(at: QPoint) -> tuple[int, int]:
    """Rows from the top, in a row from the left; what lies a little higher is in the same row."""
    return at.y() // 24, at.x()
