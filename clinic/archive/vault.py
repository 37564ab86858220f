"""An unlocked archive: its keys and its two databases. Opening one writes nothing to it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from clinic.archive import placing, renewal, slots
from clinic.archive.chain import Chain
from clinic.archive.crypto import Forged, derive, place, unseal
from clinic.archive.database import open_engine, plain_words
from clinic.archive.device import Device
from clinic.archive.durable import write_file
from clinic.archive.errors import DamagedArchive, FolderGone, NewerArchive, NotAnArchive, OldKeyFile
from clinic.archive.people import guesses
from clinic.archive.presence import present
from clinic.archive.rows import fetch
from clinic.archive.schema import FORM, KEY_FILE, USER, VAULT_KEY
from clinic.archive.version import CURRENT, FormatVersion
from clinic.case import Patient
from clinic.words import say

FORM_ID, ROW_KEY_ID, DETAILS_KEY_ID, KEY_FILE_ID = "archive", "row", "details", "slots"
LABEL, BLOBS = "vault.json", "blobs"
_RECORDS, _KEYS = "vault.db", "keys.db"


@dataclass(frozen=True, slots=True, repr=False)
class PatientKeys:
    """What is derived from one patient's key: for columns, row MACs, object keys and object names."""

    column: bytes
    row: bytes
    wrap: bytes
    asset: bytes

    @classmethod
    def of(cls, patient_key: bytes) -> "PatientKeys":
        """Derive them."""
        return cls(*(derive(patient_key, f"patient-{purpose}") for purpose in ("column", "row", "wrap", "asset")))


@dataclass(frozen=True, slots=True, repr=False)
class VaultKeys:
    """What is derived from the vault key."""

    records: bytes
    keys: bytes
    wrap: bytes
    search: bytes

    @classmethod
    def of(cls, vault_key: bytes, archive: str) -> "VaultKeys":
        """Derive them."""
        return cls(
            *(derive(vault_key, f"vault-{purpose}", archive.encode()) for purpose in ("db", "keys", "wrap", "search"))
        )


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """Everything that an unlocked archive consists of. login and role: the user's."""

    folder: Path
    id: str
    user: slots.User
    login: str
    role: str
    device: Device
    records: Engine
    keys: Engine
    secrets: VaultKeys
    row_key: bytes
    key_file: str  # SHA-256 (hex) of the one that was used
    damaged: tuple[str, ...]  # names of small files that are not whole but could be done without
    recovered: bool = False  # by the printed recovery key
    temporary: bool = False  # by a passphrase that somebody else made
    misses: int = 0  # wrong passphrases before the right one
    claim: str = ""  # name of the file by which others see that it is open
    presence: ExitStack = field(default_factory=ExitStack)

    # Who the patients are, by the sealed column that says so: while that stands, so do name and keys.
    known: dict[bytes, tuple[PatientKeys, Patient]] = field(default_factory=dict)

    @property
    def wrap(self) -> bytes:
        """The key that wraps patients' keys."""
        return self.secrets.wrap

    @property
    def blobs(self) -> Path:
        """Where the large objects lie."""
        return self.folder / BLOBS

    @property
    def chain(self) -> Chain:
        """The audit chain, written to as this user on this device."""
        return Chain(self.id, self.user.id, self.role, self.device, self.wrap, self.row_key)

    def close(self) -> None:
        """Close the databases; the last one out folds the write-ahead log in."""
        self.records.dispose()
        self.keys.dispose()
        self.presence.close()


def identify(folder: Path, archive: str, passphrase: str, login: str, device: Device) -> tuple[slots.Unlocked, int]:
    """Return what a passphrase opens, and how many wrong ones came before it.

    Each attempt is remembered by the device, outside the archive. Raises WrongPassphrase, TooManyGuesses, NameNeeded,
    DamagedKeyFile, OSError.
    """
    who = slots.whose(folder, login)
    misses = guesses.begin(device, archive, who)
    opened = slots.unlock(folder, passphrase, login)
    with suppress(OSError):  # the next one is then asked to wait sooner
        guesses.was_right(device, archive, who)
    return opened, misses


