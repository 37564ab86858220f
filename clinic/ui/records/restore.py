"""A backup in the place of an archive: from the lock screen, for then nothing else is open."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from clinic.archive import backup, slots
from clinic.archive.backup import Restored
from clinic.errors import ClinicError
from clinic.jobs import Cancelled, Progress
from clinic.ui import choosing
from clinic.ui.widgets.card import CardPage
from clinic.ui.widgets.check import Check
from clinic.ui.widgets.secret import secret_field, text_field
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, label
from clinic.ui.worker import Worker
from clinic.words import say, tr

_WORDS = say(
    "Every byte of the backup is checked before it takes the place, and the archive that is there now is kept beside "
    "it. What was recorded since the backup is not in it."
)
_DEFECT = say("Something went wrong inside Clinic. Nothing was put back, and the archive is as before.")


class RestoreScreen(CardPage):
    """left(folder): back to the lock screen of an archive."""

    left = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self._folder, self._backup = Path(), Path()
        self._worker = Worker(self)
        self._worker.progressed.connect(self._progressed)
        self._worker.changed.connect(self._judge)
        self._place, self._chosen = label("", "small", wrap=True), label("", "strong", wrap=True)
        self.choose = Button(tr("Choose the backup"), self._choose, icon="folder")
        self.user, self.passphrase = text_field(tr("Your name")), secret_field(tr("Passphrase of that time"))
        self.reason = text_field(tr("Why, for the audit trail; name no patient"))
        self.give_up = Check(tr("The archive itself is lost"), tr("Then this copy takes over for good"))
        self._error = label("", "error", wrap=True)
        self.button = Button(tr("Put it back"), self._restore, icon="redo", role="primary")
        self.cancel = Button(tr("Back"), self._leave, role="flat")
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._step = label("", "small")
        self._lay_out()
        for field in (self.user, self.passphrase, self.reason):
            field.textChanged.connect(self._judge)
            field.returnPressed.connect(self._restore)

    @property
    def error(self) -> str:
        """What the page says went wrong."""
        return self._error.text()

    def ask(self, folder: Path) -> None:
        """Ask which backup should take the place of an archive."""
        self._folder, self._backup = folder, Path()
        self._place.setText(tr("In the place of {folder}", folder=folder))
        self._chosen.clear()
        for field in (self.user, self.passphrase, self.reason):
            field.clear()
        self.give_up.setChecked(False)
        self._error.clear()
        self._judge()
        self.choose.setFocus()

    def finish(self) -> None:
        """Stop what runs; for closing the window."""
        self._worker.wait()

    def _lay_out(self) -> None:
        add_all(self.column, label(tr("Put a backup back"), "title"), label(_WORDS, "muted", wrap=True), self._place)
        self.column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignLeft)
        add_all(self.column, self._chosen, self.user, self.passphrase, self.reason, self.give_up, self._error)
        add_all(self.column, self.button, self._progress, self._step)
        row = QHBoxLayout()
        row.addWidget(self.cancel)
        row.addStretch(1)
        self.column.addLayout(row)

    def _choose(self) -> None:
        folder = choosing.folder(self, tr("Folder of the backup"), self._folder.parent)
        if folder is None:
            return
        self._backup = folder
        self._chosen.setText(self._backup.name)
        self._error.clear()
        self._judge()
        (self.passphrase if self.user.isHidden() else self.user).setFocus()

    def _judge(self) -> None:
        running = bool(self._worker.words)
        there = self._backup != Path()
        for widget in (self._progress, self._step):
            widget.setVisible(running)
        self.user.setVisible(there and _shared(self._backup))
        typed = bool(self.passphrase.text() and self.reason.text().strip())
        named = self.user.isHidden() or bool(self.user.text().strip())
        for field in (self.user, self.passphrase, self.reason, self.give_up, self.choose):
            field.setEnabled(not running)
        self.button.setEnabled(there and typed and named and not running)
        self.cancel.setText(tr("Cancel") if running else tr("Back"))

    def _restore(self) -> None:
        if not self.button.isEnabled():
            return
        self._error.clear()
        source, folder, give_up = self._backup, self._folder, self.give_up.isChecked()
        passphrase, reason, login = self.passphrase.text(), self.reason.text().strip(), self.user.text().strip()

        def work(progress: Progress) -> Restored:
            return backup.restore(source, folder, passphrase, reason, progress, give_up=give_up, login=login)

        self._worker.start(say("Put the backup back"), work, lambda _: self.left.emit(folder), self._refuse)

    def _refuse(self, error: Exception) -> None:
        stopped = isinstance(error, Cancelled)
        words = (
            tr("Stopped. Nothing was put back.")
            if stopped
            else str(error)
            if isinstance(error, ClinicError)
            else _DEFECT
        )
        self._error.setText(words)
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _leave(self) -> None:
        if self._worker.words:
            self._worker.cancel()
        else:
            self.left.emit(self._folder)

    def _progressed(self, fraction: float, words: str) -> None:
        self._progress.setValue(round(1000 * fraction))
        self._step.setText(words)


def _shared(folder: Path) -> bool:
    """True if several people have the archive; what cannot be read is told when the backup is checked."""
    try:
        return slots.shared(folder)
    except (ClinicError, OSError):
        return False
