"""The lock screen: nothing of a patient is seen before the passphrase was given."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from clinic.ui import theme
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, Icon, label, rule

LEAST_LENGTH = 15
_WIDTH = 440


def strength(passphrase: str) -> str:
    """Return how good a new passphrase is, in words."""
    missing = LEAST_LENGTH - len(passphrase)
    if missing > 0:
        return f"Too short: {missing} more character{'s' if missing > 1 else ''}."
    if len(set(passphrase)) < 6:
        return "Too simple: use more different characters."
    if len(passphrase) < 20:
        return "Good. Four or more unrelated words are stronger."
    return "Strong."


def acceptable(passphrase: str) -> bool:
    """True if a new archive may be sealed with this passphrase."""
    return len(passphrase) >= LEAST_LENGTH and len(set(passphrase)) >= 6


class UnlockScreen(QWidget):
    """Chooses the archive and asks for its passphrase; for a folder without an archive, for a new one twice.

    given(folder, passphrase, user): the user wants in; a user's name comes with a new archive alone.
    folder_chosen(folder): another archive.
    """

    given = Signal(Path, str, str)
    folder_chosen = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._folder = Path()
        self._new = False
        self._title = label("", "title")
        self._explanation = label("", "muted", wrap=True)
        self._explanation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._place = label("", "small", wrap=True)
        self._choose = Button("Choose another folder", self._choose_folder, icon="folder", role="flat")
        self.passphrase = self._field("Passphrase")
        self.again = self._field("The same passphrase again")
        self.user = QLineEdit()
        self.user.setPlaceholderText("Your name, for the audit trail")
        self.user.setAccessibleName("Your name, for the audit trail")
        self._strength = label("", "small")
        self._error = label("", "error", wrap=True)
        self._open = Button("Unlock", self._give, icon="key", role="primary")
        self._working = QProgressBar()
        self._working.setRange(0, 0)
        self._working.setTextVisible(False)
        self._lay_out()
        for field in (self.user, self.passphrase, self.again):
            field.textChanged.connect(self._judge)
            field.returnPressed.connect(self._give)

    @property
    def error(self) -> str:
        """What the screen says went wrong."""
        return self._error.text()

    @property
    def explanation(self) -> str:
        """What the screen says about the archive."""
        return self._explanation.text()

    def ask(self, folder: Path, new: bool, chosen: bool = True, hint: str = "") -> None:
        """Ask for the passphrase of an archive; new: for one that is to be made. chosen: another may be chosen."""
        self._folder, self._new = folder, new
        self._title.setText("Create the archive" if new else "Unlock the archive")
        self._explanation.setText(
            "Everything about your patients is sealed with a passphrase that only you know. "
            f"It cannot be recovered. Use at least {LEAST_LENGTH} characters, best four or more unrelated words."
            if new
            else hint or "Patients are shown after the passphrase was given."
        )
        self._place.setText(str(folder))
        self._choose.setVisible(chosen)
        self.again.setVisible(new)
        self.user.setVisible(new)
        self._strength.setVisible(new)
        self._open.setText("Create and open" if new else "Unlock")
        for field in (self.passphrase, self.again, self.user):
            field.clear()
        self._error.clear()
        self.show_working(False)
        (self.user if new else self.passphrase).setFocus()

    def refuse(self, words: str) -> None:
        """Say why the archive did not open, and ask again."""
        self.show_working(False)
        self._error.setText(words)
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def show_working(self, working: bool) -> None:
        """Show that the keys are being derived."""
        self._working.setVisible(working)
        for widget in (self.passphrase, self.again, self.user, self._choose):
            widget.setEnabled(not working)
        self._judge()
        if working:
            self._open.setEnabled(False)

    def _lay_out(self) -> None:
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Icon("clinic", "accent", 32))
        head.addWidget(label("Clinic", "title"), 1)
        column.addLayout(head)
        column.addSpacing(12)
        add_all(column, self._title, self._explanation, rule(), self._place)
        column.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignLeft)
        add_all(column, self.user, self.passphrase, self._strength, self.again, self._error, self._open, self._working)
        whole = QVBoxLayout(self)
        whole.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

    def _field(self, words: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(words)
        field.setAccessibleName(words)
        field.setMinimumHeight(theme.TARGET)
        return field

    def _judge(self) -> None:
        typed = self.passphrase.text()
        self._strength.setText(strength(typed) if typed else "")
        named = bool(self.user.text().strip())
        fits = acceptable(typed) and self.again.text() == typed and named if self._new else bool(typed)
        if self._new and acceptable(typed) and self.again.text() and self.again.text() != typed:
            self._strength.setText("The second passphrase differs.")
        self._open.setEnabled(fits)

    def _give(self) -> None:
        if not self._open.isEnabled():
            return
        self._error.clear()
        passphrase, user = self.passphrase.text(), self.user.text().strip() if self._new else ""
        self.show_working(True)
        self.given.emit(self._folder, passphrase, user)

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder of the archive", str(self._folder.parent))
        if chosen:
            self.folder_chosen.emit(Path(chosen))
