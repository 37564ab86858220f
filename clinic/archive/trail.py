"""The audit as people read it: who did what to which record, when and from which device."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from clinic.archive.codec import decode
from clinic.archive.crypto import Forged, place, unseal
from clinic.archive.errors import ArchiveError, UnknownTime
from clinic.archive.schema import AUDIT, USER
from clinic.archive.transaction import Transaction

FORMATS = ("csv", "json")

_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d{6})?)?)?)?)?)?", re.ASCII)
_REST = "0001-01-01T00:00:00.000000"  # what a time that is cut short stands for


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: of one patient (id), event, person (login) or device (how its id begins), since and until (ISO 8601,
    "2026-11" will do). last: only so many, the newest; 0 for all.

    Raises UnknownTime: compared as text, any other words would silently leave out every row, or none.
    """

    patient: str = ""
    event: str = ""
    who: str = ""
    device: str = ""
    since: str = ""
    until: str = ""
    last: int = 0

    def __post_init__(self) -> None:
        for time in filter(None, (self.since, self.until)):
            if not _is_time(time):
                raise UnknownTime(time)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit. patient and object are ids; nobody is named but who did it.

    usage: with which versions and weights something was made ("face: fit 7, clinic-face 1a2b3c4d, …"), empty where
    nothing was. given: the reason that was typed against a red caution, empty where none was asked for. Both are empty
    once the patient is erased.
    """

    seq: int
    time_utc: str
    who: str  # login
    role: str
    device: str
    event: str
    patient: str
    object: str
    outcome: str
    reason: str
    usage: str
    given: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the rows can be asked for: everybody who works or worked here, events and devices that occur."""

    people: tuple[str, ...]
    events: tuple[str, ...]
    devices: tuple[str, ...]


USAGE = ("program", "face", "simulation", "export")  # the details that tell how something was made, and name nobody
GIVEN = "reason"  # the detail that tells why something was done all the same


def choices(transaction: Transaction) -> Choices:
    """Return what to choose from."""
    connection = transaction.connection
    people, events, devices = (
        sorted(connection.execute(select(column).distinct()).scalars())
        for column in (USER.c.login, AUDIT.c.event, AUDIT.c.device_id)
    )
    return Choices(tuple(people), tuple(events), tuple(devices))


def entries(transaction: Transaction, wanted: Wanted) -> tuple[Entry, ...]:
    """Return the rows that are wanted, oldest first."""
    logins = {row.id: row.login for row in transaction.connection.execute(select(USER.c.id, USER.c.login))}
    rows = transaction.connection.execute(_query(wanted)).mappings().all()
    details = _Details(transaction)
    return tuple(
        Entry(
            row["seq"],
            row["ts_utc"],
            logins.get(row["actor"], row["actor"]),
            row["role"],
            row["device_id"],
            row["event"],
            row["patient_ref"],
            row["object_ref"],
            row["outcome"],
            row["reason"],
            *details.of(dict(row)),
        )
        for row in (reversed(rows) if wanted.last else rows)
    )


def as_text(found: Sequence[Entry], form: str) -> str:
    """Return the rows as "csv", with a line of names first, or as "json", a list of objects."""
    if form == "json":
        return json.dumps([asdict(entry) for entry in found], indent=1, ensure_ascii=False) + "\n"
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    table.writerow(field.name for field in fields(Entry))
    table.writerows([_harmless(value) for value in asdict(entry).values()] for entry in found)
    return out.getvalue()


class _Details:
    """Opens the sealed details of rows; the key of each patient is looked up once."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._keys: dict[str, bytes | None] = {"": transaction.details_key}

    def of(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """Return how something was made and the reason that was given, empty where none, or the patient is erased."""
        key = self._key(row["patient_ref"]) if row["details"] else None
        if key is None:
            return "", ""
        try:
            told = dict(decode(unseal(key, row["details"], place("audit", "details", row["event"]))))
        except (Forged, ArchiveError, TypeError, ValueError):
            return "", ""  # the check of the archive says so; a list of the audit goes on
        return "; ".join(f"{name}: {told[name]}" for name in USAGE if name in told), str(told.get(GIVEN, ""))

    def _key(self, patient: str) -> bytes | None:
        if patient not in self._keys:
            try:
                self._keys[patient] = self._transaction.patient_keys(patient).column
            except ArchiveError:
                self._keys[patient] = None
        return self._keys[patient]


def _harmless(value: object) -> object:
    """Keep a spreadsheet from taking words for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text + _REST[len(text) :])
    except ValueError:
        return False
    return _TIME.fullmatch(text) is not None


def _query(wanted: Wanted) -> Select[tuple[object, ...]]:
    query = select(AUDIT).order_by(AUDIT.c.seq.desc() if wanted.last else AUDIT.c.seq)
    if wanted.last:
        query = query.limit(wanted.last)
    if wanted.who:
        query = query.where(AUDIT.c.actor.in_(select(USER.c.id).where(USER.c.login == wanted.who)))
    if wanted.device:
        query = query.where(AUDIT.c.device_id.startswith(wanted.device, autoescape=True))
    if wanted.patient:
        query = query.where(AUDIT.c.patient_ref == wanted.patient)
    if wanted.event:
        query = query.where(AUDIT.c.event == wanted.event)
    if wanted.since:
        query = query.where(AUDIT.c.ts_utc >= wanted.since)
    if wanted.until:
        query = query.where(AUDIT.c.ts_utc < wanted.until + "~")  # after everything that begins like it
    return query
