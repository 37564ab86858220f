"""The panels left and right of the picture, and the groups in them."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from clinic.ui.widgets.text import Button, label, rule
from clinic.words import tr

_EDGE, _SCROLL_BAR = 16, 10  # px at the edges; px of the bar that shows how far a panel was scrolled
ABOVE, BESIDE_BUTTON = 16, 6  # px over a heading; less where a button makes its line taller


class Side(QWidget):
    """A side panel: groups from the top in `column`, which scrolls; `head` above and `foot` below stay in sight.

    help_asked(page, section): what help is to say something about.
    """

    help_asked = Signal(str, str)

    def __init__(self, edge: str) -> None:
        super().__init__()
        self.setObjectName("side")
        self.setProperty("edge", edge)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._due: Callable[[], None] | None = None
        content = QWidget()
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(_EDGE, ABOVE, _EDGE, 16)
        self.column.setSpacing(8)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        scroll.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.head = QVBoxLayout()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(16, 8, 16, 16)
        self.foot.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self.head)
        whole.addWidget(scroll, 1)
        self._rule = rule()
        self._rule.hide()
        whole.addWidget(self._rule)
        whole.addLayout(self.foot)

    def start_below(self, above: int) -> None:
        """Leave room above the first group, in pixels."""
        margins = self.column.contentsMargins()
        margins.setTop(above)
        self.column.setContentsMargins(margins)

    def when_seen(self, refresh: Callable[[], None], now: bool = False) -> None:
        """Refresh what the panel shows, as soon as it is seen while another stage hides it. now: seen or not."""
        hidden = self.parentWidget() is not None and not self.isVisible()
        self._due = refresh if hidden and not now else None
        if self._due is None:
            refresh()

    def reveal(self, widget: QWidget) -> None:
        """Scroll until a widget is in sight, once the layout has settled."""
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(widget, 0, 0))

    def to_top(self) -> None:
        """Scroll to the first group."""
        self._scroll.verticalScrollBar().setValue(0)

    def section(self, words: str, aside: str = "", about: tuple[str, str] | None = None) -> QLabel:
        """Begin a group with a heading; returns the quiet words at its right end.

        about: page and section of help that a button at the end of the heading opens.
        """
        above = ABOVE if about is None else BESIDE_BUTTON
        if self.column.count():
            self.column.addSpacing(above)
        else:
            self.start_below(above)
        row = QHBoxLayout()
        row.addWidget(label(words, "section", wrap=True), 1)
        quiet = label(aside, "small")
        row.addWidget(quiet)
        if about is not None:
            button = Button(
                tr("Help: {about}", about=words), lambda: self.help_asked.emit(*about), icon="help", role="tool"
            )
            row.addWidget(button)
        self.column.addLayout(row)
        return quiet

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Catch up with what changed while nobody saw it."""
        due, self._due = self._due, None
        if due is not None:
            due()
        super().showEvent(event)

    def _make_room(self, _: int, last: int) -> None:
        """Let the scroll bar stand in the margin, where it takes no room, and part the foot from what scrolls."""
        margins = self.column.contentsMargins()
        margins.setRight(_EDGE - _SCROLL_BAR if last else _EDGE)
        self.column.setContentsMargins(margins)
        self._rule.setVisible(bool(last and self.foot.count()))


def fact(words: str, value: str, aside: str = "", below: str = "") -> QWidget:
    """Return a line: words at the left, a value at the right, in a quieter tone its ± beside or its range below it."""
    line = QWidget()
    grid = QGridLayout(line)
    grid.setContentsMargins(0, 0, 0, 6 if below else 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(0)
    grid.setColumnStretch(0, 1)
    grid.addWidget(label(words, "muted", wrap=True), 0, 0)
    at_right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    grid.addWidget(label(value, "strong"), 0, 1, at_right)
    if aside:
        quiet = label(aside, "small")
        quiet.setMinimumWidth(52)
        quiet.setAlignment(at_right)
        grid.addWidget(quiet, 0, 2)
    if below:
        grid.addWidget(label(below, "small"), 1, 1, at_right)
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
