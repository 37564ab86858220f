"""The sealed archive: cases with all their states, each change with its audit row or not at all."""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import select

from clinic.archive import anchor, backup, creation, erasure, migrations, sealed_file, slots, states, trail, vault
from clinic.archive.backup import Manifest
from clinic.archive.chain import Event
from clinic.archive.codec import encode
from clinic.archive.crypto import Argon2Cost, calibrated, place, require_strong, seal
from clinic.archive.database import plain_words
from clinic.archive.device import Device
from clinic.archive.durable import TEMPORARY
from clinic.archive.errors import ArchiveClosed, ArchiveError, ChangedElsewhere, OldCopy, UnknownCase, WrongPassphrase
from clinic.archive.history import History, Revision
from clinic.archive.parts import Parts
from clinic.archive.schema import BLOB
from clinic.archive.states import CaseSummary
from clinic.archive.trail import Entry, Wanted
from clinic.archive.transaction import Transaction
from clinic.archive.vault import PatientKeys
from clinic.case import Case
from clinic.jobs import Progress

# DICOM's letters for what an event does: create, read, update, delete, execute.
_ACTIONS = {"view": "R", "export": "R", "print": "R"}

# Then the large parts of earlier states are let go; the next commit reads the present ones through once more.
_PARTS_IN_MEMORY = 64

Detail = str | int | float | bool | None


