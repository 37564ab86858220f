"""What sealing costs: objects against plain files, objects that do not fit in memory, the check of a long audit."""

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from clinic.archive import chain, clock, sealed_file, vault
from clinic.archive.chain_check import check_chain
from clinic.archive.crypto import calibrated, mac, passphrase_key, random_key
from clinic.archive.rows import inserting
from clinic.archive.schema import AUDIT
from clinic.bench.machine import peak_mib
from clinic.bench.records.ground import PASSPHRASE, Ground
from clinic.bench.timing import timed

_MIB = 1 << 20
_BETWEEN_CHECKPOINTS = 1000
_PLACE_BYTES = 40  # of an audit row's content: its number and the MAC before it


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


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return round(statistics.median(one / other for one, other in zip(ours, theirs, strict=True)), 2)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_stream(Path(sys.argv[1]), int(sys.argv[2]))))
