"""The sealed archive: cases with all their states, each change with its audit row or not at all."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path

from clinic.archive import (
    backup,
    consent,
    creation,
    erasure,
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
from clinic.archive.access import Access
from clinic.archive.audit import Report, checked
from clinic.archive.backup import Manifest
from clinic.archive.chain import Event
from clinic.archive.codec import encode
from clinic.archive.crypto import Argon2Cost, calibrated, place, require_strong, seal
from clinic.archive.database import plain_words
from clinic.archive.device import Device
from clinic.archive.errors import ChangedElsewhere, UnknownCase
from clinic.archive.history import History, Revision
from clinic.archive.parts import Parts
from clinic.archive.people import emergency
from clinic.archive.people.errors import SamePassphrase
from clinic.archive.people.roles import Right
from clinic.archive.states import CaseSummary
from clinic.archive.trail import Choices, Entry, Wanted
from clinic.archive.transaction import Transaction
from clinic.archive.vault import PatientKeys
from clinic.case import Case
from clinic.jobs import Progress

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


class Archive(Access):
    """An unlocked archive, for one user on one device, and all that may be done with the records in it.

    May be used from any thread, one at a time: a second one waits. Other processes may use the same archive meanwhile.
    Errors are those of `clinic.archive.errors`; after any of them the archive is as it was before the call.
    """

    def __init__(self, opened: vault.Vault, old_copy: bool) -> None:
        super().__init__(opened, old_copy)
        self._heads: dict[str, int] = {}  # the state of each case that this user has seen
        self._parts: tuple[tuple[str, str], Parts] | None = None  # of the case that was used last

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

    def close(self, why: str = "") -> None:
        """Record the log-off and why, and drop the keys and every part that is kept in memory."""
        with self._lock:
            self._parts = None
            super().close(why)

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
                if fresh & {"Photo", "FaceModel"}:
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

    # Inside

    def _database_bytes(self) -> int:
        return sum(path.stat().st_size for path in vault.database_files(self.folder))

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
