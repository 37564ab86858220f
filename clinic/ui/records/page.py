"""The pages about the records, one after the other at the left, the chosen one in the middle."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinic.archive.people.roles import Right
from clinic.ui import theme
from clinic.ui.desk import Desk
from clinic.ui.records.job_bar import JobBar
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import tr

if TYPE_CHECKING:
    from clinic.archive.store import Archive

_NAVIGATION_WIDTH = 220


class Section(QWidget):
    """One page: a title, what it is for, and below that `column`."""

    def __init__(self, desk: Desk, title: str, words: str) -> None:
        super().__init__()
        self.desk = desk
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 16, 24, 16)
        self.column.setSpacing(12)
        self.column.addWidget(label(title, "title"))
        self.column.addWidget(label(words, "muted", wrap=True))

    @property
    def archive(self) -> "Archive | None":
        """The unlocked archive, None without one."""
        session = self.desk.session
        return session.archive if session is not None and self.desk.open and session.folder is not None else None

    def refresh(self) -> None:
        """Show things as they are now."""

    def forget(self) -> None:
        """Show nothing any more: the archive is locked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list at the left. rights: any of them opens the page; none is needed if there are none."""

    id: str
    words: str
    icon: str
    section: Section
    rights: frozenset[Right]


class RecordsPage(QWidget):
    """closed(): back to the patients."""

    closed = Signal()

    def __init__(self, desk: Desk, entries: tuple[Entry, ...], lock: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._entries = desk, entries
        self.buttons: dict[str, Button] = {}
        self._stack = QStackedWidget()
        self._group = QButtonGroup(self)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._navigation())
        body.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top(lock))
        column.addLayout(body, 1)
        column.addWidget(JobBar(desk.clerk))
        desk.lock_changed.connect(self._lock_changed)

    def open(self, chosen: str = "") -> None:
        """Show a page, or the first that whoever is signed in may open."""
        offered = [entry for entry in self._entries if self._allowed(entry)]
        for entry in self._entries:
            self.buttons[entry.id].setVisible(entry in offered)
        entry = next((one for one in offered if one.id == chosen), offered[0])
        self.buttons[entry.id].setChecked(True)
        self._stack.setCurrentWidget(entry.section)
        entry.section.refresh()

    def _allowed(self, entry: Entry) -> bool:
        return not entry.rights or any(self._desk.may(right) for right in entry.rights)

    def _navigation(self) -> QWidget:
        side = QWidget()
        side.setObjectName("side")
        side.setProperty("edge", "left")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(_NAVIGATION_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 16, 12, 16)
        column.setSpacing(4)
        for entry in self._entries:
            button = Button(entry.words, partial(self.open, entry.id), icon=entry.icon, role="row")
            button.setCheckable(True)
            self._group.addButton(button)
            self.buttons[entry.id] = button
            self._stack.addWidget(entry.section)
            column.addWidget(button)
        column.addStretch(1)
        return side

    def _top(self, lock: Callable[[], object]) -> QWidget:
        top = QWidget()
        top.setObjectName("top")
        top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        top.setFixedHeight(theme.TOP_HEIGHT)
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        add_all(row, Icon("shield", "accent", 28), label(tr("Records"), "section"))
        self._who = label("", "small")
        row.addWidget(self._who, 1)
        self.back = Button(tr("Back to the patients"), self.closed.emit, icon="patient")
        add_all(row, self.back, Button(tr("Lock"), lock, icon="lock", role="tool"))
        return top

    def _lock_changed(self) -> None:
        session = self._desk.session
        self._who.setText(session.user if session is not None and self._desk.open else "")
        if not self._desk.open:
            for entry in self._entries:
                entry.section.forget()
