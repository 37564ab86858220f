"""Archives for tests: cheap keys, a look inside, and a forger who knows the database's key."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from clinic.archive import audit, consent, vault
from clinic.archive.crypto import Argon2Cost
from clinic.archive.device import Device
from clinic.archive.errors import DamagedArchive
from clinic.archive.schema import AUDIT, TRIGGERS, VAULT
from clinic.archive.store import Archive

PASSPHRASE = "correct horse battery staple"
CHEAP = Argon2Cost(passes=2, memory_kib=19 * 1024)  # the documented floor


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def agree(archive: Archive, patient: str = "p-0001") -> None:
    """Let a patient consent to everything."""
    consent.give(archive, patient, consent.Consent(consent.EVERYTHING))


def flip(path: Path, bit: int) -> None:
    """Turn one bit of a file."""
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def audit_rows(archive: Archive) -> list[dict[str, Any]]:
    with archive._open_vault().records.execution_options(reading=True).connect() as connection:
        return [dict(row) for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings()]


def dump(folder: Path) -> list[Any]:
    """All rows of vault.db but the audit's."""
    with opened(folder) as unlocked, unlocked.records.connect() as connection:
        return [connection.execute(select(table)).all() for table in VAULT.sorted_tables if table is not AUDIT]


@contextmanager
def opened(folder: Path, login: str = "") -> Iterator[vault.Vault]:
    unlocked = vault.unlock(folder, PASSPHRASE, Device.load(), login)
    try:
        yield unlocked
    finally:
        unlocked.close()


def unrecorded_faults(folder: Path) -> tuple[str, ...]:
    """What `verify` finds, without the row that it writes."""
    try:
        with opened(folder) as unlocked:
            return audit.check(unlocked, full=False).faults
    except DamagedArchive as damage:
        return (str(damage),)


def forge(folder: Path, *statements: str | Callable[[Connection], object], login: str = "") -> None:
    """Change rows of vault.db with its key, as a thief of it could, and put the triggers back."""
    with opened(folder, login) as unlocked, unlocked.records.begin() as connection:
        for trigger in TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger.split()[2]}")
        for statement in statements:
            if isinstance(statement, str):
                connection.exec_driver_sql(statement)
            else:
                statement(connection)
        for trigger in TRIGGERS:
            connection.exec_driver_sql(trigger)


def fill(archive: Archive) -> None:
    """Let the database find that the disk has no page left."""
    with archive._open_vault().records.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


class Killed(BaseException):
    """The process ends here: nothing of ours runs after it."""


@contextmanager
def killed_at_rename(at: int, counted: Callable[[Path], bool] = lambda _: True) -> Iterator[None]:
    """Let the `at`-th rename of the counted paths be the end of the process."""
    real, count = Path.replace, 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal count
        count += counted(self)
        if count >= at:
            raise Killed
        return real(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        patch.setattr("shutil.rmtree", lambda *_, **__: None)
        yield
