"""The states of a case as rows: each is kept, and one of them is the present one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from clinic.archive import clock
from clinic.archive.crypto import place, seal
from clinic.archive.database import direct
from clinic.archive.errors import UnknownCase
from clinic.archive.history import History, Revision
from clinic.archive.rows import find
from clinic.archive.schema import REVISION, STUDY
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
    return History(tuple(Revision(**row) for row in transaction.revisions(case_id)), head)


def summaries(transaction: Transaction) -> tuple[CaseSummary, ...]:
    """Return every case, the one changed last first."""
    rows = transaction.connection.execute(select(STUDY).order_by(STUDY.c.changed_utc.desc())).mappings()
    return tuple(_summary(transaction, row["id"], row["patient"], row["changed_utc"]) for row in rows.all())


def _summary(transaction: Transaction, case_id: str, patient: str, changed_utc: str) -> CaseSummary:
    who = transaction.patient(patient, transaction.patient_keys(patient))
    return CaseSummary(case_id, patient, who.display_name, who.record_number, who.birth_date, changed_utc)
