"""Files of a patient that are kept as they came, a series of slices or a video: of any size, sealed on their way in."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select

from clinic.archive import anchor, sealed_file, states
from clinic.archive.chain import Event
from clinic.archive.claims import SUFFIX, claimed
from clinic.archive.copying import FILE
from clinic.archive.crypto import random_key
from clinic.archive.database import plain_words
from clinic.archive.errors import UnknownCase
from clinic.archive.people.roles import Right
from clinic.archive.schema import ASSET, BLOB
from clinic.archive.store import Archive
from clinic.archive.transaction import Transaction, blob_stream, seal_blob
from clinic.archive.vault import PatientKeys, Vault


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file. name: 64 hex digits, by its content. kind: what it is, for example "slices". size: bytes."""

    name: str
    kind: str
    size: int


def attach(archive: Archive, case_id: str, kind: str, pieces: Iterable[bytes | memoryview], words: str) -> Attachment:
    """Seal a file that comes in pieces and record it for the patient of a case; the archive stays open to others.

    The same content is stored once. words: for the audit; they name nobody. Raises UnknownCase, NotAllowed, DiskFull,
    and whatever the pieces raise; then nothing is left.
    """
    with archive.transaction(Right.CHANGE) as transaction:
        patient, keys = _owner(transaction, case_id)
        vault = transaction.vault
        transaction.require_room(0)
    blob, key, name = secrets.token_hex(16), random_key(), hmac.new(keys.asset, digestmod=hashlib.sha256)
    with plain_words(vault.folder), claimed(vault.folder / f"{blob}{SUFFIX}"):
        anchor.remember_begun(vault.device, vault.id, [blob])
        try:
            written = sealed_file.write(vault.blobs, blob, key, _named(pieces, name))
            made = Attachment(name.hexdigest(), kind, written.size)
            with archive.transaction(Right.CHANGE) as transaction:
                if _owner(transaction, case_id)[0] != patient:
                    raise UnknownCase
                known = made.name in {one.name for one in _of(transaction, patient)}
                if not known:
                    sealed = seal_blob(keys, patient, blob, key, written)
                    transaction.rows.put(BLOB, keys.row, **sealed)
                    asset = {"id": made.name, "version": 1, "patient": patient, "kind": FILE + kind, "blob": blob}
                    transaction.rows.put(ASSET, keys.row, **asset)
                transaction.record(Event("C", "attach", words, patient, f"{case_id}/{made.name}"))
        except BaseException:
            _discard(vault, blob)
            raise
        if known:
            _discard(vault, blob)
    return made


def attachments(archive: Archive, case_id: str) -> tuple[Attachment, ...]:
    """Return what is attached to the patient of a case; recorded. Raises UnknownCase, NotAllowed."""
    with archive.transaction(Right.VIEW, reading=True) as transaction:
        patient, _ = _owner(transaction, case_id)
        archive.note(transaction, Event("R", "list", "attachments", patient, case_id))
        return _of(transaction, patient)


def content(archive: Archive, case_id: str, name: str) -> Iterator[memoryview]:
    """Yield a file chunk by chunk, each verified and good until the next; that it is read is recorded first.

    Raises UnknownCase, NotAllowed, and DamagedArchive where a chunk is not as it was written.
    """
    with archive.transaction(Right.VIEW, reading=True) as transaction:
        patient, keys = _owner(transaction, case_id)
        blob = transaction.found(BLOB, transaction.found(ASSET, name)["blob"])
        archive.note(transaction, Event("R", "view", "attachment", patient, f"{case_id}/{name}"))
    with plain_words(archive.folder):
        yield from blob_stream(transaction.vault, patient, keys, blob)


def _owner(transaction: Transaction, case_id: str) -> tuple[str, PatientKeys]:
    patient: str = states.study(transaction, case_id)["patient"]
    return patient, transaction.patient_keys(patient)


def _of(transaction: Transaction, patient: str) -> tuple[Attachment, ...]:
    both = select(ASSET.c.id, ASSET.c.kind, BLOB.c.size).join(BLOB, BLOB.c.id == ASSET.c.blob)
    wanted = both.where(ASSET.c.patient == patient, ASSET.c.kind.startswith(FILE)).order_by(ASSET.c.id)
    rows = transaction.connection.execute(wanted).all()
    return tuple(Attachment(row.id, row.kind.removeprefix(FILE), row.size) for row in rows)


def _named(pieces: Iterable[bytes | memoryview], name: hmac.HMAC) -> Iterator[bytes | memoryview]:
    for piece in pieces:
        name.update(piece)
        yield piece


def _discard(vault: Vault, blob: str) -> None:
    with suppress(OSError):
        sealed_file.location(vault.blobs, blob).unlink(missing_ok=True)
