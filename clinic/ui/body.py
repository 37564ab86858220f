"""Between the bars: panels at the left and right that are dragged wider or folded away, and what they are about."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QWidget

from clinic.ui import theme

Panels = tuple[QWidget | None, QWidget, QWidget]
_LEFT, _RIGHT = (264, 400), (320, 440)  # least and largest width
_CENTRE = 480  # least width


class Body(QSplitter):
    """Shows left panel, centre and right panel of one stage."""

    def __init__(self, stages: Mapping[str, Panels]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self._stages = stages
        self._stage = next(iter(stages))
        self.left, self.centre, self.right = QStackedWidget(), QStackedWidget(), QStackedWidget()
        self.folded: set[str] = set()
        self._widths = theme.LEFT_WIDTH, theme.RIGHT_WIDTH
        self.splitterMoved.connect(self._note_widths)
        for stack in (self.left, self.centre, self.right):
            self.addWidget(stack)
        for panels in stages.values():
            for stack, widget in zip((self.left, self.centre, self.right), panels, strict=True):
                if widget is not None and stack.indexOf(widget) < 0:
                    stack.addWidget(widget)
        self.centre.setMinimumWidth(_CENTRE)  # what is in it says less where there is less room
        for number, factor in enumerate((0, 1, 0)):
            self.setStretchFactor(number, factor)
        self.grow()

    def grow(self) -> None:
        """Take limits and usual widths that fit the size of the words, as far as the window goes."""
        for stack, (least, most) in ((self.left, _LEFT), (self.right, _RIGHT)):
            share = theme.share()
            stack.setMinimumWidth(round(least * share))
            stack.setMaximumWidth(round(most * share))
        self.set_widths(theme.scaled(theme.LEFT_WIDTH), theme.scaled(theme.RIGHT_WIDTH))

    def show_stage(self, stage: str) -> None:
        """Show the panels of a stage."""
        self._stage = stage
        left, centre, right = self._stages[stage]
        if left is not None:
            self.left.setCurrentWidget(left)
        self.centre.setCurrentWidget(centre)
        self.right.setCurrentWidget(right)
        self._fold()

    def fold(self, side: str) -> None:
        """Hide the left or right panel, or show it again."""
        self.folded ^= {side}
        self._fold()

    def set_widths(self, left: int, right: int) -> None:
        """Give the side panels widths; 0 for the usual one."""
        left, right = left or theme.LEFT_WIDTH, right or theme.RIGHT_WIDTH
        self._widths = left, right
        self.setSizes([left, max(self.width() - left - right, 1), right])

    def widths(self) -> tuple[int, int]:
        """Return the widths of the side panels, also of one that is hidden."""
        return self._widths

    def step(self, before: QWidget, steps: int) -> None:
        """Give the keys to the next panel; `before` is the bar above, which comes first."""
        panels = [before, *(stack for stack in (self.left, self.centre, self.right) if stack.isVisible())]
        focus = QApplication.focusWidget()
        now = next((at for at, one in enumerate(panels) if focus is one or (focus and one.isAncestorOf(focus))), 0)
        for away in range(1, len(panels) + 1):
            stop = _first(panels[(now + steps * away) % len(panels)])
            if stop is not None:
                stop.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _note_widths(self) -> None:
        left, _, right = self.sizes()
        self._widths = left or self._widths[0], right or self._widths[1]

    def _fold(self) -> None:
        self.left.setVisible(self._stages[self._stage][0] is not None and "left" not in self.folded)
        self.right.setVisible("right" not in self.folded)
        self.refresh()  # at once, since what follows may ask where things stand
        self.set_widths(*self._widths)


def _first(panel: QWidget) -> QWidget | None:
    """Return what Tab would reach first in a panel, in reading order."""
    stops = [
        one
        for one in panel.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible() and one.isEnabled()
    ]
    places = {id(one): one.mapTo(panel, QPoint(0, 0)) for one in stops}
    return min(stops, key=lambda one: (places[id(one)].y() // 24, places[id(one)].x()), default=None)
