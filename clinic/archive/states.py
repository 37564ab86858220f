"""The states of a case as rows: each is kept, and one of them is the present one."""

from dataclasses import dataclass
from typing import Any

from clinic.archive import clock
from clinic.archive.crypto import place, seal
from clinic.archive.database import direct
from clinic.archive.errors import UnknownCase
from clinic.archive.history import History, Revision
from clinic.archive.rows import find
from clinic.archive.schema import PATIENT, REVISION, STUDY
from clinic.archive.transaction import Transaction
from clinic.archive.vault import PatientKeys
from clinic.case import Case


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One line of the list of cases. changed_utc: ISO 8601."""

    id: str
    patient: str  # id
    display_name: str
    record_number: str
    birth_date: str
    changed_utc: str


def study(transaction: Transaction, case_id: str) -> dict[str, Any]:
    """Return the row of a case. Raises UnknownCase."""
    found = transaction.study(case_id)
    if found is None:
        raise UnknownCase
    return found


_HIGHEST = f"SELECT max(number) FROM {REVISION.name} WHERE study = ?"


def put_revision(
    transaction: Transaction, case: Case, keys: PatientKeys, root: bytes, parent: int | None, words: str
) -> Revision:
    """Add a state after those there are. root: the packed case, sealed here; parent: the state it was made from."""
    number = (direct(transaction.connection, _HIGHEST, (case.id,)).fetchone()[0] or 0) + 1
    identity = f"{case.id}/{number}"
    made = Revision(number, parent, words, clock.now().text, transaction.vault.user.id)
    transaction.rows.put(
        REVISION,
        keys.row,
        id=identity,
        version=1,
        patient=case.patient.id,
        study=case.id,
        number=number,
        parent=parent,
        made_utc=made.made_utc,
        actor=made.actor,
        words=words,
        enc=seal(keys.column, root, place("revision", "enc", identity, 1)),
    )
    return made


def revision(transaction: Transaction, case_id: str, number: int) -> dict[str, Any]:
    """Return the row of one state. Raises UnknownCase."""
    row = find(transaction.connection, REVISION, f"{case_id}/{number}")
    if row is None:
        raise UnknownCase
    return row


def put_head(transaction: Transaction, case_id: str, patient: str, keys: PatientKeys, head: int) -> None:
    """Make a state the present one of its case."""
    version = transaction.rows.next_version(STUDY, case_id)
    values = {"id": case_id, "version": version, "patient": patient, "head": head, "changed_utc": clock.now().text}
    transaction.rows.put(STUDY, keys.row, **values)


def history(transaction: Transaction, case_id: str) -> History:
    """Return the states of a case, without their content. Raises UnknownCase."""
    head = study(transaction, case_id)["head"]
    rows = direct(transaction.connection, _STATES, (case_id,))
    return History(tuple(Revision(*row) for row in rows), head)


def summaries(transaction: Transaction) -> tuple[CaseSummary, ...]:
    """Return every case, the one changed last first."""
    return tuple(_summary(transaction, *row) for row in direct(transaction.connection, _LIST).fetchall())


_STATES = f"SELECT number, parent, words, made_utc, actor FROM {REVISION.name} WHERE study = ? ORDER BY number"
_LIST = f"""
SELECT s.id, s.patient, s.changed_utc, p.enc FROM {STUDY.name} AS s LEFT JOIN {PATIENT.name} AS p ON p.id = s.patient
ORDER BY s.changed_utc DESC
"""


def _summary(transaction: Transaction, case_id: str, patient: str, changed_utc: str, enc: bytes | None) -> CaseSummary:
    known = None if enc is None else transaction.vault.known.get(enc)
    who = transaction.patient(patient, transaction.patient_keys(patient)) if known is None else known[1]
    return CaseSummary(case_id, patient, who.display_name, who.record_number, who.birth_date, changed_utc)
