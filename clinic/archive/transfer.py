"""A patient's whole record on its way: out into a small archive of its own, sealed; in from one into another archive.

The small archive is one like any other, under a passphrase of its own. It holds the patient's cases with all their
states, files, thumbnails and consents, and what the audit told of the patient when it was made.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from clinic.archive import audit, creation, migrations, placing, trail, vault
from clinic.archive.backup import require_apart
from clinic.archive.chain import Event
from clinic.archive.claims import SUFFIX, claimed
from clinic.archive.copying import FILE, copy_patient, put_file
from clinic.archive.crypto import Argon2Cost, calibrated, require_strong
from clinic.archive.database import plain_words
from clinic.archive.durable import TEMPORARY
from clinic.archive.errors import ArchiveExists, DamagedArchive, UnknownCase
from clinic.archive.people.roles import Right
from clinic.archive.rows import find
from clinic.archive.schema import PATIENT
from clinic.archive.store import Archive
from clinic.archive.trail import Wanted
from clinic.archive.transaction import Transaction
from clinic.archive.vault import Vault
from clinic.jobs import Progress
from clinic.words import say

_INCOMING = f"incoming{TEMPORARY}"


def export_patient(
    archive: Archive,
    patient: str,
    target: Path,
    passphrase: str,
    reason: str,
    progress: Progress,
    *,
    cost: Argon2Cost | None = None,
) -> tuple[str, ...]:
    """Write a patient's whole record to a new folder, sealed under a passphrase of its own; return the cases' ids.

    reason: why, for the audit; names nobody. Raises NotAllowed, UnknownCase, WeakPassphrase, ArchiveExists,
    InsideAnother, DiskFull, Cancelled; then nothing is left of it.
    """
    require_strong(passphrase)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ArchiveExists
    require_apart(target)
    with archive.transaction(Right.EXPORT) as transaction:
        if find(transaction.connection, PATIENT, patient) is None:
            raise UnknownCase
        transaction.record(Event("R", "export-patient", reason, patient))
        told = trail.as_text(trail.entries(transaction, Wanted(patient=patient)), "json").encode()
        source = transaction.vault
    with plain_words(target.parent), placing.built(target) as building:
        creation.fill(building, passphrase, archive.user, cost or calibrated(), source.device)
        with _unlocked(building, passphrase, source) as made, _snapshot(source) as found:
            progress.report(0.1, say("Sealing the record anew"))
            with Transaction.begin(made) as copy:
                cases = copy_patient(found, copy, patient)
                put_file(copy, patient, copy.patient_keys(patient), f"{FILE}audit", iter([told]))
                copy.record(Event("C", "import", say("from the archive {id}", id=source.id), patient))
            progress.report(0.7, say("Verifying the copy"))
            _require_whole(made)
        progress.report(0.95, say("Putting it in its place"))
        placing.put(building, target)
    return cases


def import_patient(archive: Archive, source: Path, passphrase: str, progress: Progress) -> tuple[str, ...]:
    """Take in what `export_patient` wrote, whole or not at all, and return the cases' ids; the source stays as it is.

    Raises WrongPassphrase, NotAnArchive, DamagedArchive, AlreadyHere for a patient who is here or was erased here,
    NotAllowed, DiskFull, Cancelled.
    """
    with archive.transaction(Right.CHANGE) as transaction:
        into = transaction.vault
        transaction.require_room(sum(path.stat().st_size for path in source.rglob("*") if path.is_file()))
    incoming = archive.folder / _INCOMING
    with plain_words(archive.folder), claimed(archive.folder / f"incoming{SUFFIX}"):
        try:
            progress.report(0.0, say("Copying the record"))
            shutil.rmtree(incoming, ignore_errors=True)
            shutil.copytree(source, incoming)
            with _unlocked(incoming, passphrase, into) as opened:
                progress.report(0.3, say("Verifying the record"))
                _require_whole(opened)
                migrations.bring_up(opened)
                with _snapshot(opened) as found, archive.transaction(Right.CHANGE) as transaction:
                    progress.report(0.5, say("Sealing the record anew"))
                    return _copied(found, transaction)
        finally:
            shutil.rmtree(incoming, ignore_errors=True)


def _copied(found: Transaction, transaction: Transaction) -> tuple[str, ...]:
    cases: tuple[str, ...] = ()
    for patient in found.connection.execute(select(PATIENT.c.id)).scalars().all():
        cases += copy_patient(found, transaction, patient)
        transaction.record(Event("C", "import", say("from the archive {id}", id=found.vault.id), patient))
    return cases


@contextmanager
def _unlocked(folder: Path, passphrase: str, own: Vault) -> Iterator[Vault]:
    opened = vault.unlock(folder, passphrase, own.device)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def _snapshot(source: Vault) -> Iterator[Transaction]:
    """Give what the archive held at one moment, while others go on."""
    with source.records.execution_options(reading=True).connect() as connection:
        yield Transaction(source, connection)


def _require_whole(opened: Vault) -> None:
    faults = audit.check(opened, full=True, remembered=False).faults
    if faults:
        raise DamagedArchive(faults[0])
