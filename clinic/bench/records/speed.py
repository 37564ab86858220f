"""What sealing costs: objects against plain files, commits against plain SQLite, the check of a long audit."""

import os
import secrets
import sqlite3
import statistics
import tempfile
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert

from clinic.archive import chain, clock, sealed_file, vault
from clinic.archive.chain_check import check_chain
from clinic.archive.crypto import mac, random_key
from clinic.archive.schema import AUDIT
from clinic.bench.records.ground import PASSPHRASE, Ground, planned, words
from clinic.bench.timing import timed

_MIB = 1 << 20
_PLAIN = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "CREATE TABLE revision (id TEXT PRIMARY KEY, words TEXT, content BLOB)",
)
_BETWEEN_CHECKPOINTS = 1000


def large_objects(mebibytes: int, repeats: int) -> Mapping[str, float]:
    """Seal and open one object, and write and read a plain file of its size, in turns; both are on disk on return.

    Ratios are medians of pairs, so that a busy disk troubles both.
    """
    content, key = secrets.token_bytes(_MIB) * mebibytes, random_key()
    seconds: dict[str, list[float]] = {"seal": [], "open": [], "write": [], "read": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repeats):
            identity, plain = secrets.token_hex(16), Path(folder) / "plain"
            seconds["write"].append(timed(partial(_write_plain, plain, content))[1])
            sealed, taken = timed(partial(sealed_file.write, Path(folder), identity, key, [content]))
            seconds["seal"].append(taken)
            seconds["read"].append(timed(plain.read_bytes)[1])
            opened, taken = timed(partial(sealed_file.read, Path(folder), identity, key, sealed))
            seconds["open"].append(taken)
            if opened != content:
                raise RuntimeError("a sealed object was not read back as it was written")
            sealed_file.location(Path(folder), identity).unlink()
    megabytes = len(content) / 1e6
    rates = {f"{name}_mb_s": round(megabytes / statistics.median(taken), 1) for name, taken in seconds.items()}
    return rates | {
        "seal_over_plain": _ratio(seconds["seal"], seconds["write"]),
        "open_over_plain": _ratio(seconds["open"], seconds["read"]),
    }


def small_commits(ground: Ground, count: int) -> Mapping[str, float]:
    """Commit changes of a plan, each sealed and with its audit row, against plain SQLite that keeps the same bytes.

    Both wait until the change is on disk (WAL, synchronous FULL).
    """
    with ground.copied() as copy, copy.open() as archive:
        case = archive.open_case(archive.cases()[0].id)[0]
        ours = [timed(partial(archive.commit, planned(case, n), words(n)))[1] for n in range(1000, 1000 + count)]
        theirs = _plain_sqlite(copy.home / "plain.db", count)
    return {
        "commit_ms": round(1000 * statistics.median(ours), 2),
        "plain_sqlite_ms": round(1000 * statistics.median(theirs), 2),
        "ratio_vs_sqlite": _ratio(ours, theirs),
    }


def long_audit(ground: Ground, rows: int) -> float:
    """Return the seconds in which an audit of so many rows is checked: every MAC, link, root and signature."""
    with ground.copied() as copy:
        opened = vault.unlock(copy.folder, PASSPHRASE, copy.device)
        try:
            with opened.records.begin() as connection:
                _grow(connection, opened.chain, rows)
            with opened.records.execution_options(reading=True).connect() as connection:
                result, seconds = timed(lambda: check_chain(connection, opened))
        finally:
            opened.close()
    if result.faults or result.rows < rows:
        raise RuntimeError(f"the long audit was not whole: {result.faults[:1]}")
    return round(seconds, 2)


def _write_plain(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _plain_sqlite(path: Path, count: int) -> list[float]:
    content = secrets.token_bytes(400)  # about what the sealed root of a case has
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in _PLAIN:
            connection.execute(statement)
        return [timed(partial(_insert_plain, connection, n, content))[1] for n in range(count)]


def _insert_plain(connection: sqlite3.Connection, number: int, content: bytes) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO revision VALUES (?, ?, ?)", (f"case/{number}", words(number), content))
    connection.execute("COMMIT")


def _grow(connection: Connection, writer: chain.Chain, rows: int) -> None:
    """Append rows as `Chain` does, but many at once; it signs them as they come."""
    row = chain.last_row(connection)
    assert row is not None
    while row["seq"] < rows:
        key = writer.current_key(connection)
        batch = []
        for _ in range(_BETWEEN_CHECKPOINTS):
            row = dict(row) | {"seq": row["seq"] + 1, "prev": row["mac"], "event": "view", "rows": "[]"}
            row |= {"ts_utc": clock.now().text, "mac": b""}
            row["mac"] = mac(key, chain.content(row))
            batch.append(row)
        connection.execute(insert(AUDIT), batch)
        writer.checkpoint(connection)
        row = chain.last_row(connection)
        assert row is not None


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return round(statistics.median(one / other for one, other in zip(ours, theirs, strict=True)), 2)
