"""Breaking the glass: who must see a patient at once may, for an hour, with a reason that others will read."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from clinic.archive import clock, erasure
from clinic.archive.chain import Event
from clinic.archive.database import direct
from clinic.archive.errors import UnknownCase
from clinic.archive.people.errors import ReasonNeeded
from clinic.archive.people.roles import Right
from clinic.archive.schema import AUDIT, EMERGENCY, USER
from clinic.archive.transaction import Transaction

if TYPE_CHECKING:
    from clinic.archive.store import Archive

EVENT = "break-glass"
LASTS = timedelta(minutes=60)
_LEAST_REASON = 10


@dataclass(frozen=True, slots=True)
class Emergency:
    """One time that the glass was broken. patient: id. until: when it ends or ended."""

    id: str
    who: str
    patient: str
    until: datetime
    reason: str


def begin(archive: "Archive", patient: str, reason: str) -> datetime:
    """Let this person see a patient for an hour, and return when that ends. Raises ReasonNeeded, UnknownCase.

    reason: for the audit and everybody who reads it; names no patient.
    """
    reason = " ".join(reason.split())
    if sum(map(str.isalnum, reason)) < _LEAST_REASON:
        raise ReasonNeeded
    until = clock.now().utc + LASTS
    with archive.transaction(Right.BREAK_GLASS) as transaction:
        if not erasure.known(transaction, patient):
            raise UnknownCase
        _put(transaction, secrets.token_hex(16), 1, patient, transaction.vault.user.id, until.isoformat(), seen=0)
        transaction.record(Event("E", EVENT, reason, patient))
    return until


def allowed(transaction: Transaction, patient: str) -> bool:
    """True while this person has broken the glass for a patient."""
    mine = f"SELECT until_utc FROM {EMERGENCY.name} WHERE patient = ? AND user = ?"
    ends = direct(transaction.connection, mine, (patient, transaction.vault.user.id))
    now = clock.now().utc
    return any(now < datetime.fromisoformat(end) <= now + LASTS for (end,) in ends)


def unseen(archive: "Archive") -> tuple[Emergency, ...]:
    """Return what no auditor has looked at yet, oldest first."""
    with archive.transaction(Right.READ_AUDIT, reading=True) as transaction:
        logins = {row.id: row.login for row in transaction.connection.execute(select(USER.c.id, USER.c.login))}
        rows = transaction.connection.execute(select(EMERGENCY).where(EMERGENCY.c.seen == 0)).mappings().all()
        return tuple(
            Emergency(
                row["id"],
                logins.get(row["user"], row["user"]),
                row["patient"],
                datetime.fromisoformat(row["until_utc"]),
                _reason(transaction, row["id"]),
            )
            for row in sorted(rows, key=lambda row: row["until_utc"])
        )


def acknowledge(archive: "Archive", identities: tuple[str, ...]) -> None:
    """Record that an auditor has looked at them."""
    with archive.transaction(Right.READ_AUDIT) as transaction:
        for identity in identities:
            row = transaction.found(EMERGENCY, identity)
            _put(transaction, identity, row["version"] + 1, row["patient"], row["user"], row["until_utc"], seen=1)
        transaction.record(Event("U", "break-glass-seen"))


def _put(
    transaction: Transaction, identity: str, version: int, patient: str, user: str, until_utc: str, *, seen: int
) -> None:
    values = {"patient": patient, "user": user, "until_utc": until_utc, "seen": seen}
    keys = transaction.patient_keys(patient)
    transaction.rows.put(EMERGENCY, keys.row, id=identity, version=version, **values)


def _reason(transaction: Transaction, identity: str) -> str:
    """Return why, as the audit row about the grant says."""
    told = AUDIT.c.rows.contains(identity, autoescape=True)
    query = select(AUDIT.c.reason).where((AUDIT.c.event == EVENT) & told).limit(1)
    return str(transaction.connection.execute(query).scalar() or "")
