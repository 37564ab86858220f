"""Erasing a patient: the key is destroyed, and with it everything that was sealed under it, here and in old files.

What stays is the audit, which names nobody: that there was a patient with this id, what was done and when, and why it
was erased. The order survives a power cut: rows and audit first, then the key; an opening finishes what was begun.
"""

from contextlib import suppress

from sqlalchemy import delete, select

from clinic.archive import anchor, sealed_file, search
from clinic.archive.chain import Event
from clinic.archive.database import fold_log
from clinic.archive.rows import Touched
from clinic.archive.schema import (
    ASSET,
    AUDIT,
    BLOB,
    CONSENT,
    EMERGENCY,
    PATIENT,
    PATIENT_KEY,
    REVISION,
    STUDY,
    THUMBNAIL,
)
from clinic.archive.transaction import Transaction
from clinic.archive.vault import Vault

EVENT = "erase"
_OWNED = (REVISION, STUDY, ASSET, BLOB, CONSENT, EMERGENCY, THUMBNAIL)  # by the column `patient`


def erase(transaction: Transaction, patient: str, reason: str) -> list[str]:
    """Delete every row of a patient, record that, and return the objects that `shred` may now remove.

    reason: why, for the audit; names nobody.
    """
    blobs = list(transaction.connection.execute(select(BLOB.c.id).where(BLOB.c.patient == patient)).scalars())
    for table in _OWNED:
        transaction.rows.delete(table, table.c.patient == patient)
    transaction.rows.delete(PATIENT, PATIENT.c.id == patient)
    with transaction.vault.keys.execution_options(reading=True).connect() as connection:
        known = connection.execute(select(PATIENT_KEY.c.version).where(PATIENT_KEY.c.id == patient)).scalar()
    if known is not None:
        transaction.rows.touched.append(Touched(PATIENT_KEY.name, patient, known, ""))
    transaction.record(Event("D", EVENT, reason, patient))
    return blobs


def shred(vault: Vault, patients: list[str], blobs: list[str]) -> None:
    """Destroy the keys of erased patients, in the write-ahead logs too, and remove their objects.

    This device remembers who was erased, so that a backup put back later loses them again. Raises OSError.
    """
    anchor.remember_erased(vault.device, vault.id, patients)
    vault.known.clear()
    search.forget(vault, patients)
    with vault.keys.begin() as connection:
        connection.execute(delete(PATIENT_KEY).where(PATIENT_KEY.c.id.in_(patients)))
    for engine in (vault.keys, vault.records):
        fold_log(engine)
    for blob in blobs:
        with suppress(OSError):  # unreadable without its key; the next full check names what lies about
            sealed_file.location(vault.blobs, blob).unlink(missing_ok=True)


def known(transaction: Transaction, patient: str) -> bool:
    """Return True if the archive holds a patient."""
    return transaction.connection.execute(select(PATIENT.c.id).where(PATIENT.c.id == patient)).first() is not None


def unfinished(transaction: Transaction) -> list[str]:
    """Return the erased patients whose keys are still there, after a power cut."""
    with transaction.vault.keys.execution_options(reading=True).connect() as connection:
        kept = set(connection.execute(select(PATIENT_KEY.c.id)).scalars())
    erased = select(AUDIT.c.patient_ref).where(AUDIT.c.event == EVENT)
    return sorted(kept & set(transaction.connection.execute(erased).scalars()))
