"""The first time: the passphrase that an administrator made gives way to one that nobody else knows."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from clinic.ui.widgets.card import CardPage
from clinic.ui.widgets.secret import NewSecret, secret_field
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

_WORDS = say(
    "Somebody else made the passphrase that you came in with. Choose your own now; patients are shown after that. "
    "Nobody can tell you what it was, so keep it in mind, and print a recovery key later."
)


class FirstPassphrase(CardPage):
    """chosen(old, new): change it. left(): not now."""

    chosen = Signal(str, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.old = secret_field(tr("The passphrase you were given"))
        self.new = NewSecret()
        self._error = label("", "error", wrap=True)
        self.button = Button(tr("Use the new one"), self._give, icon="key", role="primary")
        self._working = QProgressBar()
        self._working.setRange(0, 0)
        self._working.setTextVisible(False)
        add_all(self.column, label(tr("Choose your passphrase"), "title"), label(_WORDS, "muted", wrap=True))
        add_all(self.column, self.old, self.new, self._error, self.button, self._working)
        self.column.addWidget(Button(tr("Lock"), self.left.emit, role="flat"))
        self.old.textChanged.connect(self._judge)
        self.new.changed.connect(self._judge)
        self.new.entered.connect(self._give)
        self.ask()

    @property
    def error(self) -> str:
        """What the page says went wrong."""
        return self._error.text()

    def ask(self) -> None:
        """Begin with empty fields."""
        self.old.clear()
        self.new.clear()
        self.refuse("")

    def refuse(self, words: str) -> None:
        """Say why it was not changed, and ask again."""
        self._error.setText(words)
        self._working.hide()
        self._judge()
        self.old.setFocus()

    def _judge(self) -> None:
        self.button.setEnabled(bool(self.old.text() and self.new.text) and self._working.isHidden())

    def _give(self) -> None:
        if self.button.isEnabled():
            self._error.clear()
            self._working.show()
            self._judge()
            self.chosen.emit(self.old.text(), self.new.text)