def unlock(folder: Path, passphrase: str, device: Device, login: str = "") -> Vault:
    """Open an archive. Raises every error of `clinic.archive.errors` that names a state of the archive.

    What a power cut has kept from its place is put there first: a restored archive, renewed keys, a changed key file.
    """
    with plain_words(folder), ExitStack() as presence:
        placing.settle(folder)
        labelled, found = _label(folder)
        renewal.settle(folder)
        claim = presence.enter_context(present(folder))
        opened, misses = identify(folder, found, passphrase, login, device)
        keys = VaultKeys.of(opened.vault_key, opened.archive)
        with _engines(folder, keys) as (records, patient_keys):
            try:
                login, role, row_key, version = _checked(records, patient_keys, opened.user.id, keys)
                recorded = _recorded_key_file(records)
            except (Forged, KeyError, ValueError) as error:
                raise DamagedArchive(say("its first rows are missing or altered")) from error
        if recorded not in ("", opened.key_file):
            records.dispose()
            patient_keys.dispose()
            _put_key_file(folder, recorded)
            return unlock(folder, passphrase, device, login)
        true = (labelled, found) == (version, opened.archive)
        damaged = opened.damaged if true else (*opened.damaged, LABEL)
        return Vault(
            folder,
            opened.archive,
            opened.user,
            login,
            role,
            device,
            records,
            patient_keys,
            keys,
            row_key,
            opened.key_file,
            damaged,
            opened.recovered,
            opened.temporary,
            misses,
            claim,
            presence.pop_all(),
        )


def _put_key_file(folder: Path, recorded: str) -> None:
    """Put the key file that the database knows in its place. Raises OldKeyFile if it is gone."""
    content = slots.find(folder, recorded)
    if content is None:
        raise OldKeyFile
    slots.put(folder, content)


def _recorded_key_file(records: Engine) -> str:
    """Return the SHA-256 of the key file that belongs to the database, empty in form 1, which does not tell."""
    with records.connect() as connection:
        if not connection.dialect.has_table(connection, KEY_FILE.name):
            return ""
        return str(fetch(connection, KEY_FILE, KEY_FILE_ID)["sha256"])


def database_files(folder: Path) -> tuple[Path, Path]:
    """Return vault.db and keys.db."""
    return folder / _RECORDS, folder / _KEYS


def write_label(folder: Path, archive: str) -> None:
    """Write vault.json, which tells any program what this folder is before it is unlocked. Raises OSError."""
    write_file(folder / LABEL, [_label_text(archive, CURRENT)])


def _label(folder: Path) -> tuple[FormatVersion | None, str]:
    """Return the version that vault.json tells, None if it is not whole, and the archive's id.

    Raises FolderGone, NotAnArchive or NewerArchive. Without it, the key file and the database say the same.
    """
    if not folder.exists():
        raise FolderGone
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if not present & {LABEL, _RECORDS, _KEYS, *slots.NAMES}:
        raise NotAnArchive
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        data = (folder / LABEL).read_bytes()
        content = json.loads(data)
        version = FormatVersion(content["form"], content["min_reader"])
        if not version.readable:
            raise NewerArchive
        if data == _label_text(content["archive"], version):
            return version, content["archive"]
    return None, slots.archive_of(folder)


def _label_text(archive: str, version: FormatVersion) -> bytes:
    content = {"archive": archive, "form": version.form, "min_reader": version.min_reader}
    return json.dumps(content, indent=1, sort_keys=True).encode()


@contextmanager
def _engines(folder: Path, keys: VaultKeys) -> Iterator[tuple[Engine, Engine]]:
    """Open both databases, and close them again should the check that follows fail."""
    paths = database_files(folder)
    for path in paths:
        if not path.is_file() or path.stat().st_size == 0:  # SQLite would begin a new one in an empty file
            raise DamagedArchive(say("{name} is missing", name=path.name))
    records, patient_keys = open_engine(paths[0], keys.records), open_engine(paths[1], keys.keys)
    try:
        yield records, patient_keys
    except BaseException:
        records.dispose()
        patient_keys.dispose()
        raise


def _checked(
    records: Engine, patient_keys: Engine, user: str, keys: VaultKeys
) -> tuple[str, str, bytes, FormatVersion]:
    """Return login, role, the key of the rows that belong to no patient, and the form the archive has."""
    with patient_keys.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM patient_key")
    with records.connect() as connection:
        form = fetch(connection, FORM, FORM_ID)
        version = FormatVersion(form["form"], form["min_reader"])
        if not version.readable:
            raise NewerArchive
        person = fetch(connection, USER, user)
        wrapped = fetch(connection, VAULT_KEY, ROW_KEY_ID)
    row_key = unseal(keys.wrap, wrapped["wrapped"], place("vault_key", "wrapped", ROW_KEY_ID, wrapped["version"]))
    return person["login"], person["role"], row_key, version
