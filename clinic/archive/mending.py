"""What an opening puts right: leftovers of attempts that were cut off, and small files that have a whole twin."""

import shutil

from sqlalchemy import select

from clinic.archive import sealed_file, slots, vault
from clinic.archive.chain import Event
from clinic.archive.claims import SUFFIX, held
from clinic.archive.durable import TEMPORARY
from clinic.archive.schema import BLOB
from clinic.archive.transaction import Transaction


def mend(transaction: Transaction, begun: frozenset[str]) -> None:
    """Clear away and restore, and record what was restored.

    begun: sealed files that this computer set out to write. Any other one that no row refers to stays: it may belong
    to a newer vault.db that is yet to be put back. What a living process is writing stays too.
    """
    opened = transaction.vault
    for leftover in [path for path in opened.folder.rglob(f"*{TEMPORARY}") if path.is_file()]:
        if not _being_written(opened, leftover.name.partition(".")[0]):
            leftover.unlink(missing_ok=True)
    for leftover in opened.folder.glob(f"*{TEMPORARY}"):
        if not _being_written(opened, leftover.name.partition(".")[0]):
            shutil.rmtree(leftover, ignore_errors=True)
    used = set(transaction.connection.execute(select(BLOB.c.id)).scalars())
    for blob in begun - used:
        if not _being_written(opened, blob):
            sealed_file.location(opened.blobs, blob).unlink(missing_ok=True)
    if opened.damaged:
        whole = slots.find(opened.folder, opened.key_file)
        assert whole is not None  # we have just come in with it
        slots.put(opened.folder, whole)
        vault.write_label(opened.folder, opened.id)
        transaction.record(Event("E", "mend", f"restored {', '.join(opened.damaged)}"))
    slots.unstage(opened.folder)  # nobody else is about to change it: we hold the lock


def _being_written(opened: vault.Vault, blob: str) -> bool:
    return held(opened.folder / f"{blob}{SUFFIX}")
