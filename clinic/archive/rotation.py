"""A new vault key, for the day somebody leaves who may have kept the old one: all that it seals is sealed anew.

The patients' keys stay, and with them the large objects and the sealed columns: it is the way to them that is renewed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, select

from clinic.archive import anchor, renewal, search, slots, vault
from clinic.archive.chain import Event, Head
from clinic.archive.chain_check import check_chain
from clinic.archive.crypto import place, random_key, seal, unseal
from clinic.archive.database import export_database, open_engine
from clinic.archive.errors import DamagedArchive
from clinic.archive.presence import alone
from clinic.archive.rows import Rows
from clinic.archive.schema import AUDIT_KEY, KEY_FILE, PATIENT_KEY, SECOND_FACTOR, VAULT_KEY
from clinic.archive.store_check import row_findings
from clinic.archive.vault import Vault
from clinic.jobs import Progress
from clinic.words import say

EVENT = "renew-vault-key"


def renew(opened: Vault, progress: Progress) -> Vault:
    """Give an archive a new vault key, and return it opened with that; `opened` is closed.

    The new files are verified before they take the place of the old ones, all at once. Raises ArchiveBusy while another
    process has the archive open, DamagedArchive, DiskFull, Cancelled; then all is as before.
    """
    vault_key = random_key()
    secrets = vault.VaultKeys.of(vault_key, opened.id)
    key_file = slots.with_vault_key(slots.present(opened.folder), vault_key)
    with alone(opened.folder, opened.claim), renewal.built(opened.folder) as building:
        progress.report(0.0, say("Sealing the databases anew"))
        _export(opened, building, secrets)
        with _engines(building, secrets) as (records, keys):
            fresh = replace(opened, records=records, keys=keys, secrets=secrets, key_file=slots.sha256(key_file))
            head = _sealed_anew(opened, fresh)
            progress.report(0.5, say("Verifying the records"))
            _require_whole(fresh)
        for name in slots.NAMES:
            slots.write(building / name, key_file)
        progress.report(0.9, say("Putting the new files in their place"))
        opened.records.dispose()
        opened.keys.dispose()
        search.remove(opened)  # first: what is left of it would not open under the new key
        renewal.put(building)
    anchor.remember_head(opened.device, opened.id, head)
    records, keys = _opened(opened.folder, secrets)
    return replace(fresh, records=records, keys=keys, known={})


def _export(opened: Vault, building: Path, secrets: vault.VaultKeys) -> None:
    sources = (opened.records, secrets.records), (opened.keys, secrets.keys)
    for (engine, key), path in zip(sources, vault.database_files(building), strict=True):
        export_database(engine, path, key)


def _opened(folder: Path, secrets: vault.VaultKeys) -> tuple[Engine, Engine]:
    records, keys = vault.database_files(folder)
    return open_engine(records, secrets.records), open_engine(keys, secrets.keys)


@contextmanager
def _engines(folder: Path, secrets: vault.VaultKeys) -> Iterator[tuple[Engine, Engine]]:
    records, keys = _opened(folder, secrets)
    try:
        yield records, keys
    finally:
        records.dispose()
        keys.dispose()


def _sealed_anew(old: Vault, fresh: Vault) -> Head:
    """Seal under the new keys what the old vault key had sealed, and record that."""
    with fresh.records.begin() as connection, fresh.keys.begin() as keys:
        rows = Rows(connection)
        for table in (VAULT_KEY, AUDIT_KEY):
            _reseal(connection, rows, table, "wrapped", old, fresh)
        _reseal(connection, rows, SECOND_FACTOR, "sealed", old, fresh)
        _reseal(keys, rows, PATIENT_KEY, "wrapped", old, fresh)
        _keep_details_key(connection, rows, old, fresh)
        version = rows.next_version(KEY_FILE, vault.KEY_FILE_ID)
        rows.put(KEY_FILE, fresh.row_key, id=vault.KEY_FILE_ID, version=version, sha256=fresh.key_file)
        return fresh.chain.append(connection, Event("U", EVENT), rows.touched)


def _reseal(connection: Connection, rows: Rows, table: Table, column: str, old: Vault, fresh: Vault) -> None:
    writer = Rows(connection)
    for row in connection.execute(select(table)).mappings().all():
        content = unseal(old.wrap, row[column], _where(table, column, row["id"], row["version"]))
        version = row["version"] + 1
        sealed = seal(fresh.wrap, content, _where(table, column, row["id"], version))
        writer.put(table, fresh.row_key, **(dict(row) | {"version": version, column: sealed}))
    rows.touched += writer.touched


def _where(table: Table, column: str, identity: str, version: int) -> bytes:
    return place(table.name, column, identity, version)


def _keep_details_key(connection: Connection, rows: Rows, old: Vault, fresh: Vault) -> None:
    """Keep what the details of audit rows are sealed under that belong to no patient: those rows never change."""
    if rows.next_version(VAULT_KEY, vault.DETAILS_KEY_ID) == 1:
        wrapped = seal(fresh.wrap, old.wrap, _where(VAULT_KEY, "wrapped", vault.DETAILS_KEY_ID, 1))
        rows.put(VAULT_KEY, fresh.row_key, id=vault.DETAILS_KEY_ID, version=1, wrapped=wrapped)


def _require_whole(fresh: Vault) -> None:
    with fresh.records.execution_options(reading=True).connect() as connection:
        chain = check_chain(connection, fresh)
        faults = [*chain.faults, *row_findings(connection, fresh, chain.touched).faults]
    if faults:
        raise DamagedArchive(faults[0])
