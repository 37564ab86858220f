"""One patient's whole record from one archive into another: opened under the one key, sealed under the other."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from clinic.archive import anchor, sealed_file
from clinic.archive.crypto import place, random_key, seal
from clinic.archive.errors import AlreadyHere, UnknownCase
from clinic.archive.parts import Parts
from clinic.archive.rows import find
from clinic.archive.schema import ASSET, AUDIT, BLOB, CONSENT, PATIENT, REVISION, STUDY, THUMBNAIL
from clinic.archive.transaction import Transaction, blob_stream, seal_blob
from clinic.archive.vault import PatientKeys
from clinic.case import Case

FILE = "file/"  # how the kind of a stored file begins; parts of cases have the names of classes


def copy_patient(source: Transaction, target: Transaction, patient: str) -> tuple[str, ...]:
    """Copy everything of a patient but the audit, and return the ids of the cases.

    Raises UnknownCase if the source does not hold the patient, AlreadyHere if the target does or did.
    """
    if find(source.connection, PATIENT, patient) is None:
        raise UnknownCase
    _require_new(target, patient)
    old = source.patient_keys(patient)
    new = target.put_patient(source.patient(patient, old))
    studies = source.connection.execute(select(STUDY).where(STUDY.c.patient == patient)).mappings().all()
    for study in studies:
        if find(target.connection, STUDY, study["id"]) is not None:
            raise AlreadyHere
        _copy_states(source, target, patient, study["id"], (old, new))
        target.rows.put(STUDY, new.row, **(dict(study) | {"version": 1}))
    for table in (THUMBNAIL, CONSENT):
        for row in source.connection.execute(select(table).where(table.c.patient == patient)).mappings().all():
            content = source.opened(old.column, row["enc"], table.name, "enc", row["id"], row["version"])
            enc = seal(new.column, content, place(table.name, "enc", row["id"], 1))
            target.rows.put(table, new.row, id=row["id"], version=1, patient=patient, enc=enc)
    for row in source.connection.execute(_files_of(patient)).mappings().all():
        blob = source.found(BLOB, row["blob"])
        put_file(target, patient, new, row["kind"], blob_stream(source.vault, patient, old, blob))
    return tuple(study["id"] for study in studies)


def put_file(
    target: Transaction, patient: str, keys: PatientKeys, kind: str, pieces: Iterator[bytes | memoryview]
) -> None:
    """Store a file that comes in pieces, inside a transaction: for those that are copied with much else."""
    blob, key, name = secrets.token_hex(16), random_key(), hmac.new(keys.asset, digestmod=hashlib.sha256)
    anchor.remember_begun(target.vault.device, target.vault.id, [blob])
    target.files.append(blob)

    def named() -> Iterator[bytes | memoryview]:
        for piece in pieces:
            name.update(piece)
            yield piece

    written = sealed_file.write(target.vault.blobs, blob, key, named())
    target.rows.put(BLOB, keys.row, **seal_blob(keys, patient, blob, key, written))
    target.rows.put(ASSET, keys.row, id=name.hexdigest(), version=1, patient=patient, kind=kind, blob=blob)


def _require_new(target: Transaction, patient: str) -> None:
    """Raise AlreadyHere for a patient who is in the archive, or was erased from it."""
    erased = select(AUDIT.c.seq).where(AUDIT.c.event == "erase", AUDIT.c.patient_ref == patient)
    if find(target.connection, PATIENT, patient) is not None or target.connection.execute(erased).first() is not None:
        raise AlreadyHere


def _copy_states(
    source: Transaction, target: Transaction, patient: str, case_id: str, keys: tuple[PatientKeys, PatientKeys]
) -> None:
    """Copy the states of a case that are about this patient; it may have been another's by mistake."""
    old, new = keys
    was, becomes = Parts(old.asset), Parts(new.asset)
    wanted = select(REVISION).where(REVISION.c.study == case_id, REVISION.c.patient == patient)
    rows = source.connection.execute(wanted.order_by(REVISION.c.number)).mappings().all()
    numbers = {row["number"] for row in rows}
    for row in rows:
        root = source.opened(old.column, row["enc"], "revision", "enc", row["id"], row["version"])
        case: Case = was.unpack(root, source.part(patient, old))
        packed, stored = becomes.pack(case)
        target.put_parts(patient, new, packed.parts)
        stored()
        enc = seal(new.column, packed.root, place("revision", "enc", row["id"], 1))
        parent = row["parent"] if row["parent"] in numbers else None
        target.rows.put(REVISION, new.row, **(dict(row) | {"version": 1, "parent": parent, "enc": enc}))


def _files_of(patient: str) -> Select[Any]:
    return select(ASSET).where(ASSET.c.patient == patient, ASSET.c.kind.startswith(FILE))
