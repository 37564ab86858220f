"""The audit as people read it: who did what to which record, when and from which device."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Select, select

from clinic.archive.errors import UnknownTime
from clinic.archive.schema import AUDIT, USER
from clinic.archive.transaction import Transaction

FORMATS = ("csv", "json")

_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d{6})?)?)?)?)?)?", re.ASCII)
_REST = "0001-01-01T00:00:00.000000"  # what a time that is cut short stands for


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: only those of one patient (id), of one event, since and until (ISO 8601, "2026-11" will do).

    Raises UnknownTime: compared as text, any other words would silently leave out every row, or none.
    """

    patient: str = ""
    event: str = ""
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        for time in filter(None, (self.since, self.until)):
            if not _is_time(time):
                raise UnknownTime(time)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit. patient and object are ids; nobody is named but who did it."""

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


def entries(transaction: Transaction, wanted: Wanted) -> tuple[Entry, ...]:
    """Return the rows that are wanted, oldest first."""
    logins = {row.id: row.login for row in transaction.connection.execute(select(USER.c.id, USER.c.login))}
    rows = transaction.connection.execute(_query(wanted)).mappings()
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
        )
        for row in rows
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
    query = select(AUDIT).order_by(AUDIT.c.seq)
    if wanted.patient:
        query = query.where(AUDIT.c.patient_ref == wanted.patient)
    if wanted.event:
        query = query.where(AUDIT.c.event == wanted.event)
    if wanted.since:
        query = query.where(AUDIT.c.ts_utc >= wanted.since)
    if wanted.until:
        query = query.where(AUDIT.c.ts_utc < wanted.until + "~")  # after everything that begins like it
    return query
