"""The lock screen: nothing of a patient is seen before the passphrase was given."""

import time
from math import ceil
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from clinic.ui import choosing
from clinic.ui.widgets.card import CardPage
from clinic.ui.widgets.language_choice import LanguageChoice
from clinic.ui.widgets.secret import LEAST_LENGTH, acceptable, secret_field, strength, text_field
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, label, rule
from clinic.words import say, tr

_OF_NEW = say(
    "Everything about your patients is sealed with a passphrase that only you know. It cannot be "
    "recovered. Use at least {least_length} characters, best four or more unrelated words.",
    least_length=LEAST_LENGTH,
)
_OF_GONE = say(
    "The folder of your archive cannot be found. It may lie on a disk or a share that is not connected just now. "
    "Nothing was changed. Connect it and look again, choose where it lies now, or restore a backup."
)


class UnlockScreen(CardPage):
    """Chooses the archive and asks for its passphrase; for a folder without an archive, for a new one twice.

    Where several people have the archive it asks for the name too, and for a code where that is wanted.
    given(folder, passphrase, user, code): somebody wants in. created(folder, passphrase, user): make a new archive.
    folder_chosen(folder): another archive. restore_asked(folder): put a backup in its place.
    """

    given = Signal(Path, str, str, str)
    created = Signal(Path, str, str)
    folder_chosen = Signal(Path)
    restore_asked = Signal(Path)
    language_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path()
        self._new = self._several = self._gone = False
        self._held_until = 0.0
        self._title = label("", "title")
        self._explanation = label("", "muted", wrap=True)
        self._explanation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._place = label("", "small", wrap=True)
        self._choose = Button(tr("Another folder"), self._choose_folder, icon="folder", role="flat")
        self._restore = Button(tr("Restore a backup"), self._ask_to_restore, icon="redo", role="flat")
        self.passphrase = secret_field(tr("Passphrase"))
        self.again = secret_field(tr("The same passphrase again"))
        self.user = text_field(tr("Your name"))
        self.code = text_field(tr("Six digits of your authenticator"))
        self._strength = label("", "small")
        self._error = label("", "error", wrap=True)
        self.button = Button(tr("Unlock"), self._give, icon="key", role="primary")
        self._countdown = QTimer(self)
        self._countdown.setInterval(250)
        self._countdown.timeout.connect(self._judge)
        self._working = QProgressBar()
        self._working.setRange(0, 0)
        self._working.setTextVisible(False)
        self.languages = LanguageChoice()
        self.languages.chosen.connect(self.language_chosen)
        self._lay_out()
        for field in (self.user, self.passphrase, self.again, self.code):
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

    def ask(
        self, folder: Path, new: bool, chosen: bool = True, hint: str = "", several: bool = False, user: str = ""
    ) -> None:
        """Ask for the passphrase of an archive; new: for one that is to be made. chosen: another may be chosen.

        several: people have it, so each gives a name; user: who was here last, whose name then stands there already.
        """
        explanation = _OF_NEW if new else hint or tr("Patients are shown after the passphrase was given.")
        self._show(folder, tr("Create the archive") if new else tr("Unlock the archive"), explanation)
        self._new, self._several, self._gone = new, several, False
        named = tr("Your name, for the audit trail") if new else tr("Your name")
        self.user.setPlaceholderText(named)
        self.user.setAccessibleName(named)
        self.button.setText(tr("Create and open") if new else tr("Unlock"))
        self.user.setText(user if several else "")
        self._fit(chosen=chosen)
        first = self.user if (new or several) and not self.user.text() else self.passphrase
        first.setFocus()

    def tell_gone(self, folder: Path) -> None:
        """Say that an archive that was opened before is not in its place; nothing new is made there by mistake."""
        self._show(folder, tr("The archive is not there"), _OF_GONE)
        self._new, self._several, self._gone = False, False, True
        self.button.setText(tr("Look again"))
        self._fit(chosen=True)
        self.button.setFocus()

    def ask_for_code(self) -> None:
        """The passphrase is right; ask for the code beside it."""
        self.show_working(False)
        self._error.clear()
        self.code.clear()
        self.code.show()
        self._judge()
        self.code.setFocus()

    def refuse(self, words: str, wait_s: float = 0.0) -> None:
        """Say why the archive did not open, and ask again, after a wait if there were too many tries."""
        self._held_until = time.monotonic() + wait_s
        self.show_working(False)
        self._error.setText(words)
        field = self.passphrase if self.code.isHidden() else self.code
        field.selectAll()
        field.setFocus()
        if wait_s:
            self._countdown.start()

    def show_working(self, working: bool) -> None:
        """Show that the keys are being derived."""
        self._working.setVisible(working)
        for widget in (self.passphrase, self.again, self.user, self.code, self._choose, self._restore, self.languages):
            widget.setEnabled(not working)
        self._judge()
        if working:
            self.button.setEnabled(False)

    def _show(self, folder: Path, title: str, explanation: str) -> None:
        self._folder = folder
        self._title.setText(title)
        self._explanation.setText(explanation)
        self._place.setText(str(folder))
        for field in (self.passphrase, self.again, self.user, self.code):
            field.clear()
        self._error.clear()

    def _fit(self, chosen: bool) -> None:
        """Show the fields that are asked for."""
        self._choose.setVisible(chosen)
        self._restore.setVisible(chosen)
        self.user.setVisible(self._new or self._several)
        self.passphrase.setVisible(not self._gone)
        for widget in (self.again, self._strength):
            widget.setVisible(self._new)
        self.code.hide()
        self.show_working(False)

    def _lay_out(self) -> None:
        """What is asked stands first; where the archive lies, below the line."""
        column = self.column
        add_all(column, self._title, self._explanation)
        add_all(column, self.user, self.passphrase, self._strength, self.again, self.code)
        add_all(column, self._error, self.button, self._working, rule(), self._place)
        other = QHBoxLayout()
        other.setSpacing(8)
        add_all(other, self._choose, self._restore)
        other.addStretch(1)
        column.addLayout(other)
        column.addWidget(self.languages, 0, Qt.AlignmentFlag.AlignHCenter)

    def _judge(self) -> None:
        typed = self.passphrase.text()
        self._strength.setText(strength(typed) if typed else "")
        named = bool(self.user.text().strip()) or not (self._new or self._several)
        fits = acceptable(typed) and self.again.text() == typed if self._new else bool(typed)
        if self._new and acceptable(typed) and self.again.text() and self.again.text() != typed:
            self._strength.setText(tr("The second passphrase differs."))
        coded = self.code.isHidden() or bool(self.code.text().strip())
        held_s = self._held_until - time.monotonic()
        if held_s <= 0 and self._countdown.isActive():
            self._countdown.stop()
            self._error.clear()
        idle = self._working.isHidden()
        if not self._gone:
            usual = tr("Create and open") if self._new else tr("Unlock")
            self.button.setText(tr("Wait {held_s} s", held_s=ceil(held_s)) if held_s > 0 else usual)
        self.button.setEnabled(idle and (self._gone or (fits and named and coded and held_s <= 0)))

    def _give(self) -> None:
        if not self.button.isEnabled():
            return
        if self._gone:
            self.folder_chosen.emit(self._folder)
            return
        self._error.clear()
        passphrase, user = self.passphrase.text(), self.user.text().strip()
        self.show_working(True)
        if self._new:
            self.created.emit(self._folder, passphrase, user)
        else:
            self.given.emit(self._folder, passphrase, user, self.code.text().strip())

    def _ask_to_restore(self) -> None:
        self.restore_asked.emit(self._folder)

    def _choose_folder(self) -> None:
        chosen = choosing.folder(self, tr("Folder of the archive"), self._folder.parent)
        if chosen is not None:
            self.folder_chosen.emit(chosen)
