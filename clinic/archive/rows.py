"""Protected rows: each change is counted in the row and its MAC goes into the audit row of the same transaction."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from clinic.archive.crypto import mac
from clinic.archive.database import direct


@dataclass(frozen=True, slots=True)
class Touched:
    """One row as it stands after a change. mac: hex, empty if the row was deleted."""

    table: str
    id: str
    version: int
    mac: str


class Rows:
    """Writes protected rows of one transaction and remembers which."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.touched: list[Touched] = []

    def next_version(self, table: Table, identity: str) -> int:
        """Return the version that the next `put` must carry: 1 for a new row."""
        row = find(self._connection, table, identity)
        return 1 if row is None else int(row["version"]) + 1

    def put(self, table: Table, key: bytes, **values: Any) -> None:
        """Insert the row, or change it if its version is above 1; `key` makes its MAC. values: every column."""
        row = {name: values.pop(name) for name in _names(table)}
        if values:
            raise TypeError(f"{table.name} has no {', '.join(values)}")
        sql = inserting(table) if row["version"] == 1 else _updating(table)
        direct(self._connection, sql, row)
        self.note(table, key, row)

    def delete(self, table: Table, where: ColumnElement[bool]) -> None:
        """Delete rows, if there are any."""
        gone = self._connection.execute(select(table.c.id, table.c.version).where(where)).all()
        self._connection.execute(delete(table).where(where))
        self.touched += [Touched(table.name, identity, version, "") for identity, version in gone]

    def note(self, table: Table, key: bytes, row: Mapping[str, Any]) -> None:
        """Remember a row that was written elsewhere in the same step."""
        self.touched.append(Touched(table.name, row["id"], row["version"], row_mac(key, table.name, row)))


def find(connection: Connection, table: Table, identity: str) -> dict[str, Any] | None:
    """Return one row by id, None if there is none."""
    row = direct(connection, _selecting(table), (identity,)).fetchone()
    return None if row is None else dict(zip(_names(table), row, strict=True))


def fetch(connection: Connection, table: Table, identity: str) -> dict[str, Any]:
    """Return one row by id. Raises KeyError."""
    row = find(connection, table, identity)
    if row is None:
        raise KeyError(identity)
    return row


def every(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Yield all rows of a table."""
    names = _names(table)
    return (dict(zip(names, row, strict=True)) for row in direct(connection, _selecting_all(table)))


# These few run many times in each step. Building them anew would cost more than SQLite needs to run them.


@cache
def inserting(table: Table) -> str:
    """Return the statement that adds a row, its values by the columns' names."""
    names = _names(table)
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


@cache
def _updating(table: Table) -> str:
    setting = ", ".join(f"{column.name} = :{column.name}" for column in table.columns if column.name != "id")
    return f"UPDATE {table.name} SET {setting} WHERE id = :id"


@cache
def _selecting(table: Table) -> str:
    return f"{_selecting_all(table)} WHERE id = ?"


@cache
def _selecting_all(table: Table) -> str:
    return f"SELECT {', '.join(_names(table))} FROM {table.name}"


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def row_mac(key: bytes, table: str, row: Mapping[str, Any]) -> str:
    """Return the MAC (hex) over a row's table and every column."""
    return mac(key, canonical([table, dict(row)])).hex()


def canonical(value: Any) -> bytes:
    """Return JSON with sorted keys, no spaces, ASCII, bytes as hex: equal values, equal bytes."""
    return _JSON.encode(value).encode()


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=bytes.hex)