class Archive:
    """An unlocked archive, for one user on one device.

    May be used from any thread, one at a time: a second one waits. Other processes may use the same archive meanwhile.
    Errors are those of `clinic.archive.errors`; after any of them the archive is as it was before the call.
    """

    def __init__(self, opened: vault.Vault, old_copy: bool) -> None:
        self._vault: vault.Vault | None = opened
        self._lock = threading.RLock()
        self._heads: dict[str, int] = {}  # the state of each case that this user has seen
        self._parts: tuple[tuple[str, str], Parts] | None = None  # of the case that was used last
        self.folder, self.id, self.user = opened.folder, opened.id, opened.login
        self.old_copy = old_copy  # True: this computer knows of later work; may be read, not changed

    @classmethod
    def create(
        cls,
        folder: Path,
        passphrase: str,
        user: str,
        *,
        cost: Argon2Cost | None = None,
        device: Device | None = None,
    ) -> "Archive":
        """Create an archive in an empty or new folder and open it. Raises WeakPassphrase, ArchiveExists, DiskFull, …"""
        require_strong(passphrase)
        device = device or Device.load()
        with plain_words(folder.parent):
            creation.lay_down(folder, passphrase, user, cost or calibrated(), device)
        return cls.open(folder, passphrase, device=device)

    @classmethod
    def open(cls, folder: Path, passphrase: str, *, device: Device | None = None) -> "Archive":
        """Open an archive and record that. Raises WrongPassphrase, NotAnArchive, DamagedKeyFile, NewerArchive, …"""
        _forbid_core_dumps()
        opened = vault.unlock(folder, passphrase, device or Device.load())
        try:
            return cls._begin(opened)
        except BaseException:
            opened.close()
            raise

    @classmethod
    def _begin(cls, opened: vault.Vault) -> "Archive":
        with plain_words(opened.folder):
            memory = anchor.Memory.load_recent(opened.device, opened.id)
            with opened.records.begin() as connection:
                lost = memory.lost(anchor.mac_lookup(connection))
            archive = cls(opened, old_copy=lost is not None)
            if archive.old_copy:
                anchor.remember(opened.device, opened.id, "opened-old-copy")
                migrations.overlay(opened)
                return archive
            migrations.bring_up(opened)
            with archive._transaction() as transaction:
                _mend(transaction, memory.begun)
                failed = memory.failed_unlocks
                said = ["with the recovery key"] if opened.recovered else []
                said += [f"after {failed} wrong passphrases"] if failed else []
                transaction.record(Event("E", "open", ", ".join(said)))
                unfinished = erasure.unfinished(transaction)
            if unfinished:
                erasure.shred(opened, unfinished, [])
            with suppress(OSError):
                anchor.remember(opened.device, opened.id, "opened")
        return archive

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Record the log-off, sign the audit and drop the keys; a full disk does not keep the archive open."""
        with self._lock:
            opened = self._vault
            if opened is None:
                return
            try:
                with suppress(ArchiveError), self._transaction() as transaction:
                    transaction.record(Event("E", "log-off"))
                    transaction.checkpoint()
                if not self.old_copy:
                    with suppress(OSError):
                        anchor.remember(opened.device, opened.id, "closed")  # on disk, with all that was said before
            finally:
                self._vault = self._parts = None
                opened.close()

    @property
    def closed(self) -> bool:
        """True once the keys have been dropped."""
        return self._vault is None

    def commit(self, case: Case, words: str) -> Revision:
        """Record a state of a case and what was done, in one transaction, and return it.

        words: for example "Advance chin by 4 mm"; they stay in the audit for ever and must not name the patient.
        Raises ChangedElsewhere if somebody else recorded a state that this archive object has not seen.
        """
        with self._lock:
            with self._transaction() as transaction:
                keys = transaction.put_patient(case.patient)
                packed, stored = self._parts_of(case.id, case.patient.id, keys).pack(case)
                transaction.put_parts(case.patient.id, keys, packed.parts)
                study = transaction.study(case.id)
                parent = None if study is None else study["head"]
                self._require_seen(case.id, parent)
                revision = states.put_revision(transaction, case, keys, packed.root, parent, words)
                states.put_head(transaction, case.id, case.patient.id, keys, revision.number)
                action = "C" if study is None else "U"
                transaction.record(Event(action, "change", words, case.patient.id, f"{case.id}/{revision.number}"))
            stored()
            self._heads[case.id] = revision.number
        return revision

    def move(self, case_id: str, number: int, words: str, event: str) -> Case:
        """Make an earlier or later state the present one ("undo", "redo"), record that, and return the state."""
        with self._lock:
            with self._transaction() as transaction:
                self._require_seen(case_id, states.study(transaction, case_id)["head"])
                case, patient, keys = self._state(transaction, case_id, number)
                states.put_head(transaction, case_id, patient, keys, number)
                transaction.record(Event("U", event, words, patient, f"{case_id}/{number}"))
            self._heads[case_id] = number
        return case

    def record(
        self, event: str, words: str, case_id: str | None = None, details: Mapping[str, Detail] | None = None
    ) -> None:
        """Record an event that changes nothing, before it shows or hands out anything ("view", "export", …).

        details are sealed under the patient's key and vanish with it (without a case: under the vault's). Names of
        people belong there, never into `words`.
        """
        with self._reading() as transaction:
            study = None if case_id is None else states.study(transaction, case_id)
            patient = "" if study is None else study["patient"]
            sealed = _sealed_details(transaction, patient, event, details) if details else b""
            letter = _ACTIONS.get(event, "E")
            self._record(transaction, Event(letter, event, words, patient, case_id or "", details=sealed))

    def back_up(self, target: Path, progress: Progress) -> Manifest:
        """Copy the archive to a new folder, sealed as it is, while it goes on. Raises as `backup.write`."""
        with self._transaction() as transaction:
            transaction.record(Event("E", "backup"))
        assert transaction.head is not None
        return backup.write(self._open_vault(), transaction.head, target, progress)

    def cases(self) -> tuple[CaseSummary, ...]:
        """Return every case, the one changed last first; that they were listed is recorded."""
        with self._reading() as transaction:
            self._record(transaction, Event("R", "list"))
            return states.summaries(transaction)

    def erase_patient(self, patient: str, reason: str) -> None:
        """Destroy a patient's key and with it everything about the patient, for ever; the audit keeps that and why.

        reason names nobody. Raises UnknownCase. Backups made earlier hold the patient until they are deleted.
        """
        with self._lock:
            with self._transaction() as transaction:
                if not erasure.known(transaction, patient):
                    raise UnknownCase
                blobs = erasure.erase(transaction, patient, reason)
            self._parts = None
            with plain_words(self.folder):
                erasure.shred(self._open_vault(), [patient], blobs)

    def change_passphrase(self, old: str, new: str, *, cost: Argon2Cost | None = None) -> None:
        """Replace this user's passphrase. `old` may be the recovery key. Raises WrongPassphrase, WeakPassphrase."""
        require_strong(new)
        with self._lock, plain_words(self.folder):
            user = self._proven(old)
            with self._transaction() as transaction:
                content = slots.present(self.folder)
                transaction.put_key_file(slots.with_passphrase(content, user, new, cost or calibrated()))
                transaction.record(Event("U", "change-passphrase"))

    def new_recovery_key(self, passphrase: str) -> str:
        """Return a printable key that opens the archive should the passphrase be lost; an earlier one dies with it.

        It is shown once and kept nowhere. Raises WrongPassphrase.
        """
        with self._lock, plain_words(self.folder):
            user = self._proven(passphrase)
            with self._transaction() as transaction:
                content, printed = slots.with_recovery_key(slots.present(self.folder), user)
                transaction.put_key_file(content)
                transaction.record(Event("U", "new-recovery-key"))
        return printed

    def audit(self, wanted: Wanted, why: str = "view-audit") -> tuple[Entry, ...]:
        """Return what the audit says; that it was read is recorded first, and so stands in the answer."""
        with self._reading() as transaction:
            self._record(transaction, Event("R", why, patient=wanted.patient))
            return trail.entries(transaction, wanted)

    def open_case(self, case_id: str) -> tuple[Case, History]:
        """Return the present state of a case and its history; that it was viewed is recorded. Raises UnknownCase."""
        with self._lock:
            with self._reading() as transaction:
                study = states.study(transaction, case_id)
                self._record(transaction, Event("R", "view", "", study["patient"], f"{case_id}/{study['head']}"))
                case, *_ = self._state(transaction, case_id, study["head"])
                history = states.history(transaction, case_id)
            self._heads[case_id] = history.head
        return case, history

    def history(self, case_id: str) -> History:
        """Return the states of a case, without their content. Raises UnknownCase."""
        with self._transaction() as transaction:
            return states.history(transaction, case_id)

    # Inside

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        """Everything inside happens together with its audit rows, or not at all."""
        if self.old_copy:
            raise OldCopy
        with self._lock, plain_words(self.folder):
            opened = self._open_vault()
            with Transaction.begin(opened) as transaction:
                yield transaction
            if transaction.head is not None:
                # The change is recorded by now. If this memory cannot be written, the next one says the same and more.
                with suppress(OSError):
                    anchor.remember_head(opened.device, opened.id, transaction.head)

    @contextmanager
    def _reading(self) -> Iterator[Transaction]:
        """A transaction that may also run on an old copy, which is read but not written."""
        if not self.old_copy:
            with self._transaction() as transaction:
                yield transaction
            return
        with self._lock, plain_words(self.folder), Transaction.begin(self._open_vault()) as transaction:
            yield transaction

    def _record(self, transaction: Transaction, event: Event) -> None:
        """Record what changes nothing; about an old copy, this computer's own memory takes it."""
        if self.old_copy:
            opened = self._open_vault()
            anchor.remember(opened.device, opened.id, f"old-copy-{event.event}")
        else:
            transaction.record(event)

    def _proven(self, passphrase: str) -> slots.User:
        """Return this user's keys to whoever knows the passphrase, and to nobody who found the window open."""
        opened = slots.unlock(self.folder, passphrase)
        if opened.user.id != self._open_vault().user.id:
            raise WrongPassphrase
        return opened.user

    def _open_vault(self) -> vault.Vault:
        if self._vault is None:
            raise ArchiveClosed
        return self._vault

    def _parts_of(self, case_id: str, patient: str, keys: PatientKeys) -> Parts:
        owner = (case_id, patient)
        if self._parts is None or self._parts[0] != owner or len(self._parts[1]) > _PARTS_IN_MEMORY:
            self._parts = (owner, Parts(keys.asset))
        return self._parts[1]

    def _require_seen(self, case_id: str, head: int | None) -> None:
        if case_id in self._heads and self._heads[case_id] != head:
            raise ChangedElsewhere

    def _state(self, transaction: Transaction, case_id: str, number: int) -> tuple[Case, str, PatientKeys]:
        """Return a state, its patient's id and keys; another state of the same case may belong to another patient."""
        row = states.revision(transaction, case_id, number)
        patient: str = row["patient"]
        keys = transaction.patient_keys(patient)
        root = transaction.opened(keys.column, row["enc"], "revision", "enc", row["id"], row["version"])
        case = self._parts_of(case_id, patient, keys).unpack(root, transaction.part(patient, keys))
        return case, patient, keys


