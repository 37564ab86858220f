"""Check of what the audit speaks about: the databases' pages, every protected row, every sealed object."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, inspect

from clinic.archive import sealed_file
from clinic.archive.crypto import Forged, place, unseal
from clinic.archive.rows import Touched, every, row_mac
from clinic.archive.schema import ASSET, BLOB, CONSENT, PATIENT, PATIENT_KEY, PROTECTED, REVISION, THUMBNAIL, TRIGGERS
from clinic.archive.vault import PatientKeys, Vault
from clinic.words import say


@dataclass(slots=True)
class Findings:
    """Faults and, apart from them, what is odd but harmless."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def database_findings(connection: Connection, name: str) -> list[str]:
    """Check every page's MAC, the structure, and that the triggers that protect the audit are there."""
    faults = []
    if connection.exec_driver_sql("PRAGMA cipher_integrity_check").first() is not None:
        faults.append(say("{name} has pages that were altered", name=name))
    if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
        faults.append(say("the structure of {name} is damaged", name=name))
    if name == "vault.db":
        statements = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'").scalars()
        if set(TRIGGERS) - set(statements):
            faults.append(say("the protection of the audit against changes was removed"))
    return faults


def row_findings(connection: Connection, vault: Vault, touched: Mapping[tuple[str, str], Touched]) -> Findings:
    """Compare each row with the last audit row about it: an old or altered row shows, and one without a record."""
    found, left = Findings(), dict(touched)
    keys = patient_keys(vault, found)
    for table, row in _rows(connection, vault):
        said = left.pop((table.name, row["id"]), None)
        key = _key_of(table, row, vault, keys)
        if said is None and table is PATIENT_KEY:
            found.notes.append(say("an attempt that was cut off has left a key behind; nothing is sealed under it"))
        elif said is None or not said.mac:
            found.faults.append(
                say("the {name} {row} is there, but the audit does not know it", name=table.name, row=row["id"])
            )
        elif key is None:
            found.faults.append(
                say(
                    "the {name} {row} cannot be checked, for its patient's key is missing",
                    name=table.name,
                    row=row["id"],
                )
            )
        elif (said.version, said.mac) != (row["version"], row_mac(key, table.name, row)):
            found.faults.append(
                say(
                    "the {name} {row} is not as it was recorded: altered, or an old state",
                    name=table.name,
                    row=row["id"],
                )
            )
    found.faults += [
        say("the {name} {identity} is missing", name=name, identity=identity)
        for (name, identity), said in left.items()
        if said.mac
    ]
    return found


def blob_findings(connection: Connection, vault: Vault, full: bool) -> Findings:
    """Check that every large object is there with its length; if `full`, read and open each of them and each column."""
    found = Findings()
    keys = patient_keys(vault, Findings())
    kinds = {row["blob"]: row["kind"] for row in every(connection, ASSET)}
    known = set()
    for row in every(connection, BLOB):
        known.add(row["id"])
        wrong = _blob_fault(vault, row, keys.get(row["patient"]) if full else None)
        if wrong:
            what = kinds.get(row["id"], "unknown")
            found.faults.append(
                say(
                    "the object {row} {wrong!t} ({what!t} of the patient {patient})",
                    row=row["id"],
                    wrong=wrong,
                    what=what,
                    patient=row["patient"],
                )
            )
    extra = sum(file.name not in known for file in vault.blobs.glob("??/??/*"))
    if extra:
        found.notes.append(say("{extra} files of an attempt that was cut off await their removal", extra=extra))
    if full:
        found.faults += _column_faults(connection, keys)
    return found


def patient_keys(vault: Vault, found: Findings) -> dict[str, PatientKeys]:
    """Return the keys of all patients by id; one that does not open is a fault."""
    keys = {}
    with vault.keys.execution_options(reading=True).connect() as connection:
        for row in every(connection, PATIENT_KEY):
            where = place("patient_key", "wrapped", row["id"], row["version"])
            try:
                keys[row["id"]] = PatientKeys.of(unseal(vault.wrap, row["wrapped"], where))
            except Forged:
                found.faults.append(say("the key of the patient {row} does not open", row=row["id"]))
    return keys


def _rows(connection: Connection, vault: Vault) -> Iterator[tuple[Table, dict[str, Any]]]:
    there = set(inspect(connection).get_table_names())  # an earlier form has fewer
    for table in PROTECTED:
        if table.name not in there | {PATIENT_KEY.name}:
            continue
        if table is PATIENT_KEY:
            with vault.keys.execution_options(reading=True).connect() as other:
                yield from ((table, row) for row in every(other, table))
        else:
            yield from ((table, row) for row in every(connection, table))


def _key_of(table: Table, row: Mapping[str, Any], vault: Vault, keys: Mapping[str, PatientKeys]) -> bytes | None:
    patient = row["id"] if table is PATIENT else row.get("patient")
    if patient is None:
        return vault.row_key
    return keys[patient].row if patient in keys else None


def _blob_fault(vault: Vault, row: dict[str, Any], keys: PatientKeys | None) -> str:
    """Return what is wrong with a large object, empty if nothing; only its length is looked at if there are no keys."""
    path = sealed_file.location(vault.blobs, row["id"])
    expected = sealed_file.SealedFile(row["size"], row["log2_chunk"], row["sha256"])
    try:
        if path.stat().st_size != expected.file_bytes:
            return say("does not have its length")
        if keys is not None:
            key = unseal(keys.wrap, row["wrapped_dek"], place(row["patient"], row["id"]))
            sealed_file.check(vault.blobs, row["id"], key, expected)
    except Forged:
        return say("was altered")
    except OSError:
        return say("is missing or cannot be read")
    return ""


def _column_faults(connection: Connection, keys: Mapping[str, PatientKeys]) -> Iterator[str]:
    there = set(inspect(connection).get_table_names())
    sealed = ((PATIENT, "id"), (REVISION, "patient"), (CONSENT, "patient"), (THUMBNAIL, "patient"))
    for table, owner in ((table, owner) for table, owner in sealed if table.name in there):
        for row in every(connection, table):
            try:
                unseal(keys[row[owner]].column, row["enc"], place(table.name, "enc", row["id"], row["version"]))
            except (Forged, KeyError):
                yield say("the {name} {row} does not open", name=table.name, row=row["id"])
