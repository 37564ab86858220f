"""A card about one matter of a page."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QVBoxLayout

from clinic.jobs import Progress
from clinic.ui.records.page import Section
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import label

_CARD_WIDTH = 420


class Matter(QFrame):
    """One matter of the page: a heading, what it is for, and `column` for the rest."""

    def __init__(self, page: Section, title: str, words: str) -> None:
        super().__init__()
        self.page = page
        self.setObjectName("card")
        self.setFixedWidth(_CARD_WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(8)
        add_all(self.column, label(title, "section"), label(words, "muted", wrap=True))

    def do(self, words: str, work: Callable[[Progress], object], done: Callable[[object], object]) -> None:
        """Change something off this thread, then say so."""
        self.page.desk.ask(words, work, done)

    def say(self, words: str) -> None:
        """Tell what was done."""
        self.page.desk.said.emit(words, "notice")
