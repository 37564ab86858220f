"""A row of choices of which exactly one is taken."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QSizePolicy

from clinic.ui import icons, theme
from clinic.words import tr


class Segments(QFrame):
    """Choices side by side; `chosen` tells the id of the one that the user takes."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str, str, str]], stretch: bool = False) -> None:
        """Make a row from (id, words, key, icon); words may be empty where the icon speaks, then they are `id`."""
        super().__init__()
        self.setObjectName("segments")
        self.setFixedHeight(theme.TARGET)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Segment] = {}
        for identifier, words, key, icon in choices:
            button = Segment(words, key, icon, stretch)
            button.setAccessibleName(tr(words or identifier))
            button.setToolTip(f"{tr(words or identifier)}  {key}".strip())
            button.clicked.connect(lambda _=False, chosen=identifier: self.chosen.emit(chosen))
            self._group.addButton(button)
            self._buttons[identifier] = button
            row.addWidget(button)

    def choose(self, identifier: str) -> None:
        """Show which choice is taken, without telling; an empty id takes none."""
        self._group.setExclusive(bool(identifier))
        for name, button in self._buttons.items():
            button.setChecked(name == identifier)
        self._group.setExclusive(True)

    def shorten(self, words: Mapping[str, str] | None) -> None:
        """Show shorter words by id and no keys, where the window is narrow; None for the full ones."""
        for name, button in self._buttons.items():
            button.shorten(None if words is None else words[name])

    def button(self, identifier: str) -> "Segment":
        """Return the button of a choice."""
        return self._buttons[identifier]


class Segment(QAbstractButton):
    """One choice: words, its key in a quieter tone, or an icon alone."""

    def __init__(self, words: str, key: str, icon: str, stretch: bool) -> None:
        super().__init__()
        self.setText(tr(words))
        self._full = (self.text(), key)
        self._key, self._icon = key, icon
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        horizontal = QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def shorten(self, words: str | None) -> None:
        """Show other words and no key, or the full ones."""
        full, key = self._full
        self.setText(full if words is None else tr(words))
        self._key = key if words is None else ""
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return words and key with 8 px around, at least as large as a finger."""
        return QSize(max(theme.TARGET, self._content_width() + 20), theme.TARGET)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the size below which words would touch what stands beside them."""
        return QSize(max(theme.TARGET, self._content_width() + 12), theme.TARGET)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw a filled box if taken, words and key."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0, 4, 0, -4)
        tone, quiet = tokens.text, tokens.muted
        if self.isChecked():
            painter.setBrush(QColor(tokens.accent if self.isEnabled() else tokens.line))
            tone = quiet = tokens.on_accent
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(QColor(tokens.line))
        if not self.isEnabled():
            tone = quiet = tokens.border if not self.isChecked() else tokens.muted
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or (self.underMouse() and self.isEnabled()):
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.on_accent if self.isChecked() else tokens.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
        self._paint_content(painter, tone, quiet)

    def _paint_content(self, painter: QPainter, tone: str, quiet: str) -> None:
        left = (self.width() - self._content_width()) / 2
        if self._icon:
            icons.paint(painter, QRectF(left, (self.height() - 20) / 2, 20, 20), self._icon, tone)
            left += 28
        if not self.text():
            return
        painter.setFont(theme.font(13, strong=True))
        painter.setPen(QColor(tone))
        painter.drawText(QRectF(left, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
        left += self._words_width() + 8
        painter.setFont(theme.font(12))
        painter.setPen(QColor(quiet))
        painter.drawText(QRectF(left, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignVCenter, self._key)

    def _words_width(self) -> int:
        return QFontMetrics(theme.font(13, strong=True)).horizontalAdvance(self.text())

    def _content_width(self) -> int:
        width = 20 if self._icon else 0
        if self.text():
            width += (8 if self._icon else 0) + self._words_width()
            if self._key:
                width += 8 + QFontMetrics(theme.font(12)).horizontalAdvance(self._key)
        return width
