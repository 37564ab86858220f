"""What an opening puts right: leftovers of attempts that were cut off, and small files that have a whole twin."""

import shutil
import time
from contextlib import suppress

from sqlalchemy import select

from clinic.archive import sealed_file, slots, vault
from clinic.archive.chain import Event
from clinic.archive.claims import SUFFIX, held
from clinic.archive.durable import TEMPORARY
from clinic.archive.schema import BLOB
from clinic.archive.transaction import Transaction

_SETTLED_S = 60.0


def mend(transaction: Transaction, begun: frozenset[str]) -> None:
    """Clear away and restore, and record what was restored.

    begun: sealed files that this computer set out to write. Any other one that no row refers to stays: it may belong
    to a newer vault.db that is yet to be put back. What a living process is writing stays too.
    """
    opened = transaction.vault
    _clear(opened)
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


def _clear(opened: vault.Vault) -> None:
    """Remove what dead processes were writing, and their claims."""
    for leftover in opened.folder.glob(f"*{TEMPORARY}"):
        if leftover.is_dir() and not _being_written(opened, leftover.name):
            shutil.rmtree(leftover, ignore_errors=True)
    for leftover in [*opened.folder.glob(f"*{TEMPORARY}"), *opened.blobs.rglob(f"*{TEMPORARY}")]:
        if leftover.is_file() and not _being_written(opened, leftover.name):
            leftover.unlink(missing_ok=True)
    for claim in opened.folder.glob(f"*{SUFFIX}"):
        with suppress(FileNotFoundError):  # its holder has just let go
            if time.time() - claim.stat().st_mtime > _SETTLED_S:  # a younger one may not be locked yet
                held(claim)  # which removes it, if nobody does


def _being_written(opened: vault.Vault, name: str) -> bool:
    return held(opened.folder / f"{name.partition('.')[0]}{SUFFIX}")
