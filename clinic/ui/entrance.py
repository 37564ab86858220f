"""The way in: lock screen, the first own passphrase, a backup put back, and the automatic lock."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QStackedWidget

from clinic.archive import slots
from clinic.errors import ClinicError
from clinic.settings import Settings
from clinic.ui import traces
from clinic.ui.desk import Desk
from clinic.ui.idle import IdleWatch
from clinic.ui.panels.unlock import UnlockScreen
from clinic.ui.records.first_passphrase import FirstPassphrase
from clinic.ui.records.restore import RestoreScreen
from clinic.words import say, tr

_TRIAL = say("A trial archive for the sample patient: it is thrown away when this window closes.")
_LOCKED = say("Locked. Your work is kept as it was.")


class Entrance(QStackedWidget):
    """Stands before the patients until somebody is signed in.

    shown(): it wants to be seen. entered(folder): somebody is in. locks_soon(): nobody has used the window for long.
    stays(): somebody does after all.
    """

    shown = Signal()
    entered = Signal(Path)
    locks_soon = Signal()
    stays = Signal()

    def __init__(self, desk: Desk, chosen: Settings) -> None:
        super().__init__()
        self.desk, self._known = desk, chosen.archive if chosen.archive_used else None
        self._folder = chosen.archive
        self._trial = self._why = ""
        self.unlock, self.first, self.restore = UnlockScreen(), FirstPassphrase(), RestoreScreen()
        for page in (self.unlock, self.first, self.restore):
            self.addWidget(page)
        self.idle = IdleWatch(60.0 * chosen.lock_minutes, self)
        self.idle.soon.connect(self.locks_soon)
        self.idle.back.connect(self.stays)
        self.idle.due.connect(self._lock_unused)
        self.unlock.given.connect(self.enter)
        self.unlock.created.connect(self.create_archive)
        self.unlock.folder_chosen.connect(self.ask_for_archive)
        self.unlock.restore_asked.connect(self.ask_to_restore)
        self.restore.left.connect(self.ask_for_archive)
        self.first.chosen.connect(self._change)
        self.first.left.connect(desk.lock)
        desk.denied.connect(self.unlock.refuse)
        desk.code_asked.connect(self.unlock.ask_for_code)
        desk.lock_changed.connect(self._lock_changed)

    def ask_for_archive(self, folder: Path) -> None:
        """Show the lock screen for an archive, or for a new one where there is none."""
        self._folder = folder
        if self.holds_archive(folder):
            self.unlock.ask(folder, new=False, several=_shared(folder))
        elif folder == self._known:
            self.unlock.tell_gone(folder)
        else:
            self.unlock.ask(folder, new=True)
        self._show(self.unlock)

    def ask_to_restore(self, folder: Path) -> None:
        """Ask for a backup that should take the place of an archive."""
        self.restore.ask(folder)
        self._show(self.restore)

    def try_out(self, folder: Path) -> None:
        """Open a new archive in a folder that will be thrown away; the lock screen says its passphrase."""
        from clinic.archive.crypto import new_passphrase

        passphrase = new_passphrase()
        self._trial = tr("{trial!t} Its passphrase:\n{passphrase}", trial=_TRIAL, passphrase=passphrase)
        self.unlock.ask(folder, new=False, chosen=False, hint=_TRIAL)
        self.unlock.show_working(True)
        self._folder = folder
        self.create_archive(folder, passphrase, "trial")

    def resume(self, other: "Entrance") -> None:
        """Stand before the same archive as another entrance, which this one replaces."""
        self._folder, self._known, self._trial = other._folder, other._known, other._trial

    @property
    def folder(self) -> Path:
        """Where the archive lies that is asked for."""
        return self._folder

    @property
    def trying_out(self) -> bool:
        """True for an archive that will be thrown away."""
        return bool(self._trial)

    def holds_archive(self, folder: Path) -> bool:
        """True if there is something in a folder that may be an archive."""
        return folder.is_dir() and any(folder.iterdir())

    def enter(self, folder: Path, passphrase: str, user: str = "", code: str = "") -> None:
        """Open an archive, or the same one again after a lock."""
        from clinic.session import Session

        session = self.desk.session
        if session is not None and session.locked and session.folder == folder:
            self.desk.unlock(passphrase, user, code)
        else:
            self.desk.enter(say("Unlock"), lambda: Session.open(folder, passphrase, user, code))

    def create_archive(self, folder: Path, passphrase: str, user: str) -> None:
        """Create an archive and open it."""
        from clinic.session import Session

        self.desk.enter(say("Create the archive"), lambda: Session.create(folder, passphrase, user))

    def lock_after(self, minutes: int) -> None:
        """Lock after so long without use."""
        self.idle.limit_s = 60.0 * minutes

    def finish(self) -> None:
        """Stop what runs; for closing the window."""
        self.idle.watch(False)
        self.restore.finish()
        traces.forget()

    def _show(self, page: UnlockScreen | FirstPassphrase | RestoreScreen) -> None:
        self.setCurrentWidget(page)
        self.shown.emit()

    def _lock_changed(self) -> None:
        desk, session = self.desk, self.desk.session
        sealed = session is not None and session.folder is not None
        self.idle.watch(desk.open and sealed)
        if desk.open and session is not None and session.must_change_passphrase:
            self.first.ask()
            self._show(self.first)
        elif desk.open:
            if session is not None and session.folder is not None and not self._trial:
                self._known = session.folder
            self.entered.emit(self._folder)
        elif session is not None and session.folder is not None:
            self._ask_again(session.folder, session.user)

    def _ask_again(self, folder: Path, user: str) -> None:
        """Show the lock screen after a lock; dialogs above the window would show what it hides."""
        traces.forget()
        while (dialog := QApplication.activeModalWidget()) is not None:
            dialog.close()
        why, self._why = self._why, ""
        hint = " ".join(part for part in (why, self._trial or _LOCKED) if part)
        self.unlock.ask(folder, new=False, chosen=not self._trial, hint=hint, several=_shared(folder), user=user)
        self._show(self.unlock)

    def _lock_unused(self) -> None:
        minutes = say("{limit_s:g} minutes", limit_s=self.idle.limit_s / 60)
        self._why = tr("Nobody used the window for {minutes}.", minutes=tr(minutes))
        self.desk.lock(say("after {minutes} without use", minutes=minutes))

    def _change(self, old: str, new: str) -> None:
        session = self.desk.session
        if session is None:
            return
        archive = session.archive

        def failed(error: Exception) -> None:
            self.first.refuse(str(error) if isinstance(error, ClinicError) else tr("The passphrase was not changed."))

        def done(_: object) -> None:
            self.desk.read_rights()
            self.desk.lock_changed.emit()

        self.desk.worker.start(
            say("Change the passphrase"), lambda _: archive.change_passphrase(old, new), done, failed
        )


def _shared(folder: Path) -> bool:
    """True if several people have the archive; a damaged key file is told when somebody wants in."""
    try:
        return slots.shared(folder)
    except (ClinicError, OSError):
        return False
