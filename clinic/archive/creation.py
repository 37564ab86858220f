"""Laying down a new archive: complete under a temporary name, then renamed."""

import secrets
from pathlib import Path

from sqlalchemy import Connection

from clinic.archive import placing, slots, vault
from clinic.archive.chain import Chain
from clinic.archive.crypto import Argon2Cost, place, random_key, seal, seal_to
from clinic.archive.database import open_engine
from clinic.archive.device import Device
from clinic.archive.durable import sync_folder
from clinic.archive.errors import ArchiveExists
from clinic.archive.rows import Rows
from clinic.archive.schema import FORM, KEY_FILE, KEYS, TRIGGERS, USER, VAULT, VAULT_KEY
from clinic.archive.version import CURRENT

ROLE = "surgeon"


def lay_down(folder: Path, passphrase: str, login: str, cost: Argon2Cost, device: Device) -> None:
    """Create an archive with one user. Raises ArchiveExists if the folder is not empty, and OSError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArchiveExists
    with placing.built(folder) as building:
        fill(building, passphrase, login, cost, device)
        placing.put(building, folder)


def fill(folder: Path, passphrase: str, login: str, cost: Argon2Cost, device: Device) -> None:
    """Write the files of an archive with one user into an empty folder. Raises OSError."""
    archive = secrets.token_hex(16)
    opened = slots.create(folder, archive, passphrase, cost, login)
    keys = vault.VaultKeys.of(opened.vault_key, archive)
    paths = vault.database_files(folder)
    for path, key, tables in zip(paths, (keys.records, keys.keys), (VAULT, KEYS), strict=True):
        path.touch(mode=0o600)
        engine = open_engine(path, key)
        try:
            with engine.begin() as connection:
                tables.create_all(connection)
                if tables is VAULT:
                    _first_rows(connection, archive, opened, login, keys.wrap, device)
        finally:
            engine.dispose()
    vault.write_label(folder, archive)
    sync_folder(folder)


def _first_rows(
    connection: Connection, archive: str, opened: slots.Unlocked, login: str, wrap: bytes, device: Device
) -> None:
    for trigger in TRIGGERS:
        connection.exec_driver_sql(trigger)
    row_key, first = random_key(), random_key()
    rows, user = Rows(connection), opened.user
    rows.put(FORM, row_key, id=vault.FORM_ID, version=1, form=CURRENT.form, min_reader=CURRENT.min_reader)
    public = {"x25519": user.public_x25519, "ed25519": user.public_ed25519}
    rows.put(USER, row_key, id=user.id, version=1, login=login, role=ROLE, **public)
    rows.put(KEY_FILE, row_key, id=vault.KEY_FILE_ID, version=1, sha256=opened.key_file)
    wrapped = seal(wrap, row_key, place("vault_key", "wrapped", vault.ROW_KEY_ID, 1))
    rows.put(VAULT_KEY, row_key, id=vault.ROW_KEY_ID, version=1, wrapped=wrapped)
    first_sealed = seal_to(user.public_x25519, first, place("audit-first", archive))
    Chain(archive, user.id, ROLE, device, wrap, row_key).begin(connection, first, first_sealed, rows)
