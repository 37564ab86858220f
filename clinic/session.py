"""The signed-in user and the open case: commit, undo, redo, listeners; recorded first, then shown."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from clinic.archive import consent
from clinic.archive.consent import EVERYTHING, Consent
from clinic.archive.history import History, Revision
from clinic.archive.people.errors import MustChangePassphrase, NotAllowed
from clinic.archive.people.roles import ALL_RIGHTS, Right
from clinic.archive.states import CaseSummary
from clinic.archive.store import Archive, Detail
from clinic.case import Case
from clinic.errors import ClinicError
from clinic.words import say

Listener = Callable[[Case | None, Case | None], None]

_REMEMBERED = 64  # states kept in memory, so that an undo gives back the very objects that were shown


class NothingToLock(ClinicError):
    """There is no passphrase that could open the session again."""

    def __init__(self) -> None:
        super().__init__(
            say("This case is not kept in an archive, so locking would lose it. Save it in an archive first.")
        )


class NoArchive(ClinicError):
    """Records were asked for where none are kept."""

    def __init__(self) -> None:
        super().__init__(say("No archive is open, so there are no records here. Open or create an archive first."))


class Session:
    """Holds the current case of one user.

    A change is recorded together with its audit row before anybody sees it: what cannot be recorded does not happen.
    Without an archive the history lives in memory and ends with the session.

    Threads: methods may be called from any thread, one at a time; a second caller waits. Listeners run in the thread
    that made the change, before the call returns. A window therefore commits large results from a worker and passes
    what its listener hears on to its own thread. Listeners may read the session but not change it.
    """

    def __init__(self, archive: Archive | None = None, user: str = "") -> None:
        self.user = archive.user if archive is not None else user
        self._archive = archive
        self._folder = None if archive is None else archive.folder
        self._case: Case | None = None
        self._history: History | None = None
        self._states: dict[int, Case] = {}
        self._listeners: list[Listener] = []
        self._locked_case: str | None = None
        self._lock = threading.RLock()

    @classmethod
    def create(cls, folder: Path, passphrase: str, user: str) -> Self:
        """Create an archive in an empty or new folder and sign in. Raises ArchiveError."""
        return cls(Archive.create(folder, passphrase, user))

    @classmethod
    def open(cls, folder: Path, passphrase: str, login: str = "", code: str = "") -> Self:
        """Open an archive and sign in. Raises WrongPassphrase and other ArchiveErrors, as `Archive.open`."""
        return cls(Archive.open(folder, passphrase, login=login, code=code))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Sign out: record it, drop keys and case."""
        with self._lock:
            if self._archive is not None:
                self._archive.close()
            self._locked_case = None
            self._show(None, None)

    @property
    def case(self) -> Case | None:
        """The case as it stands, None if none is open or the session is locked."""
        return self._case

    @property
    def locked(self) -> bool:
        """True if there is an archive whose keys have been dropped."""
        return self._archive is not None and self._archive.closed

    @property
    def folder(self) -> Path | None:
        """Where the archive lies, None without one."""
        return self._folder

    @property
    def archive(self) -> Archive:
        """The records themselves: audit trail, people, backups. Raises NoArchive."""
        return self._required()

    @property
    def rights(self) -> frozenset[Right]:
        """What this person may do: everything without an archive, where there is nothing to guard."""
        return ALL_RIGHTS if self._archive is None else self._archive.rights()

    @property
    def must_change_passphrase(self) -> bool:
        """True while somebody else knows this person's passphrase: nothing else is allowed until it is changed."""
        return self._archive is not None and self._archive.must_change_passphrase

    @property
    def consent(self) -> Consent:
        """What the patient of the open case agreed to; to everything where nothing is kept."""
        if self._archive is None or self._case is None:
            return Consent(EVERYTHING)
        return consent.of(self._archive, self._case.patient.id)

    def give_consent(self, given: Consent) -> None:
        """Record what the patient of the open case agrees to from now on. Raises ArchiveError."""
        with self._lock:
            if self._archive is not None and self._case is not None:
                consent.give(self._archive, self._case.patient.id, given)

    # Cases

    def cases(self) -> tuple[CaseSummary, ...]:
        """Return what the archive holds, the case changed last first; recorded."""
        with self._lock:
            return () if self._archive is None else self._archive.cases()

    def open_case(self, case_id: str) -> Case:
        """Show a case of the archive, with its history; recorded. Raises UnknownCase and other ArchiveErrors."""
        with self._lock:
            return self._open(self._required(), case_id)

    def close_case(self) -> None:
        """Put the case away; everything is recorded already."""
        with self._lock:
            self._show(None, None)

    def commit(self, case: Case, words: str) -> None:
        """Record a changed or new case, then show it. Raises ArchiveError, and then nothing has changed.

        words: what was done, for example "Advance chin by 4 mm"; never the name of a patient.
        """
        with self._lock:
            same = self._case is not None and self._case.id == case.id
            history = self._history if same else None
            if self._archive is None:
                revision = _in_memory(history, words, self.user)
            else:
                revision = self._archive.commit(case, words)
                if history is None and revision.parent is not None:
                    history = self._archive.history(case.id)
            grown = History((revision,), revision.number) if history is None else history.with_new(revision)
            self._show(case, grown)

    # Undo

    @property
    def can_undo(self) -> bool:
        """True if the present case was made from an earlier state."""
        return self._history is not None and self._history.before is not None

    @property
    def can_redo(self) -> bool:
        """True if a change was undone."""
        return self._history is not None and self._history.after is not None

    @property
    def undo_words(self) -> str:
        """What an undo takes back, empty if there is nothing."""
        return self._history.present.words if self._history is not None and self.can_undo else ""

    @property
    def redo_words(self) -> str:
        """What a redo does again, empty if there is nothing."""
        following = None if self._history is None else self._history.after
        return "" if following is None else following.words

    def undo(self) -> None:
        """Go back to the state before, recorded; does nothing at the beginning."""
        with self._lock:
            if self._case is not None and self._history is not None and self._history.before is not None:
                self._move(
                    self._case.id,
                    self._history,
                    self._history.before,
                    "undo",
                    say("Undo: {what!t}", what=self.undo_words),
                )

    def redo(self) -> None:
        """Do again what was undone last, recorded; does nothing at the end."""
        with self._lock:
            following = None if self._history is None else self._history.after
            if self._case is not None and self._history is not None and following is not None:
                self._move(
                    self._case.id,
                    self._history,
                    following.number,
                    "redo",
                    say("Redo: {what!t}", what=following.words),
                )

    # Events

    def record(self, event: str, words: str, details: Mapping[str, Detail] | None = None) -> None:
        """Record what makes, shows or hands out something ("reconstruct", "show", "export") before that happens.

        Raises NoConsent for what the patient did not agree to, and NotAllowed. details belong to the patient and are
        sealed; words stay in the audit and name nobody.
        """
        with self._lock:
            if self._archive is not None:
                self._archive.record(event, words, None if self._case is None else self._case.id, details)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(before, after)` at each change of the case; None means none. Return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # Lock

    def lock(self, why: str = "") -> None:
        """Drop keys and case; only the passphrase brings them back. why: for the audit. Raises NothingToLock."""
        with self._lock:
            if self._archive is None:
                raise NothingToLock
            if self._archive.closed:
                return
            self._locked_case = None if self._case is None else self._case.id
            self._archive.close(why)
            self._show(None, None)

    def unlock(self, passphrase: str, login: str = "", code: str = "") -> None:
        """Open the archive again and show the same case. Raises WrongPassphrase; then it stays locked.

        Somebody else who signs in begins with no case.
        """
        with self._lock:
            if self._folder is None or not self.locked:
                return
            archive = Archive.open(self._folder, passphrase, login=login, code=code)
            same, self._archive, self.user = archive.user == self.user, archive, archive.user
            if self._locked_case is not None and same:
                with suppress(NotAllowed, MustChangePassphrase):  # this may have been taken from them meanwhile
                    self._open(archive, self._locked_case)

    # Inside

    def _required(self) -> Archive:
        if self._archive is None:
            raise NoArchive
        return self._archive

    def _open(self, archive: Archive, case_id: str) -> Case:
        case, history = archive.open_case(case_id)
        self._show(case, history)
        return case

    def _move(self, case_id: str, history: History, number: int, event: str, words: str) -> None:
        case = self._states.get(number)
        if self._archive is not None:
            stored = self._archive.move(case_id, number, words, event)
            case = case or stored
        self._show(case, history.at(number))

    def _show(self, case: Case | None, history: History | None) -> None:
        before, self._case, self._history = self._case, case, history
        if case is None or history is None or (before is not None and before.id != case.id):
            self._states.clear()
        if case is not None and history is not None:
            self._states[history.head] = case
            if self._archive is not None and len(self._states) > _REMEMBERED:
                del self._states[next(iter(self._states))]
        for listener in tuple(self._listeners):
            listener(before, case)


def _in_memory(history: History | None, words: str, user: str) -> Revision:
    """Return the next state where there is no archive to number it."""
    number, parent = (1, None) if history is None else (len(history.revisions) + 1, history.head)
    return Revision(number, parent, words, datetime.now(UTC).isoformat(timespec="microseconds"), user)
