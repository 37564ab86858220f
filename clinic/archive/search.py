"""Finding patients by any part of name, record number or date of birth.

The index lies in a sealed file of its own. It holds nothing that the records do not, follows them by the audit, and is
made anew whenever it is missing, damaged, or belongs to another past of the archive; so it is never backed up.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from clinic.archive.chain import last_row
from clinic.archive.database import LOGS, fold_log, open_engine, open_in_memory
from clinic.archive.rows import find
from clinic.archive.schema import AUDIT, PATIENT
from clinic.archive.store_check import database_findings
from clinic.archive.transaction import Transaction
from clinic.archive.vault import Vault
from clinic.case import Patient
from clinic.words import say

_INDEXED_LETTERS = 3  # a trigram index finds nothing shorter
_TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS person USING fts5(text, tokenize = 'trigram')",
    "INSERT INTO person (person, rank) VALUES ('secure-delete', 1)",  # overwrites what is deleted
    "CREATE TABLE IF NOT EXISTS patient (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL)",
    "CREATE TABLE IF NOT EXISTS seen (seq INTEGER NOT NULL, mac BLOB NOT NULL)",
)


def patients(transaction: Transaction, text: str, *, writing: bool = True) -> frozenset[str]:
    """Return the ids of the patients about whom every word of `text` is said, in any order, case and accents aside.

    writing: False for an archive that must not be changed; its index is then made in memory.
    """
    try:
        return _found(transaction, _folded(text).split(), writing)
    except DBAPIError:
        remove(transaction.vault)
        return _found(transaction, _folded(text).split(), writing)


def _found(transaction: Transaction, words: list[str], writing: bool) -> frozenset[str]:
    with _index(transaction.vault, writing) as index:
        _follow(index, transaction)
        return frozenset(index.exec_driver_sql(*_query(words)).scalars())


def forget(vault: Vault, erased: Iterable[str]) -> None:
    """Remove erased patients from the index, from its write-ahead log too. Raises OSError."""
    if not file(vault).exists():
        return
    with vault.records.begin():  # whose lock covers the index
        try:
            with _index(vault, writing=True) as index:
                for patient in erased:
                    _drop(index, patient)
        except DBAPIError:
            remove(vault)


def findings(connection: Connection, vault: Vault, *, full: bool) -> list[str]:
    """Return what is wrong with the index: pages and structure; if `full`, also what it says of each patient.

    connection: to vault.db. The next search makes a damaged index anew.
    """
    engine = open_engine(file(vault), vault.secrets.search)
    try:
        with engine.execution_options(reading=True).connect() as index:
            faults = database_findings(index, file(vault).name)
            if full and not faults:
                faults += _untrue(index, Transaction(vault, connection))
            return faults
    except DBAPIError:
        return [say("{name} is damaged; the next search makes it anew", name=file(vault).name)]
    finally:
        engine.dispose()


def _untrue(index: Connection, transaction: Transaction) -> list[str]:
    """Compare the index with the records it has followed: an old page put back could hide a patient."""
    seen = index.exec_driver_sql("SELECT seq, mac FROM seen").first()
    if seen is None or _mac_of(transaction.connection, seen.seq) != seen.mac:
        return []  # the next search makes it anew
    later = set(_changed_since(transaction.connection, seen.seq))
    told = {row.id: row.text for row in index.exec_driver_sql(_EVERYBODY)}
    known = {
        patient: _told(transaction.patient(patient, transaction.patient_keys(patient)))
        for patient in transaction.connection.execute(select(PATIENT.c.id)).scalars().all()
    }
    wrong = [patient for patient in told.keys() | known.keys() if told.get(patient) != known.get(patient)]
    return [
        say("the index does not say what the records say of the patient {one}", one=one)
        for one in sorted(set(wrong) - later)
    ]


_EVERYBODY = "SELECT id, text FROM patient JOIN person ON person.rowid = patient.number"


def file(vault: Vault) -> Path:
    """Return where the index lies."""
    return vault.folder / "search.db"


def remove(vault: Vault) -> None:
    """Remove the index; the next search makes it anew. Raises OSError."""
    for end in ("", *LOGS):
        file(vault).with_name(file(vault).name + end).unlink(missing_ok=True)


@contextmanager
def _index(vault: Vault, writing: bool) -> Iterator[Connection]:
    """Give the index, whose file only who holds the lock of vault.db touches."""
    path = file(vault)
    if writing:
        path.touch(mode=0o600)
    engine = open_engine(path, vault.secrets.search) if writing else open_in_memory()
    try:
        with engine.begin() as connection:
            _lay_down(connection)
            yield connection
        fold_log(engine)
    finally:
        engine.dispose()


def _lay_down(index: Connection) -> None:
    for statement in _TABLES:
        index.exec_driver_sql(statement)


def _follow(index: Connection, transaction: Transaction) -> None:
    """Bring the index to where the records are."""
    seen = index.exec_driver_sql("SELECT seq, mac FROM seen").first()
    now = last_row(transaction.connection)
    assert now is not None
    known = None if seen is None else _mac_of(transaction.connection, seen.seq)
    if seen is None or known != seen.mac:
        for table in ("person", "patient", "seen"):
            index.exec_driver_sql(f"DELETE FROM {table}")
        changed: Iterable[str] = transaction.connection.execute(select(PATIENT.c.id)).scalars().all()
    else:
        changed = _changed_since(transaction.connection, seen.seq)
    for patient in changed:
        _put(index, transaction, patient)
    index.exec_driver_sql("DELETE FROM seen")
    index.exec_driver_sql("INSERT INTO seen VALUES (?, ?)", (now["seq"], now["mac"]))


def _mac_of(connection: Connection, seq: int) -> bytes | None:
    return connection.execute(select(AUDIT.c.mac).where(AUDIT.c.seq == seq)).scalar()


def _changed_since(connection: Connection, seq: int) -> list[str]:
    about = select(AUDIT.c.patient_ref).where(AUDIT.c.seq > seq, AUDIT.c.patient_ref != "").distinct()
    return list(connection.execute(about.where(AUDIT.c.action.in_(("C", "U", "D")))).scalars())


def _put(index: Connection, transaction: Transaction, patient: str) -> None:
    _drop(index, patient)
    if find(transaction.connection, PATIENT, patient) is not None:
        who = transaction.patient(patient, transaction.patient_keys(patient))
        number = index.exec_driver_sql("INSERT INTO patient (id) VALUES (?)", (patient,)).lastrowid
        index.exec_driver_sql("INSERT INTO person (rowid, text) VALUES (?, ?)", (number, _told(who)))


def _drop(index: Connection, patient: str) -> None:
    number = index.exec_driver_sql("SELECT number FROM patient WHERE id = ?", (patient,)).scalar()
    index.exec_driver_sql("DELETE FROM person WHERE rowid = ?", (number,))
    index.exec_driver_sql("DELETE FROM patient WHERE number = ?", (number,))


def _query(words: list[str]) -> tuple[str, tuple[str, ...]]:
    """Return the question and its parameters: long words by the trigrams, short ones by looking through all."""
    phrases = " ".join('"' + word.replace('"', '""') + '"' for word in words if len(word) >= _INDEXED_LETTERS)
    short = [word for word in words if len(word) < _INDEXED_LETTERS]
    wanted = ["person MATCH ?"] * bool(phrases) + ["instr(text, ?)"] * len(short) + ["1"]
    sql = f"SELECT id FROM person JOIN patient ON patient.number = person.rowid WHERE {' AND '.join(wanted)}"
    return sql, (*([phrases] if phrases else []), *short)


def _told(who: Patient) -> str:
    return _folded(f"{who.family_name} {who.given_name} {who.record_number} {who.birth_date}")


def _folded(text: str) -> str:
    """Return the text without case and accents: “Émile Weiß” and “EMILE WEISS” are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
