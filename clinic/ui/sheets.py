"""The sheets over the window: all commands, keys, preferences, and help beside it. Each is made when it is opened."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clinic.ui.actions import ACTIONS
from clinic.ui.help.sheet import HelpSheet
from clinic.ui.keys import key_words
from clinic.ui.palette.sheet import Command, CommandPalette
from clinic.ui.preferences.sheet import PreferenceSheet
from clinic.ui.shortcuts import ShortcutSheet
from clinic.ui.widgets.overlay import Overlay
from clinic.words import tr

if TYPE_CHECKING:
    from clinic.ui.main_window import MainWindow


class Sheets(QObject):
    """Opens one sheet at a time. taken(id): an action was chosen among all commands."""

    taken = Signal(str)

    def __init__(self, window: "MainWindow", over: QWidget) -> None:
        super().__init__(window)
        self._window, self._over = window, over
        self.sheet: Overlay | None = None
        self.help: HelpSheet | None = None

    def show_commands(self) -> None:
        """Offer every action."""
        commands = [
            Command(one.id, tr(one.words), tr(one.group), key_words(one.key), one.icon, tr(one.hindrance(self._window)))
            for one in ACTIONS
            if one.id != "commands"
        ]
        made = CommandPalette(self._over)
        made.taken.connect(self.taken)
        self._take(made)
        made.open(commands, self._window.memory.recent)

    def show_shortcuts(self) -> None:
        """Show every key."""
        made = ShortcutSheet(self._over, ACTIONS)
        self._take(made)
        made.enter()

    def show_preferences(self) -> None:
        """Let the user choose."""
        made = PreferenceSheet(self._over, self._window.preferences)
        self._take(made)
        made.enter(made.first)

    def show_help(self) -> None:
        """Show the page about where the user is, or put it away."""
        self._helped().toggle(self._window.place)

    def show_help_on(self, page: str, section: str) -> None:
        """Show what a panel asks about."""
        self._helped().open(page, section)

    def leave(self) -> None:
        """Put everything away."""
        if self.sheet is not None:
            self.sheet.leave()
        if self.help is not None:
            self.help.leave()

    def _helped(self) -> HelpSheet:
        if self.help is None:
            self.help = HelpSheet(self._over)
            self.help.closed.connect(self._window.give_focus)
        return self.help

    def _take(self, made: Overlay) -> None:
        if self.sheet is not None:
            self.sheet.leave()
        self.sheet = made
        made.closed.connect(lambda: self._drop(made))

    def _drop(self, left: Overlay) -> None:
        if self.sheet is left:
            self.sheet = None
        left.deleteLater()
