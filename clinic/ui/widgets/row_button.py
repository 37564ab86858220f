"""A row of words and pictures that is pressed as a whole."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from clinic.ui.widgets.focus import paint_focus


class RowButton(QPushButton):
    """Holds a layout and is as large as that; Return presses it too, and a ring shows that it has the keys.

    look: "card", "plan" or "quiet", as the style sheet knows it.
    """

    def __init__(self, name: str, look: str) -> None:
        super().__init__()
        self.setProperty("role", "holder")
        self.setProperty("look", look)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(name)

    def mark(self, chosen: bool) -> None:
        """Show whether it is the one that is open."""
        self.setProperty("chosen", "true" if chosen else "false")

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of what it holds, which a button does not know of."""
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the size below which words would be cut."""
        layout = self.layout()
        return super().minimumSizeHint() if layout is None else layout.minimumSize()

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Tell that narrow words are tall."""
        layout = self.layout()
        return layout is not None and layout.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return how tall the words are in a width."""
        layout = self.layout()
        return -1 if layout is None else layout.heightForWidth(width)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Press it with Return."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ring of the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            edged = self.property("look") == "card" and self.property("chosen") == "true"
            paint_focus(self, "text" if edged else "accent", inside=edged)
