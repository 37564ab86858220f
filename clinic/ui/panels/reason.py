"""Asks for a reason where a caution is red."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from clinic.case import Caution
from clinic.ui.widgets.secret import text_field
from clinic.ui.widgets.text import Icon, label
from clinic.words import tr

LEAST_LETTERS = 10


class ReasonForm(QFrame):
    """Red cautions, and the reason in the surgeon's words why the plan is shared all the same. changed(): typed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setProperty("kind", "error")
        self._said: tuple[Caution, ...] = ()
        self._title, self._words = label("", "strong", wrap=True), label("", "small", wrap=True)
        self.field = text_field(tr("Why you share it all the same"))
        self.field.textChanged.connect(self.changed)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(Icon("warning", "error"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self._words)
        column.addWidget(self.field)
        self.hide()

    @property
    def text(self) -> str:
        """The reason, "" where none is needed."""
        return self.field.text().strip() if self._said else ""

    @property
    def given(self) -> bool:
        """True if there is a reason, or none is needed."""
        return not self._said or len(self.text) >= LEAST_LETTERS

    def follow(self, said: tuple[Caution, ...]) -> None:
        """Ask about other cautions; a reason that was typed for others does not hold for them."""
        if said == self._said:
            return
        self._said = said
        self.clear()
        self.setVisible(bool(said))
        self._title.setText("\n".join(tr(one.title) for one in said))
        self._words.setText(tr("Your reason is sealed in the audit trail with the export. Name no patient."))

    def clear(self) -> None:
        """Forget what was typed."""
        self.field.clear()
