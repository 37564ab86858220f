"""Fields for passphrases: what is typed is not shown, and a new one is judged in words and typed twice."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinic.ui import theme
from clinic.ui.widgets.text import label
from clinic.words import plural, tr

LEAST_LENGTH = 15


def strength(passphrase: str) -> str:
    """Return how good a new passphrase is, in words."""
    missing = LEAST_LENGTH - len(passphrase)
    if missing > 0:
        return plural("Too short: {n} more character.", "Too short: {n} more characters.", missing)
    if len(set(passphrase)) < 6:
        return tr("Too simple: use more different characters.")
    if len(passphrase) < 20:
        return tr("Good. Four or more unrelated words are stronger.")
    return tr("Strong.")


def acceptable(passphrase: str) -> bool:
    """True if something may be sealed with this passphrase."""
    return len(passphrase) >= LEAST_LENGTH and len(set(passphrase)) >= 6


def secret_field(words: str) -> QLineEdit:
    """Return a field whose letters are dots."""
    field = text_field(words)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def text_field(words: str) -> QLineEdit:
    """Return a field that says what belongs into it."""
    field = QLineEdit()
    field.setPlaceholderText(tr(words))
    field.setAccessibleName(tr(words))
    field.setMinimumHeight(theme.TARGET)
    return field


class NewSecret(QWidget):
    """A new passphrase, twice. changed(): another one stands there. entered(): Return was pressed."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.first, self.again = secret_field(tr("New passphrase")), secret_field(tr("The same passphrase again"))
        self._strength = label("", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self.first, self._strength, self.again):
            column.addWidget(widget)
        for field in (self.first, self.again):
            field.textChanged.connect(self._judge)
            field.returnPressed.connect(self.entered)
        self._judge()

    @property
    def text(self) -> str:
        """The new passphrase, empty while it is not good enough or not typed twice alike."""
        typed = self.first.text()
        return typed if acceptable(typed) and self.again.text() == typed else ""

    def clear(self) -> None:
        """Forget what was typed."""
        self.first.clear()
        self.again.clear()

    def _judge(self) -> None:
        typed = self.first.text()
        words = (
            strength(typed)
            if typed
            else tr("At least {least_length} characters, best four or more unrelated words.", least_length=LEAST_LENGTH)
        )
        if acceptable(typed) and self.again.text() and self.again.text() != typed:
            words = tr("The second passphrase differs.")
        self._strength.setText(words)
        self.changed.emit()
