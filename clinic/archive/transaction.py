"""One step of the archive: sealed files, rows and the audit row about them, all or nothing."""

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select

from clinic.archive import anchor, sealed_file, slots
from clinic.archive.chain import Event, Head
from clinic.archive.codec import decode, encode
from clinic.archive.crypto import Forged, place, random_key, seal, unseal
from clinic.archive.database import fresh_after_failure
from clinic.archive.errors import DamagedArchive, DiskFull
from clinic.archive.rows import Rows, fetch, find
from clinic.archive.schema import ASSET, BLOB, KEY_FILE, PATIENT, PATIENT_KEY, STUDY, VAULT_KEY
from clinic.archive.sealed_file import SealedFile
from clinic.archive.vault import DETAILS_KEY_ID, KEY_FILE_ID, PatientKeys, Vault
from clinic.case import Patient
from clinic.words import say

ROOM_BYTES = 64 << 20  # left free beside the object: the databases and the audit must go on


class Transaction:
    """Reads and writes under the write lock of vault.db, which also covers keys.db and the files of large objects."""

    def __init__(self, vault: Vault, connection: Connection) -> None:
        self.vault, self.connection = vault, connection
        self.rows = Rows(connection)
        self.head: Head | None = None
        self.files: list[str] = []  # that this transaction writes, and that go should it fail
        self._key_file: slots.KeyFile | None = None

    @classmethod
    @contextmanager
    def begin(cls, vault: Vault) -> Iterator["Transaction"]:
        """Commit on leaving; on an error leave everything as it was.

        Files stay if it is the commit that fails, for then it is not sure whether a power cut would undo it; the next
        opening sweeps them away if nothing refers to them.
        """
        with fresh_after_failure(vault.records, vault.keys), vault.records.begin() as connection:
            transaction = cls(vault, connection)
            try:
                yield transaction
            except BaseException:
                transaction._discard_files()
                raise
        if transaction._key_file is not None:
            with suppress(OSError):  # it is recorded, and the next opening puts it in its place
                slots.put(vault.folder, transaction._key_file)

    def record(self, event: Event) -> None:
        """Write the audit row about all rows that were touched, and a checkpoint when one is due."""
        self.head = self.vault.chain.append(self.connection, event, self.rows.touched)
        self.rows.touched.clear()

    def checkpoint(self) -> None:
        """Sign all rows."""
        self.head = self.vault.chain.checkpoint(self.connection)

    def require_room(self, size: int) -> None:
        """Raise DiskFull unless `size` bytes fit and enough is left for databases and audit."""
        if shutil.disk_usage(self.vault.folder).free < size + ROOM_BYTES:
            raise DiskFull

    def put_key_file(self, content: slots.KeyFile) -> None:
        """Replace the key file, once this transaction is recorded; an earlier one is known for old from then on."""
        self._key_file = content
        slots.stage(self.vault.folder, content)
        version = self.rows.next_version(KEY_FILE, KEY_FILE_ID)
        self.rows.put(KEY_FILE, self.vault.row_key, id=KEY_FILE_ID, version=version, sha256=slots.sha256(content))

    @property
    def details_key(self) -> bytes:
        """The key of the details that belong to no patient: that of the archive's first vault key."""
        row = find(self.connection, VAULT_KEY, DETAILS_KEY_ID)
        if row is None:
            return self.vault.wrap
        return self.opened(self.vault.wrap, row["wrapped"], VAULT_KEY.name, "wrapped", DETAILS_KEY_ID, row["version"])

    # The patient

    def patient_keys(self, patient: str) -> PatientKeys:
        """Return the keys of a patient. Raises DamagedArchive if there are none."""
        row = find(self.connection, PATIENT, patient)
        known = None if row is None else self.vault.known.get(row["enc"])
        return self._stored_keys(patient) if known is None else known[0]

    def _stored_keys(self, patient: str) -> PatientKeys:
        with self.vault.keys.begin() as connection:
            try:
                return self._opened_key(fetch(connection, PATIENT_KEY, patient))
            except (KeyError, Forged) as error:
                raise DamagedArchive(say("the key of a patient is missing or altered")) from error

    def put_patient(self, patient: Patient) -> PatientKeys:
        """Store who the patient is, if that is new, and return the keys; a new patient gets some."""
        row = find(self.connection, PATIENT, patient.id)
        keys = self._new_key(patient.id) if row is None else self.patient_keys(patient.id)
        if row is None or self._who(row, keys) != patient:
            version = 1 if row is None else row["version"] + 1
            enc = seal(keys.column, encode(patient), place("patient", "enc", patient.id, version))
            self.rows.put(PATIENT, keys.row, id=patient.id, version=version, enc=enc)
        return keys

    def patient(self, patient: str, keys: PatientKeys) -> Patient:
        """Return who the patient is. Raises DamagedArchive."""
        return self._who(self.found(PATIENT, patient), keys)

    def _who(self, row: Mapping[str, Any], keys: PatientKeys) -> Patient:
        """Return whom a row is about; the vault keeps it in memory, with the keys, for as long as the row stays so."""
        if row["enc"] not in self.vault.known:
            who = decode(self.opened(keys.column, row["enc"], "patient", "enc", row["id"], row["version"]))
            if not isinstance(who, Patient):
                raise DamagedArchive(say("a patient's name is not where it was"))
            self.vault.known[row["enc"]] = keys, who
        return self.vault.known[row["enc"]][1]

    def _new_key(self, patient: str) -> PatientKeys:
        """Store a fresh key in keys.db before anything is sealed under it: the databases do not commit as one.

        A key that a cut-off attempt left behind is used.
        """
        with self.vault.keys.begin() as connection:
            known = connection.execute(select(PATIENT_KEY).where(PATIENT_KEY.c.id == patient)).mappings().first()
            if known is None:
                wrapped = seal(self.vault.wrap, random_key(), place("patient_key", "wrapped", patient, 1))
                connection.execute(insert(PATIENT_KEY).values(id=patient, version=1, wrapped=wrapped))
            row = fetch(connection, PATIENT_KEY, patient)
        self.rows.note(PATIENT_KEY, self.vault.row_key, row)
        return self._opened_key(row)

    def _opened_key(self, row: dict[str, Any]) -> PatientKeys:
        where = place("patient_key", "wrapped", row["id"], row["version"])
        return PatientKeys.of(unseal(self.vault.wrap, row["wrapped"], where))

    # Large objects

    def put_parts(self, patient: str, keys: PatientKeys, parts: dict[bytes, tuple[str, bytes]]) -> frozenset[str]:
        """Seal the parts that are not stored yet, each under a key of its own, and return their kinds."""
        fresh = {name: part for name, part in parts.items() if not self._stored(name)}
        self.require_room(sum(len(body) for _, body in fresh.values()))
        for blob, (name, (kind, body)) in zip(self._begin_files(len(fresh)), fresh.items(), strict=True):
            self._put_blob(blob, patient, keys, body)
            self.rows.put(ASSET, keys.row, id=name.hex(), version=1, patient=patient, kind=kind, blob=blob)
        return frozenset(kind for kind, _ in fresh.values())

    def part(self, patient: str, keys: PatientKeys) -> Callable[[bytes], memoryview]:
        """Return the function that gives a part's bytes by its name; it raises DamagedArchive."""

        def fetched(name: bytes) -> memoryview:
            blob = self.found(BLOB, self.found(ASSET, name.hex())["blob"])
            return read_blob(self.vault, patient, keys, blob)

        return fetched

    def _stored(self, name: bytes) -> bool:
        return find(self.connection, ASSET, name.hex()) is not None

    def _begin_files(self, count: int) -> list[str]:
        """Name files and remember that, so that they can be told from those of others after a power cut."""
        begun = [secrets.token_hex(16) for _ in range(count)]
        if begun:
            anchor.remember_begun(self.vault.device, self.vault.id, begun)
        self.files += begun
        return begun

    def _put_blob(self, blob: str, patient: str, keys: PatientKeys, body: bytes) -> None:
        key = random_key()
        written = sealed_file.write(self.vault.blobs, blob, key, [body])
        self.rows.put(BLOB, keys.row, **seal_blob(keys, patient, blob, key, written))

    def _discard_files(self) -> None:
        if self._key_file is not None:
            with suppress(OSError):
                slots.unstage(self.vault.folder)
        for blob in self.files:
            with suppress(OSError):
                sealed_file.location(self.vault.blobs, blob).unlink(missing_ok=True)

    # Reading

    def found(self, table: Any, identity: str) -> dict[str, Any]:
        """Return a row that another one refers to. Raises DamagedArchive."""
        try:
            return fetch(self.connection, table, identity)
        except KeyError as error:
            raise DamagedArchive(say("a row of the table {name} is missing", name=table.name)) from error

    def opened(self, key: bytes, sealed: bytes, *where: str | int) -> bytes:
        """Return what a sealed column holds. Raises DamagedArchive."""
        try:
            return unseal(key, sealed, place(*where))
        except Forged as error:
            raise DamagedArchive(say("a row of the table {name} was altered", name=where[0])) from error

    def study(self, case_id: str) -> dict[str, Any] | None:
        """Return the row of a case, None if there is none."""
        return find(self.connection, STUDY, case_id)


