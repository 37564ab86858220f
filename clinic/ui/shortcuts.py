"""The sheet of all keys, printed from the table of actions."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinic.ui.actions import Action
from clinic.ui.keys import key_words
from clinic.ui.widgets.overlay import Overlay
from clinic.ui.widgets.text import label
from clinic.words import say, tr

_WIDTH, _COLUMNS = 1080, 3
_PICTURE = say("Plain letters, digits and Space act while the picture has the focus.")
# keys of single widgets, which are no rows of the table
_ELSEWHERE = (
    (say("See the face before, held"), "Space"),
    (say("Nudge a slider"), "Up / Down"),
    (say("Move a handle by 0.1 mm"), "Arrows"),
    (say("Move an edit up or down"), "Alt+Up / Down"),
    (say("Take an edit out"), "Del"),
)


class ShortcutSheet(Overlay):
    """Lists every action that has a key, by group, in columns of like height."""

    def __init__(self, over: QWidget, actions: Sequence[Action]) -> None:
        super().__init__(over, tr("Keyboard shortcuts"), _WIDTH)
        self.head(tr("Keyboard shortcuts"))
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, 20, 0)
        columns.setSpacing(40)
        for groups in _balanced(_grouped(actions)):
            column = QVBoxLayout()
            column.setSpacing(20)
            for title, rows in groups:
                column.addWidget(_group(title, rows))
            column.addStretch(1)
            columns.addLayout(column, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(tr("Keyboard shortcuts"))
        scroll.setMinimumHeight(min(inner.sizeHint().height(), over.height() - 260))
        scroll.setWidget(inner)
        self.column.addWidget(scroll, 1)
        self.column.addWidget(label(tr(_PICTURE), "muted", wrap=True))


Group = tuple[str, list[tuple[str, str]]]


def _grouped(actions: Sequence[Action]) -> list[Group]:
    groups = [
        (tr(group), [(tr(one.words), key_words(one.key)) for one in members if one.key])
        for group, members in groupby(actions, key=lambda action: action.group)
    ]
    return [*groups, (tr("In the panels"), [(tr(words), keys) for words, keys in _ELSEWHERE])]


def _balanced(groups: list[Group]) -> list[list[Group]]:
    """Put groups into columns in their order, each begun once the one before has its share of the rows."""
    share = sum(len(rows) + 2 for _, rows in groups) / _COLUMNS
    columns, filled = [list[Group]() for _ in range(_COLUMNS)], 0.0
    for title, rows in groups:
        height = len(rows) + 2
        columns[min(int((filled + height / 2) / share), _COLUMNS - 1)].append((title, rows))
        filled += height
    return columns


def _group(title: str, rows: list[tuple[str, str]]) -> QWidget:
    group = QWidget()
    grid = QGridLayout(group)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    grid.addWidget(label(title, "strong"), 0, 0, 1, 2)
    for row, (words, key) in enumerate(rows, start=1):
        grid.addWidget(label(words), row, 0)
        grid.addWidget(label(key, "small"), row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return group
