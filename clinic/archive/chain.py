"""The audit chain: one row per event, each sealed to the one before; rows cannot be changed, dropped or reordered."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from clinic.archive import clock
from clinic.archive.crypto import derive, mac, place, seal, unseal
from clinic.archive.database import direct
from clinic.archive.device import Device
from clinic.archive.errors import DamagedArchive
from clinic.archive.merkle import Frontier
from clinic.archive.rows import Rows, Touched, canonical, fetch, inserting
from clinic.archive.schema import AUDIT, AUDIT_KEY, CHECKPOINT
from clinic.words import say

GENESIS = bytes(32)  # what the first row calls the row before it
AUDIT_KEY_ID = "audit"
_CHECKPOINT_ROWS = 1000
_CHECKPOINT_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. action: C create, R read, U update, D delete, E execute (DICOM's letters).

    reason: the user's words, which outlive the patient's data and so never name the patient. details: sealed under the
    patient's key, empty if none.
    """

    action: str
    event: str
    reason: str = ""
    patient: str = ""
    object: str = ""
    outcome: str = "ok"
    details: bytes = b""


@dataclass(frozen=True, slots=True)
class Head:
    """The last row: nobody can change anything before it without changing this."""

    seq: int
    mac: bytes


@dataclass(frozen=True, slots=True, repr=False)
class _End:
    """Where the chain goes on. seq: 0 before the first row. key: A_i. signed: how many rows have a signature."""

    seq: int
    mac: bytes
    instant: clock.Instant
    key: bytes
    signed: int
    signed_utc: datetime

    @property
    def head(self) -> Head:
        """The last row."""
        return Head(self.seq, self.mac)

    @property
    def signature_due(self) -> bool:
        """True after 1,000 rows or ten minutes without one."""
        return self.seq - self.signed >= _CHECKPOINT_ROWS or self.instant.utc - self.signed_utc > _CHECKPOINT_AFTER


# All that the next row has to know, in one question: it is asked at each step of the archive.
_AT_THE_END = """
SELECT k.version, k.wrapped, a.seq, a.mac, a.ts_utc, a.mono_ns, a.boot_id, c.size, c.made_utc,
       (SELECT ts_utc FROM audit WHERE seq = 1)
FROM audit_key AS k
LEFT JOIN audit AS a ON a.seq = (SELECT max(seq) FROM audit)
LEFT JOIN checkpoint AS c ON c.id = (SELECT max(id) FROM checkpoint)
WHERE k.id = 'audit'
"""
_OF_THE_END = ("version", "wrapped", "seq", "mac", "ts_utc", "mono_ns", "boot_id", "size", "signed_utc", "first_utc")
_BEFORE_ALL = "0001-01-01T00:00:00.000000+00:00"


