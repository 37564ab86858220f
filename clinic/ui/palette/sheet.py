"""The palette itself: a line to type in, and what fits, recent first; what cannot be done says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListWidget, QListWidgetItem, QWidget

from clinic.ui import theme
from clinic.ui.palette.fuzzy import score
from clinic.ui.palette.row import ROW, CommandDelegate
from clinic.ui.widgets.overlay import Overlay
from clinic.ui.widgets.text import label
from clinic.words import tr

_WIDTH, _ROWS_SHOWN = 640, 9
_OF_GROUP = 0.4  # what a fit in the heading is worth beside one in the words
_RECENT = 3.0  # what the action used last is worth beside one that fits as well


@dataclass(frozen=True, slots=True)
class Command:
    """One line: an action in the words of the moment, and why it cannot be done just now, "" if it can."""

    id: str
    words: str
    group: str
    key: str
    icon: str
    hindrance: str


class CommandPalette(Overlay):
    """taken(id): an action was chosen."""

    taken = Signal(str)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, tr("All commands"), _WIDTH, at_top=True)
        self._commands: tuple[Command, ...] = ()
        self._recent: tuple[str, ...] = ()
        self.line = _Line()
        self.list = QListWidget()
        self.list.setObjectName("commands")
        self.list.setAccessibleName(tr("Commands that fit"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setItemDelegate(CommandDelegate(self.list))
        self._none = label("", "muted")
        self.column.setContentsMargins(12, 12, 12, 12)
        self.column.setSpacing(8)
        self.column.addWidget(self.line)
        self.column.addWidget(self.list)
        self.column.addWidget(self._none)
        self.line.textChanged.connect(self._fill)
        self.line.stepped.connect(self._step)
        self.line.returnPressed.connect(self._take)
        self.list.itemClicked.connect(lambda _: self._take())

    def open(self, commands: Sequence[Command], recent: Sequence[str]) -> None:
        """Offer commands; recent: ids of those used last, the last first."""
        self._commands, self._recent = tuple(commands), tuple(recent)
        self.line.clear()
        self._fill()
        self.enter(self.line)

    @property
    def shown(self) -> tuple[Command, ...]:
        """What fits, best first."""
        return tuple(self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count()))

    def _fill(self) -> None:
        self.list.clear()
        found = ranked(self.line.text(), self._commands, self._recent)
        for command in found:
            item = QListWidgetItem(command.words)
            item.setData(Qt.ItemDataRole.UserRole, command)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(command))
            self.list.addItem(item)
        self.list.setVisible(bool(found))
        rows = min(_ROWS_SHOWN, max(len(found), 1))
        self.list.setFixedHeight(rows * theme.scaled(ROW) + 2)
        self._none.setVisible(not found)
        self._none.setText(tr("No command has these letters: “{typed}”.", typed=self.line.text()))
        self._choose(0)
        self._place()

    def _step(self, steps: int) -> None:
        if self.list.count():
            self._choose((self.list.currentRow() + steps) % self.list.count())

    def _choose(self, row: int) -> None:
        self.list.setCurrentRow(row)
        item = self.list.currentItem()
        if item is not None:
            spoken = item.data(Qt.ItemDataRole.AccessibleTextRole)
            self.line.setAccessibleDescription(spoken)

    def _take(self) -> None:
        item = self.list.currentItem()
        command = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        if command is None or command.hindrance:
            return
        self.leave()
        # after the keys are back where they were, since an action may depend on that
        QTimer.singleShot(0, self, lambda: self.taken.emit(command.id))


def ranked(typed: str, commands: Sequence[Command], recent: Sequence[str]) -> tuple[Command, ...]:
    """Return the commands that fit, best first; those used last are preferred, what cannot be done comes after."""
    order = {name: place for place, name in enumerate(recent)}
    found: list[tuple[bool, float, int, Command]] = []
    for place, command in enumerate(commands):
        fits = _fit(typed, command)
        if fits is not None:
            used = order.get(command.id)
            worth = fits if used is None else fits + _RECENT + len(recent) - used
            found.append((bool(command.hindrance), -worth, place, command))
    return tuple(command for *_, command in sorted(found, key=lambda one: one[:3]))


def _fit(typed: str, command: Command) -> float | None:
    itself = score(typed, command.words)
    with_group = score(typed, f"{command.group} {command.words}")
    fits = [worth for worth in (itself, None if with_group is None else _OF_GROUP * with_group) if worth is not None]
    return max(fits, default=None)


def _spoken(command: Command) -> str:
    return ", ".join(part for part in (command.words, command.group, command.key, command.hindrance) if part)


class _Line(QLineEdit):
    """stepped(n): the arrows move the choice below."""

    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(tr("What do you want to do?"))
        self.setAccessibleName(tr("Find a command"))
        self.setMinimumHeight(theme.TARGET)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the choice; what is typed stays."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if Qt.Key(event.key()) in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
