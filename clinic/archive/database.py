"""SQLCipher through SQLAlchemy: how a connection is made, and its complaints in words."""

import errno
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import _sqlite3, dbapi2

from clinic.archive.crypto import Forged
from clinic.archive.durable import disk_words
from clinic.archive.errors import ArchiveBusy, DamagedArchive, DiskFault, DiskFull, FolderGone, NoAccess
from clinic.words import say

BUSY_SECONDS = 20.0
LIBRARY = Path(_sqlite3.__file__)  # that holds SQLCipher
LOGS = ("-wal", "-shm")  # what lies beside an open database
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # REPLACE fires the triggers that forbid deletion
    "secure_delete = ON",
    "temp_store = MEMORY",
)
_FULL, _IO = 13, 10
_BUSY = (5, 6)
_DAMAGED = (1, 11, 26)  # ERROR (our statements are fixed: only a missing table fails), CORRUPT, NOTADB
_CANNOT_OPEN = 14
_REFUSED = (3, 8, _CANNOT_OPEN, 23)  # PERM, READONLY, CANTOPEN, AUTH
_CODES_BY_WORDS = {
    "disk I/O error": _IO,
    "database or disk is full": _FULL,
    "database is locked": _BUSY[0],
    "database disk image is malformed": 11,
    "file is not a database": 26,
    "unable to open database file": _CANNOT_OPEN,
}


def open_engine(path: Path, key: bytes) -> Engine:
    """Return an engine on an encrypted database, which may be an empty file.

    Each transaction takes the write lock at once. That makes "read the last audit row, append the next" safe among
    processes, and also covers the files that are written on the way. With the execution option `reading` it takes none
    and sees one snapshot. Parameters never appear in an error: they may name a patient.
    """
    uri = f"{path.resolve().as_uri()}?mode=rw"  # never a new one in its place

    def connect() -> Any:
        connection = dbapi2.connect(uri, BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True)
        try:
            connection.execute("PRAGMA cipher_log = off")  # else it writes to stderr
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", module=dbapi2, creator=connect, poolclass=QueuePool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def direct(connection: Connection, sql: str, parameters: Mapping[str, Any] | Sequence[Any] = ()) -> Any:
    """Run a statement in the connection's transaction and return SQLite's own cursor.

    For the few statements that every step of the archive needs: SQLAlchemy's way takes ten times as long as SQLite.
    Raises the errors of `dbapi2`, which `plain_words` knows too.
    """
    if not connection.in_transaction():
        connection.begin()
    driver: Any = connection.connection.driver_connection
    return driver.execute(sql, parameters)


def open_in_memory() -> Engine:
    """Return an engine on a database that never touches the disk and ends with the engine."""

    def connect() -> Any:
        return dbapi2.connect(":memory:", isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", module=dbapi2, creator=connect, poolclass=StaticPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def copy_database(source: Engine, target: Path, key: bytes) -> None:
    """Copy a database, as of its last transaction, to a new file under the same key, on disk on return."""
    target.touch(mode=0o600)
    engine = open_engine(target, key)
    given, taken = source.raw_connection(), engine.raw_connection()
    try:
        given.driver_connection.backup(taken.driver_connection)  # type: ignore[union-attr]
        fold_log(engine)
    finally:
        given.close()
        taken.close()
        engine.dispose()
    if any(target.with_name(f"{target.name}{end}").exists() for end in LOGS):
        raise OSError(errno.EIO, "the write-ahead log was not folded in")  # SQLite closes without a word about that
    with target.open("rb") as file:
        os.fsync(file.fileno())


def export_database(source: Engine, target: Path, key: bytes) -> None:
    """Copy a database to a new file under another key, on disk on return."""
    target.touch(mode=0o600)
    connection = source.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("ATTACH DATABASE ? AS renewed KEY ?", (str(target), f"x'{key.hex()}'"))
        cursor.execute("SELECT sqlcipher_export('renewed')").fetchall()
        cursor.execute("DETACH DATABASE renewed")
    finally:
        connection.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def fresh_after_failure(*engines: Engine) -> Iterator[None]:
    """Let go of connections on which a statement failed: SQLCipher remembers a failed read and refuses what follows."""
    try:
        yield
    except (DBAPIError, dbapi2.Error, MemoryError):
        for engine in engines:
            engine.dispose()
        raise


def fold_log(engine: Engine) -> None:
    """Bring the write-ahead log into the database and empty it, so that deleted pages are in neither."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def plain_words(folder: Path) -> Iterator[None]:
    """Turn what SQLite, the operating system and broken seals say into errors that a user can act on.

    SQLite's own words are cut off: nothing for a dialog or a log. Those of the operating system name files, whose names
    name nobody.
    """
    try:
        with disk_words():
            yield
    except (DiskFault, DamagedArchive) as error:  # what is not there looks damaged, too
        if folder.exists():
            raise
        raise FolderGone from error
    except Forged as error:
        raise DamagedArchive(say("something sealed in it was altered")) from error
    except (DBAPIError, dbapi2.Error) as error:
        raise _translated(error.orig if isinstance(error, DBAPIError) else error, folder) from None


def _translated(error: BaseException | None, folder: Path) -> Exception:
    code = _code(error)
    if code in (_IO, _CANNOT_OPEN) and not folder.exists():
        return FolderGone()
    if code == _FULL or (code == _IO and not _room(folder)):
        return DiskFull()
    if code in _BUSY:
        return ArchiveBusy()
    if code in _DAMAGED:
        return DamagedArchive(say("the database cannot be read"))
    if code == _IO:
        return DiskFault()
    if code in _REFUSED:
        return NoAccess()
    return error if isinstance(error, Exception) else DamagedArchive(say("the database cannot be read"))


def _code(error: BaseException | None) -> int:
    """Return SQLite's result code; a backup that fails tells it by its words alone."""
    told: int | None = getattr(error, "sqlite_errorcode", None)
    return told & 0xFF if told is not None else _CODES_BY_WORDS.get(str(error), 0)


def _room(folder: Path) -> bool:
    """Return False on a disk so full that SQLite cannot lay down its index, which it calls an I/O error."""
    with suppress(OSError):
        return shutil.disk_usage(folder).free >= 1 << 20
    return True
