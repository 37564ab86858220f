"""What sealing costs: objects against plain files, objects that do not fit in memory, the check of a long audit."""

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from clinic.archive import chain, clock, sealed_file, vault
from clinic.archive.chain_check import check_chain
from clinic.archive.crypto import calibrated, mac, passphrase_key, random_key
from clinic.archive.rows import inserting
from clinic.archive.schema import AUDIT
from clinic.bench.machine import peak_mib
from clinic.bench.records.ground import PASSPHRASE, Ground
from clinic.bench.timing import timed

T = TypeVar("T")

_MIB = 1 << 20
_BETWEEN_CHECKPOINTS = 1000
_PLACE_BYTES = 40  # of an audit row's content: its number and the MAC before it


@dataclass(frozen=True, slots=True)
class Spent:
    """Wall seconds, and those of the processor: on a busy machine only these tell what the work itself takes."""

    seconds: float
    cpu_seconds: float


def large_objects(mebibytes: int, repeats: int) -> Mapping[str, float]:
    """Seal and open one object, and write and read a plain file of its size, in turns; both are on disk on return.

    Ratios are medians of pairs, so that a busy disk troubles both.
    """
    content, key = secrets.token_bytes(_MIB) * mebibytes, random_key()
    spent: dict[str, list[Spent]] = {"seal": [], "open": [], "write": [], "read": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repeats):
            identity, plain = secrets.token_hex(16), Path(folder) / "plain"
            spent["write"].append(_spending(partial(_write_plain, plain, content))[1])
            sealed, taken = _spending(partial(sealed_file.write, Path(folder), identity, key, [content]))
            spent["seal"].append(taken)
            spent["read"].append(_spending(plain.read_bytes)[1])
            opened, taken = _spending(partial(sealed_file.read, Path(folder), identity, key, sealed))
            spent["open"].append(taken)
            if opened != content:
                raise RuntimeError("a sealed object was not read back as it was written")
            sealed_file.location(Path(folder), identity).unlink()
    megabytes = len(content) / 1e6
    wall = {name: [one.seconds for one in taken] for name, taken in spent.items()}
    rates = {f"{name}_mb_s": round(megabytes / statistics.median(taken), 1) for name, taken in wall.items()}
    cpu = {f"{name}_cpu_s": _median(one.cpu_seconds for one in taken) for name, taken in spent.items()}
    return {
        **rates,
        **cpu,
        "seal_over_plain": _ratio(wall["seal"], wall["write"]),
        "open_over_plain": _ratio(wall["open"], wall["read"]),
    }


def unlocking() -> float:
    """Return the seconds that one guess of a passphrase takes, as a new archive on this computer is made."""
    cost = calibrated()
    return round(timed(lambda: passphrase_key("guess", bytes(16), cost))[1], 3)


def streamed(gibibytes: float) -> Mapping[str, float]:
    """Seal and open an object that is never whole in memory, in a process of its own; return MB/s and its peak."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "clinic.bench.records.speed", folder, str(round(gibibytes * 1024))]
        spoken = subprocess.run(command, capture_output=True, check=True, text=True)
    return {"gibibytes": gibibytes, **json.loads(spoken.stdout)}


def _stream(folder: Path, mebibytes: int) -> Mapping[str, float | None]:
    piece, key, identity = secrets.token_bytes(_MIB), random_key(), secrets.token_hex(16)
    sealed, sealing = timed(lambda: sealed_file.write(folder, identity, key, repeat(piece, mebibytes)))
    count, opening = timed(lambda: sum(len(chunk) for chunk in sealed_file.stream(folder, identity, key, sealed)))
    if count != mebibytes * _MIB:
        raise RuntimeError("a sealed object was not read back as it was written")
    megabytes = mebibytes * _MIB / 1e6
    return {
        "seal_mb_s": round(megabytes / sealing, 1),
        "open_mb_s": round(megabytes / opening, 1),
        "peak_mib": peak_mib(),
    }


def long_audit(ground: Ground, rows: int) -> Spent:
    """Return what the check of an audit of so many rows takes: every MAC, link, root and signature."""
    with ground.copied() as copy:
        opened = vault.unlock(copy.folder, PASSPHRASE, copy.device)
        try:
            with opened.records.begin() as connection:
                _grow(connection, opened.chain, rows)
            with opened.records.execution_options(reading=True).connect() as connection:
                result, spent = _spending(lambda: check_chain(connection, opened))
        finally:
            opened.close()
    if result.faults or result.rows < rows:
        raise RuntimeError(f"the long audit was not whole: {result.faults[:1]}")
    return spent


def _write_plain(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _grow(connection: Connection, writer: chain.Chain, rows: int) -> None:
    """Append rows as `Chain` does, but many at once; it signs them as they come."""
    while True:
        row = chain.last_row(connection)
        assert row is not None
        if row["seq"] >= rows:
            return
        batch = _alike(dict(row), writer.current_key(connection))
        connection.exec_driver_sql(inserting(AUDIT), batch)
        writer.checkpoint(connection)


def _alike(last: dict[str, Any], key: bytes) -> list[dict[str, Any]]:
    """Return the next rows, which differ in nothing but their places."""
    told = last | {"event": "view", "rows": "[]", "details": b"", "ts_utc": clock.now().text}
    rest = chain.content(told)[_PLACE_BYTES:]
    rows, prev = [], last["mac"]
    for seq in range(last["seq"] + 1, last["seq"] + 1 + _BETWEEN_CHECKPOINTS):
        made = mac(key, seq.to_bytes(8) + prev + rest)
        rows.append(told | {"seq": seq, "prev": prev, "mac": made})
        prev = made
    return rows


def _spending(work: Callable[[], T]) -> tuple[T, Spent]:
    begun = time.process_time()
    answer, seconds = timed(work)
    return answer, Spent(seconds, time.process_time() - begun)


def _median(seconds: Iterable[float]) -> float:
    return round(statistics.median(seconds), 3)


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return round(statistics.median(one / other for one, other in zip(ours, theirs, strict=True)), 2)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_stream(Path(sys.argv[1]), int(sys.argv[2]))))
