"""Words, rules and buttons in the roles that the style sheet knows."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy

from clinic.ui import icons, theme
from clinic.ui.widgets.focus import paint_focus
from clinic.words import tr


def label(words: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """Return words in a role: title, section, strong, muted, small, warning, error, or body text."""
    made = Label()
    made.setText(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


class Label(QLabel):
    """Words in the language of the moment."""

    def setText(self, words: str) -> None:  # noqa: N802
        """Show words; those that were said in English are translated."""
        super().setText(tr(words))


def rule() -> QFrame:
    """Return a thin line between groups."""
    line = QFrame()
    line.setObjectName("rule")
    return line


class Icon(QLabel):
    """A small picture that follows the palette. `tone` is the name of a token."""

    def __init__(self, name: str, tone: str = "muted", size: int = 20) -> None:
        super().__init__()
        self._size = size
        self.setFixedSize(size, size)
        self._name, self._tone = name, tone
        self._draw()

    def show_icon(self, name: str, tone: str) -> None:
        """Show another picture."""
        if (name, tone) != (self._name, self._tone):
            self._name, self._tone = name, tone
            self._draw()

    def _draw(self) -> None:
        name, tone = self._name, self._tone
        self.setPixmap(icons.pixmap(name, getattr(theme.current(), tone), self._size))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw anew when the palette changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()


class Button(QPushButton):
    """A button with words, an icon that follows the palette, and a role: primary, flat, tool, row or the usual."""

    def __init__(
        self, words: str, pressed: Callable[[], object] | None = None, icon: str = "", role: str = "", tip: str = ""
    ) -> None:
        self._icon, words, tip = icon, tr(words), tr(tip)
        super().__init__()
        self.setText("" if role == "tool" else words)
        self.setProperty("role", role)
        self.setAccessibleName(words)
        self.setToolTip(tip or (words if role == "tool" else ""))
        self.setIconSize(QSize(20, 20))
        self.setAutoDefault(False)
        if role == "tool":
            self.setFixedSize(theme.TARGET, theme.TARGET)
        if pressed is not None:
            self.clicked.connect(lambda: pressed())
        self._draw_icon()

    def setText(self, words: str) -> None:  # noqa: N802
        """Show words; beside an icon with air between, which the style sheet cannot give."""
        super().setText(f"\N{EN SPACE}{tr(words)}" if self._icon and words else tr(words))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the icon anew when palette or state change."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self._draw_icon()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ring of the focus too where the button itself is of its colour."""
        super().paintEvent(event)
        if self.hasFocus() and self.property("role") == "primary":
            paint_focus(self, "on_accent", inside=True)

    def _draw_icon(self) -> None:
        if not self._icon:
            return
        tokens = theme.current()
        tones = {"primary": tokens.on_accent, "flat": tokens.accent}
        colour = tones.get(str(self.property("role")), tokens.text) if self.isEnabled() else tokens.border
        self.setIcon(icons.icon(self._icon, colour))