def seal_blob(keys: PatientKeys, patient: str, blob: str, key: bytes, written: SealedFile) -> dict[str, Any]:
    """Return the row about a sealed file that was written under `key`."""
    wrapped = seal(keys.wrap, key, place(patient, blob))
    return {"id": blob, "version": 1, "patient": patient, "wrapped_dek": wrapped, **asdict(written)}


def read_blob(vault: Vault, patient: str, keys: PatientKeys, blob: dict[str, Any]) -> memoryview:
    """Return a large object. Raises DamagedArchive if its file is missing or a bit of it is wrong."""
    with _blob_words(blob["id"]):
        return sealed_file.read(vault.blobs, blob["id"], *_how_sealed(patient, keys, blob))


def blob_stream(vault: Vault, patient: str, keys: PatientKeys, blob: dict[str, Any]) -> Iterator[memoryview]:
    """Yield a large object in verified chunks, each good until the next. Raises as `read_blob`, at the chunk itself."""
    with _blob_words(blob["id"]):
        yield from sealed_file.stream(vault.blobs, blob["id"], *_how_sealed(patient, keys, blob))


def _how_sealed(patient: str, keys: PatientKeys, blob: dict[str, Any]) -> tuple[bytes, SealedFile]:
    key = unseal(keys.wrap, blob["wrapped_dek"], place(patient, blob["id"]))
    return key, SealedFile(blob["size"], blob["log2_chunk"], blob["sha256"])


@contextmanager
def _blob_words(blob: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise DamagedArchive(say("the object {blob} is missing", blob=blob)) from error
    except Forged as error:
        raise DamagedArchive(say("the object {blob} was altered", blob=blob)) from error
