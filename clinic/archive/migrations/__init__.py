"""From every form that an archive ever had to the present one.

Each form has a module here with the Alembic operations that lead to it from the one before. The form's number stands in
the protected table `form`, which the audit vouches for, so Alembic's own version table is not kept beside it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, event, inspect

from clinic.archive.chain import Event
from clinic.archive.chain_check import check_chain
from clinic.archive.database import plain_words
from clinic.archive.errors import DamagedArchive
from clinic.archive.migrations import form_2
from clinic.archive.rows import Rows, fetch
from clinic.archive.schema import FORM, VAULT
from clinic.archive.store_check import row_findings
from clinic.archive.vault import FORM_ID, Vault, write_label
from clinic.archive.version import CURRENT

EVENT = "migrate"

# By the form that a step leads to: it changes the tables, and writes what they must hold from the beginning.
_STEPS: Mapping[int, Callable[[Operations, Rows, Vault], None]] = {2: form_2.migrate}


def bring_up(opened: Vault) -> None:
    """Bring an archive of an earlier form to the present one, in one transaction with its audit row.

    The audit and every row are verified before that is committed, so the archive has the old form or, whole, the new
    one. Raises DamagedArchive if it is not whole; then nothing has changed.
    """
    with plain_words(opened.folder), opened.records.begin() as connection:
        row = fetch(connection, FORM, FORM_ID)
        if row["form"] >= CURRENT.form:
            return
        rows = Rows(connection)
        operations = Operations(MigrationContext.configure(connection))
        for form in range(row["form"] + 1, CURRENT.form + 1):
            _STEPS[form](operations, rows, opened)
        written = {"form": CURRENT.form, "min_reader": CURRENT.min_reader}
        rows.put(FORM, opened.row_key, id=FORM_ID, version=row["version"] + 1, **written)
        opened.chain.append(connection, Event("E", EVENT, f"form {row['form']} to {CURRENT.form}"), rows.touched)
        _require_whole(connection, opened)
    write_label(opened.folder, opened.id)


def overlay(opened: Vault) -> None:
    """Let an archive of an earlier form, which may not be written, be read as if its missing tables were empty."""
    with opened.records.connect() as connection:
        there = set(inspect(connection).get_table_names())
    missing = [table for table in VAULT.sorted_tables if table.name not in there]
    if not missing:
        return

    def add(connection: Any, _: object) -> None:
        for table in missing:
            columns = ", ".join(f"{column.name}" for column in table.columns)
            connection.execute(f"CREATE TEMP TABLE {table.name} ({columns})")

    opened.records.dispose()
    event.listen(opened.records, "connect", add)


def _require_whole(connection: Connection, opened: Vault) -> None:
    chain = check_chain(connection, opened)
    faults = [*chain.faults, *row_findings(connection, opened, chain.touched).faults]
    if faults:
        raise DamagedArchive(faults[0])