def _sealed_details(transaction: Transaction, patient: str, event: str, details: Mapping[str, Detail]) -> bytes:
    key = transaction.patient_keys(patient).column if patient else transaction.vault.wrap
    return seal(key, encode(tuple(sorted(details.items()))), place("audit", "details", event))


def _mend(transaction: Transaction, begun: frozenset[str]) -> None:
    """Clear away what a cut-off attempt left, and restore small files that have a whole twin.

    begun: sealed files that this computer set out to write. Any other one that no row refers to stays: it may belong
    to a newer vault.db that is yet to be put back.
    """
    opened = transaction.vault
    for leftover in [path for path in opened.folder.rglob(f"*{TEMPORARY}") if path.is_file()]:
        leftover.unlink(missing_ok=True)
    used = set(transaction.connection.execute(select(BLOB.c.id)).scalars())
    for blob in begun - used:
        sealed_file.location(opened.blobs, blob).unlink(missing_ok=True)
    if opened.damaged:
        whole = slots.find(opened.folder, opened.key_file)
        assert whole is not None  # we have just come in with it
        slots.put(opened.folder, whole)
        vault.write_label(opened.folder, opened.id)
        transaction.record(Event("E", "mend", f"restored {', '.join(opened.damaged)}"))
    slots.unstage(opened.folder)  # nobody else is about to change it: we hold the lock


def _forbid_core_dumps() -> None:
    """A crash must not write keys and names to the disk. Windows writes no dump unless told to."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
