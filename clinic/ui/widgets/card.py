"""A page with one card in its middle, for what has to be answered before anything else."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinic.ui import theme
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Icon, label

_WIDTH = 440


class CardPage(QWidget):
    """`column` takes what the card holds, below the name of the program."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(theme.scaled(_WIDTH))
        self.column = QVBoxLayout(card)
        self.column.setContentsMargins(32, 32, 32, 32)
        self.column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        add_all(head, Icon("clinic", "accent", 32), label("Clinic", "title"))
        head.addStretch(1)
        self.column.addLayout(head)
        self.column.addSpacing(12)
        whole = QVBoxLayout(self)
        whole.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
