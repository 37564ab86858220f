"""The panels left and right of the picture, and the groups in them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from clinic.ui import theme
from clinic.ui.widgets.text import Button, label


class Side(QWidget):
    """A side panel: groups from the top in `column`, which scrolls, and a foot that stays in sight."""

    def __init__(self, edge: str) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setProperty("edge", edge)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(theme.LEFT_WIDTH if edge == "left" else theme.RIGHT_WIDTH)
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(16, 16, 16, 16)
        self.column.setSpacing(8)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(16, 0, 16, 16)
        self.foot.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addLayout(self.foot)

    def section(self, words: str, aside: str = "") -> QLabel:
        """Begin a group with a heading; returns the quiet words at its right end."""
        if self.column.count():
            self.column.addSpacing(16)
        row = QHBoxLayout()
        row.addWidget(label(words, "section"), 1)
        quiet = label(aside, "small")
        row.addWidget(quiet)
        self.column.addLayout(row)
        return quiet


def fact(words: str, value: str, aside: str = "") -> QWidget:
    """Return a line with words at the left, a value at the right and its ± in a quieter tone."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(label(words, "muted"), 1)
    row.addWidget(label(value, "strong"))
    if aside:
        quiet = label(aside, "small")
        quiet.setMinimumWidth(52)
        quiet.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(quiet)
    line.setMinimumHeight(28)
    return line


def hint(words: str, button: Button | None = None) -> QFrame:
    """Return what an empty group shows: one sentence, and at most one button."""
    box = QFrame()
    box.setObjectName("quiet")
    column = QVBoxLayout(box)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(12)
    column.addWidget(label(words, "muted", wrap=True))
    if button is not None:
        column.addWidget(button)
    return box


def add_all(layout: QVBoxLayout | QHBoxLayout, *widgets: QWidget) -> None:
    """Put widgets into a layout, one after the other."""
    for widget in widgets:
        layout.addWidget(widget)


def clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Take everything out of a layout."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
