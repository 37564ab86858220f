"""The sealed archive: cases with all their states, each change with its audit row or not at all."""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import MISSING, fields, replace
from pathlib import Path

from clinic.archive import (
    anchor,
    backup,
    consent,
    creation,
    erasure,
    mending,
    migrations,
    renewal,
    rotation,
    search,
    slots,
    states,
    thumbnails,
    trail,
    usage,
    vault,
)
from clinic.archive.audit import Report, checked
from clinic.archive.backup import Manifest
from clinic.archive.chain import Event, last_head
from clinic.archive.codec import encode
from clinic.archive.crypto import Argon2Cost, calibrated, place, require_strong, seal
from clinic.archive.database import plain_words
from clinic.archive.device import Device
from clinic.archive.errors import ArchiveClosed, ArchiveError, ChangedElsewhere, OldCopy, UnknownCase, WrongPassphrase
from clinic.archive.history import History, Revision
from clinic.archive.parts import Parts
from clinic.archive.people import emergency, register, second_factor
from clinic.archive.people.errors import MustChangePassphrase, SamePassphrase
from clinic.archive.people.roles import Right
from clinic.archive.states import CaseSummary
from clinic.archive.trail import Choices, Entry, Wanted
from clinic.archive.transaction import Transaction
from clinic.archive.vault import PatientKeys
from clinic.case import Case
from clinic.jobs import Progress
from clinic.words import say, say_plural

# DICOM's letters for what an event does: create, read, update, delete, execute.
_ACTIONS = {"view": "R", "show": "R", "export": "R", "print": "R"}

# What an event needs beside being recorded.
_NEEDS = {
    "view": (Right.VIEW, None),
    "show": (Right.VIEW, consent.Scope.SHOW),
    "reconstruct": (Right.CHANGE, consent.Scope.RECONSTRUCT),
    "simulate": (Right.CHANGE, None),
    "export": (Right.EXPORT, consent.Scope.EXPORT),
    "print": (Right.EXPORT, consent.Scope.EXPORT),
}

# Then the large parts of earlier states are let go; the next commit reads the present ones through once more.
_PARTS_IN_MEMORY = 64

Detail = str | int | float | bool | None