@dataclass(frozen=True, slots=True, repr=False)
class Chain:
    """Appends to the audit as one user on one device. wrap: key under which the audit's own key lies."""

    archive: str
    actor: str
    role: str
    device: Device
    wrap: bytes
    row_key: bytes

    def begin(self, connection: Connection, first: bytes, first_sealed: bytes, rows: Rows) -> Head:
        """Lay down A_0, the key of the first rows, and write row 1, about the `rows` that were there before it.

        first_sealed: A_0, sealed to the auditor.
        """
        self._put_key(rows, 1, 0, first, first_sealed)
        return self.append(connection, Event("C", "create"), rows.touched)

    def append(self, connection: Connection, event: Event, touched: Sequence[Touched] = ()) -> Head:
        """Write one row; before it one about the clock, should that have been turned; after it a checkpoint if due."""
        end, now = self._end(connection), clock.now()
        skew = now.skew_since(end.instant) if end.seq else ""
        if skew:
            end = self._write(connection, end, now, Event("E", "clock-skew", skew), ())
        end = self._write(connection, end, now, event, touched)
        return self.checkpoint(connection) if end.signature_due else end.head

    def checkpoint(self, connection: Connection) -> Head:
        """Sign the Merkle root of all rows and replace the audit's key by the next, which cannot make the old MACs."""
        tree, now, rows = self._grown(connection), clock.now(), Rows(connection)
        rows.put(
            CHECKPOINT,
            self.row_key,
            id=f"{tree.size:020}",
            version=1,
            size=tree.size,
            root=tree.root,
            frontier=tree.to_bytes(),
            made_utc=now.text,
            device=self.device.id,
            device_public=self.device.public,
            signature=self.device.sign(checkpoint_message(self.archive, tree.size, tree.root, now.text)),
        )
        current = _current_key(connection)
        following = next_key(self._key(current))
        self._put_key(rows, current["version"] + 1, current["epoch"] + 1, following, current["first_sealed"])
        event = Event("E", "checkpoint", object=f"{tree.size}")
        return self._write(connection, self._end(connection), now, event, rows.touched).head

    def _grown(self, connection: Connection) -> Frontier:
        seen = connection.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.id.desc()).limit(1)).mappings().first()
        try:
            tree = Frontier.from_bytes(seen["size"], seen["frontier"]) if seen else Frontier()
        except ValueError as error:
            raise DamagedArchive(say("the last signature over the audit was altered")) from error
        for row in connection.execute(select(AUDIT).where(AUDIT.c.seq > tree.size).order_by(AUDIT.c.seq)).mappings():
            tree.append(content(dict(row)) + row["mac"])  # all of it: a root can be checked without keys
        return tree

    def _end(self, connection: Connection) -> "_End":
        found = direct(connection, _AT_THE_END).fetchone()
        if found is None:
            raise DamagedArchive(say("the key of the audit is missing"))
        row = dict(zip(_OF_THE_END, found, strict=True))
        return _End(
            row["seq"] or 0,
            bytes(row["mac"] or GENESIS),
            _parsed(row["ts_utc"] or _BEFORE_ALL, row["mono_ns"] or 0, row["boot_id"] or ""),
            self._key(row),
            row["size"] or 0,
            _parsed(row["signed_utc"] or row["first_utc"] or clock.now().text).utc,
        )

    def _write(
        self, connection: Connection, end: "_End", now: clock.Instant, event: Event, touched: Sequence[Touched]
    ) -> "_End":
        row: dict[str, Any] = {
            "seq": end.seq + 1,
            "ts_utc": now.text,
            "mono_ns": now.mono_ns,
            "boot_id": now.boot_id,
            "actor": self.actor,
            "role": self.role,
            "device_id": self.device.id,
            "action": event.action,
            "event": event.event,
            "patient_ref": event.patient,
            "object_ref": event.object,
            "outcome": event.outcome,
            "rows": canonical([[one.table, one.id, one.version, one.mac] for one in touched]).decode(),
            "reason": event.reason,
            "details": event.details,
            "prev": end.mac,
        }
        row["mac"] = mac(end.key, content(row))
        direct(connection, inserting(AUDIT), row)
        return replace(end, seq=row["seq"], mac=row["mac"], instant=now)

    def _put_key(self, rows: Rows, version: int, epoch: int, key: bytes, first_sealed: bytes) -> None:
        wrapped = seal(self.wrap, key, place("audit_key", "wrapped", AUDIT_KEY_ID, version))
        rows.put(
            AUDIT_KEY,
            self.row_key,
            id=AUDIT_KEY_ID,
            version=version,
            epoch=epoch,
            wrapped=wrapped,
            first_sealed=first_sealed,
        )

    def current_key(self, connection: Connection) -> bytes:
        """Return A_i, which makes the MAC of the next row."""
        return self._key(_current_key(connection))

    def _key(self, row: Mapping[str, Any]) -> bytes:
        return unseal(self.wrap, row["wrapped"], place("audit_key", "wrapped", AUDIT_KEY_ID, row["version"]))


def next_key(key: bytes) -> bytes:
    """Return A_{i+1} of A_i; the way back is closed."""
    return derive(key, "audit-next")


def content(row: Mapping[str, Any]) -> bytes:
    """Return what the MAC of a row covers: its number, the MAC of the row before it, all else in canonical form."""
    rest = {name: value for name, value in row.items() if name not in ("seq", "prev", "mac")}
    return struct.pack(">Q", row["seq"]) + bytes(row["prev"]) + canonical(rest)


def checkpoint_message(archive: str, size: int, root: bytes, made_utc: str) -> bytes:
    """Return the bytes that a checkpoint's signature covers."""
    return place("checkpoint", archive, size, root.hex(), made_utc)


def last_row(connection: Connection) -> Mapping[str, Any] | None:
    """Return the newest audit row."""
    row = connection.execute(select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(1)).mappings().first()
    return None if row is None else dict(row)


def last_head(connection: Connection) -> Head:
    """Return the number and MAC of the newest audit row."""
    row = last_row(connection)
    return Head(0, GENESIS) if row is None else Head(row["seq"], row["mac"])


def _current_key(connection: Connection) -> dict[str, Any]:
    try:
        return fetch(connection, AUDIT_KEY, AUDIT_KEY_ID)
    except KeyError as error:
        raise DamagedArchive(say("the key of the audit is missing")) from error


def _parsed(utc: str, mono_ns: int = 0, boot_id: str = "") -> clock.Instant:
    try:
        return clock.parse(utc, mono_ns, boot_id)
    except ValueError as error:
        raise DamagedArchive(say("the last audit row was altered")) from error
