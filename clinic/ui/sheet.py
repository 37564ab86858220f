"""The sheet of all actions and their keys."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clinic.ui.actions import Action
from clinic.ui.widgets.text import Button, label


class ShortcutSheet(QDialog):
    """Lists the table of actions by group."""

    def __init__(self, actions: Sequence[Action], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setWindowTitle("Keyboard shortcuts")
        columns = QHBoxLayout()
        columns.setSpacing(48)
        for group, members in groupby(
            sorted(actions, key=lambda action: action.group), key=lambda action: action.group
        ):
            columns.addWidget(_group(group, [action for action in members if action.key]))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(32, 24, 32, 24)
        whole.setSpacing(16)
        whole.addWidget(label("Keyboard shortcuts", "title"))
        whole.addLayout(columns)
        words = (
            "Plain letters, digits and Space act while the picture has the focus. Hold Space to see the face before."
        )
        whole.addWidget(label(words, "muted"))
        whole.addWidget(Button("Close", self.accept), 0, Qt.AlignmentFlag.AlignRight)


def _group(title: str, actions: Sequence[Action]) -> QWidget:
    group = QWidget()
    grid = QGridLayout(group)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(8)
    grid.addWidget(label(title, "section"), 0, 0, 1, 2)
    for row, action in enumerate(actions, start=1):
        grid.addWidget(label(action.words), row, 0)
        key = QKeySequence(action.key).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(label(key, "muted"), row, 1, Qt.AlignmentFlag.AlignRight)
    grid.setRowStretch(len(actions) + 1, 1)
    return group