_NOTHING_YET = {field.name: field.default for field in fields(Case) if field.default is not MISSING}


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
    def open(
        cls, folder: Path, passphrase: str, *, login: str = "", code: str = "", device: Device | None = None
    ) -> "Archive":
        """Open an archive and record that.

        login: who, where several people have an archive. code: of the second factor, for who has one. Raises
        WrongPassphrase, CodeNeeded, WrongCode, TooManyGuesses, NotAnArchive, DamagedKeyFile, NewerArchive, …
        """
        _forbid_core_dumps()
        opened = vault.unlock(folder, passphrase, device or Device.load(), login)
        try:
            return cls._begin(opened, code)
        except BaseException:
            opened.close()
            raise

    @classmethod
    def _begin(cls, opened: vault.Vault, code: str) -> "Archive":
        with plain_words(opened.folder):
            memory = anchor.Memory.load_recent(opened.device, opened.id)
            with opened.records.begin() as connection:
                mac_of = anchor.mac_lookup(connection)
                lost = memory.lost(mac_of)
                if memory.restored(mac_of):
                    anchor.remember_restored(opened.device, opened.id, last_head(connection))
            archive = cls(opened, old_copy=lost is not None)
            if archive.old_copy:
                migrations.overlay(opened)
                with archive._reading() as transaction:
                    second_factor.ask(transaction, code, writing=False)
                anchor.remember(opened.device, opened.id, "opened-old-copy")
                return archive
            migrations.bring_up(opened)
            with archive.transaction() as transaction:
                wrong_codes = second_factor.ask(transaction, code, writing=True)
                mending.mend(transaction, memory.begun)
                said = [say("with the recovery key")] if opened.recovered else []
                if opened.misses:
                    said.append(say_plural("after {n} wrong passphrase", "after {n} wrong passphrases", opened.misses))
                if wrong_codes:
                    said.append(say_plural("after {n} wrong code", "after {n} wrong codes", wrong_codes))
                transaction.record(Event("E", "open", ", ".join(said)))
                unfinished = erasure.unfinished(transaction)
            archive._vault = replace(opened, damaged=())  # mended
            if unfinished:
                erasure.shred(opened, unfinished, [])
            with suppress(OSError):
                anchor.remember(opened.device, opened.id, "opened")
        return archive

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, why: str = "") -> None:
        """Record the log-off and why, sign the audit and drop the keys; a full disk does not keep the archive open."""
        with self._lock:
            opened = self._vault
            if opened is None:
                return
            try:
                with suppress(ArchiveError), self.transaction() as transaction:
                    transaction.record(Event("E", "log-off", why))
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

    @property
    def must_change_passphrase(self) -> bool:
        """True while somebody else knows this person's passphrase; nothing else is allowed then."""
        return self._open_vault().temporary

    def rights(self) -> frozenset[Right]:
        """Return what this person may do; an administrator may have changed that meanwhile."""
        with self._reading() as transaction:
            return frozenset() if transaction.vault.temporary else register.held(transaction)

    def commit(self, case: Case, words: str) -> Revision:
        """Record a state of a case and what was done, in one transaction, and return it.

        words: for example "Advance chin by 4 mm"; they stay in the audit for ever and must not name the patient.
        Raises ChangedElsewhere if somebody else recorded a state that this archive object has not seen.
        """
        with self._lock:
            with self.transaction() as transaction:
                study = transaction.study(case.id)
                self._require(transaction, Right.REGISTER if study is None and _bare(case) else Right.CHANGE)
                keys = transaction.put_patient(case.patient)
                packed, stored = self._parts_of(case.id, case.patient.id, keys).pack(case)
                fresh = transaction.put_parts(case.patient.id, keys, packed.parts)
                if "Photo" in fresh:
                    thumbnails.put(transaction, case, keys)
                parent = None if study is None else study["head"]
                self._require_seen(case.id, parent)
                revision = states.put_revision(transaction, case, keys, packed.root, parent, words)
                states.put_head(transaction, case.id, case.patient.id, keys, revision.number)
                made = _sealed_details(transaction, case.patient.id, "change", usage.of(case, fresh))
                action, state = "C" if study is None else "U", f"{case.id}/{revision.number}"
                transaction.record(Event(action, "change", words, case.patient.id, state, details=made))
            stored()
            self._heads[case.id] = revision.number
        return revision

    def move(self, case_id: str, number: int, words: str, event: str) -> Case:
        """Make an earlier or later state the present one ("undo", "redo"), record that, and return the state."""
        with self._lock:
            with self.transaction(Right.CHANGE) as transaction:
                self._require_seen(case_id, states.study(transaction, case_id)["head"])
                case, patient, keys = self._state(transaction, case_id, number)
                states.put_head(transaction, case_id, patient, keys, number)
                transaction.record(Event("U", event, words, patient, f"{case_id}/{number}"))
            self._heads[case_id] = number
        return case

    def record(
        self, event: str, words: str, case_id: str | None = None, details: Mapping[str, Detail] | None = None
    ) -> None:
        """Record an event that changes nothing, before it shows, makes or hands out anything ("view", "export", …).

        What the patient did not agree to is refused, and so is what this person may not do. details are sealed under
        the patient's key and vanish with it (without a case: under the vault's). Names of people belong there, never
        into `words`. Raises NotAllowed, NoConsent.
        """
        right, scope = _NEEDS.get(event, (None, None))
        with self._reading() as transaction:
            study = None if case_id is None else states.study(transaction, case_id)
            patient = "" if study is None else study["patient"]
            excused = right is Right.VIEW and bool(patient) and emergency.allowed(transaction, patient)
            if not excused:
                self._require(transaction, right)
                if scope is not None and patient:
                    consent.require(transaction, patient, scope)
            sealed = _sealed_details(transaction, patient, event, usage.program() | dict(details or {}))
            letter = _ACTIONS.get(event, "E")
            self.note(transaction, Event(letter, event, words, patient, case_id or "", details=sealed))

    def back_up(self, target: Path, progress: Progress) -> Manifest:
        """Copy the archive to a new folder, sealed as it is, while it goes on. Raises as `backup.write`."""
        with self.transaction(Right.BACK_UP) as transaction:
            transaction.record(Event("E", "backup"))
        assert transaction.head is not None
        return backup.write(self._open_vault(), transaction.head, target, progress)

    def cases(self) -> tuple[CaseSummary, ...]:
        """Return every case, the one changed last first; that they were listed is recorded."""
        with self._reading(Right.LIST) as transaction:
            self.note(transaction, Event("R", "list"))
            return states.summaries(transaction)

    def search(self, text: str) -> tuple[CaseSummary, ...]:
        """Return the cases of the patients about whom every word is said: parts of name, record number, birth date.

        Case and accents do not matter. That somebody searched is recorded, but not for whom.
        """
        with self._reading(Right.LIST) as transaction:
            found = search.patients(transaction, text, writing=not self.old_copy)
            self.note(transaction, Event("R", "search"))
            return tuple(one for one in states.summaries(transaction) if one.patient in found)

    def thumbnails(self) -> Mapping[str, bytes]:
        """Return a small JPEG of each case that has a photograph, by the case's id; recorded."""
        with self._reading(Right.VIEW) as transaction:
            self.note(transaction, Event("R", "list", "thumbnails"))
            return dict(thumbnails.every(transaction))

    def erase_patient(self, patient: str, reason: str) -> None:
        """Destroy a patient's key and with it everything about the patient, for ever; the audit keeps that and why.

        reason names nobody. Raises UnknownCase. Backups made earlier hold the patient until they are deleted.
        """
        with self._lock:
            with self.transaction(Right.ERASE) as transaction:
                if not erasure.known(transaction, patient):
                    raise UnknownCase
                blobs = erasure.erase(transaction, patient, reason)
            self._parts = None
            with plain_words(self.folder):
                erasure.shred(self._open_vault(), [patient], blobs)

    def change_passphrase(self, old: str, new: str, *, cost: Argon2Cost | None = None) -> None:
        """Replace this user's passphrase. `old` may be the recovery key.

        Raises WrongPassphrase, WeakPassphrase, SamePassphrase.
        """
        require_strong(new)
        cost = cost or calibrated()
        with self._lock:
            user = self.proven(old, first_time=True).user
            if new == old:
                raise SamePassphrase
            with self.transaction() as transaction:
                content = slots.present(self.folder)
                transaction.put_key_file(slots.with_passphrase(content, user, self.user, new, cost))
                transaction.record(Event("U", "change-passphrase"))
            self._vault = replace(self._open_vault(), temporary=False)

    def new_recovery_key(self, passphrase: str) -> str:
        """Return a printable key that opens the archive should the passphrase be lost; an earlier one dies with it.

        It is shown once and kept nowhere. Raises WrongPassphrase.
        """
        with self._lock:
            user = self.proven(passphrase).user
            with self.transaction() as transaction:
                content, printed = slots.with_recovery_key(slots.present(self.folder), user)
                transaction.put_key_file(content)
                transaction.record(Event("U", "new-recovery-key"))
        return printed

    def renew_vault_key(self, progress: Progress) -> None:
        """Seal the archive under a new vault key, so that one who left and kept the old one reads nothing new.

        Raises NotAllowed, and ArchiveBusy while another process has the archive open. Should the disk fail while the
        new files are moved in, the archive is closed, and its next opening goes on with that.
        """
        with self._lock:
            with self.transaction(Right.MANAGE_PEOPLE) as transaction:
                transaction.require_room(self._database_bytes())
            opened = self._open_vault()
            try:
                with plain_words(self.folder):
                    self._vault = rotation.renew(opened, progress)
            except BaseException:
                if renewal.pending(self.folder):  # nothing more may be written to the old files
                    self._vault = self._parts = None
                    opened.close()
                raise

    def audit(self, wanted: Wanted, why: str = "view-audit") -> tuple[Entry, ...]:
        """Return what the audit says; that it was read is recorded first, and so stands in the answer."""
        with self._reading(Right.READ_AUDIT) as transaction:
            self.note(transaction, Event("R", why, patient=wanted.patient))
            return trail.entries(transaction, wanted)

    def audit_choices(self) -> Choices:
        """Return by whom, by which event and by which device the audit can be asked."""
        with self._reading(Right.READ_AUDIT) as transaction:
            return trail.choices(transaction)

    def verify(self, *, full: bool) -> Report:
        """Prove that the archive is whole, and record that. Raises NotAllowed."""
        with self._lock:
            with self._reading(Right.VERIFY):
                pass
            return checked(self._open_vault(), full=full)

    def open_case(self, case_id: str) -> tuple[Case, History]:
        """Return the present state of a case and its history; that it was viewed is recorded. Raises UnknownCase."""
        with self._lock:
            with self._reading() as transaction:
                study = states.study(transaction, case_id)
                if not emergency.allowed(transaction, study["patient"]):
                    self._require(transaction, Right.VIEW)
                self.note(transaction, Event("R", "view", "", study["patient"], f"{case_id}/{study['head']}"))
                case, *_ = self._state(transaction, case_id, study["head"])
                history = states.history(transaction, case_id)
            self._heads[case_id] = history.head
        return case, history

    def history(self, case_id: str) -> History:
        """Return the states of a case, without their content. Raises UnknownCase."""
        with self._reading(Right.VIEW) as transaction:
            return states.history(transaction, case_id)

    # For the rest of this room

    @contextmanager
    def transaction(self, right: Right | None = None, *, reading: bool = False) -> Iterator[Transaction]:
        """Everything inside happens together with its audit rows, or not at all.

        right: what this person must be allowed to do. reading: nothing is written, so an old copy will do.
        Raises NotAllowed, MustChangePassphrase, OldCopy.
        """
        if reading:
            with self._reading(right) as transaction:
                yield transaction
            return
        if self.old_copy:
            raise OldCopy
        with self._lock, plain_words(self.folder):
            opened = self._open_vault()
            with Transaction.begin(opened) as transaction:
                self._require(transaction, right)
                yield transaction
            if transaction.head is not None:
                # The change is recorded by now. If this memory cannot be written, the next one says the same and more.
                with suppress(OSError):
                    anchor.remember_head(opened.device, opened.id, transaction.head)

    def note(self, transaction: Transaction, event: Event) -> None:
        """Record what changes nothing; about an old copy, this computer's own memory takes it."""
        if self.old_copy:
            opened = self._open_vault()
            anchor.remember(opened.device, opened.id, f"old-copy-{event.event}")
        else:
            transaction.record(event)

    def proven(self, passphrase: str, *, first_time: bool = False) -> slots.Unlocked:
        """Return this person's keys to whoever knows the passphrase, and to nobody who found the window open.

        first_time: somebody else may have made the passphrase. Raises WrongPassphrase, TooManyGuesses,
        MustChangePassphrase.
        """
        if self.must_change_passphrase and not first_time:
            raise MustChangePassphrase
        with plain_words(self.folder):
            opened = self._open_vault()
            proven, _ = vault.identify(self.folder, self.id, passphrase, self.user, opened.device)
            if proven.user.id != opened.user.id:
                raise WrongPassphrase
            return proven

    # Inside

    @contextmanager
    def _reading(self, right: Right | None = None) -> Iterator[Transaction]:
        """A transaction that may also run on an old copy, which is read but not written."""
        if not self.old_copy:
            with self.transaction(right) as transaction:
                yield transaction
            return
        with self._lock, plain_words(self.folder), Transaction.begin(self._open_vault()) as transaction:
            self._require(transaction, right)
            yield transaction

    @staticmethod
    def _require(transaction: Transaction, right: Right | None) -> None:
        if right is not None:
            register.require(transaction, right)

    def _database_bytes(self) -> int:
        return sum(path.stat().st_size for path in vault.database_files(self.folder))

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


def _bare(case: Case) -> bool:
    """True for a case that tells who the patient is and nothing more."""
    told = {field.name: getattr(case, field.name) for field in fields(case)}
    return all(told[name] == usual for name, usual in _NOTHING_YET.items())


def _sealed_details(transaction: Transaction, patient: str, event: str, details: Mapping[str, Detail]) -> bytes:
    if not details:
        return b""
    key = transaction.patient_keys(patient).column if patient else transaction.details_key
    return seal(key, encode(tuple(sorted(details.items()))), place("audit", "details", event))


def _forbid_core_dumps() -> None:
    """A crash must not write keys and names to the disk. Windows writes no dump unless told to."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
