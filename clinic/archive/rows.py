"""Protected rows: each change is counted in the row and its MAC goes into the audit row of the same transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from clinic.archive.crypto import mac


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
        found = self._connection.execute(select(table.c.version).where(table.c.id == identity)).scalar()
        return 1 if found is None else found + 1

    def put(self, table: Table, key: bytes, **values: Any) -> None:
        """Insert the row, or change it if its version is above 1; `key` makes its MAC."""
        if values["version"] == 1:
            self._connection.execute(insert(table).values(**values))
        else:
            self._connection.execute(update(table).where(table.c.id == values["id"]).values(**values))
        self.note(table, key, fetch(self._connection, table, values["id"]))

    def note(self, table: Table, key: bytes, row: Mapping[str, Any]) -> None:
        """Remember a row that was written elsewhere in the same step."""
        self.touched.append(Touched(table.name, row["id"], row["version"], row_mac(key, table.name, row)))


def fetch(connection: Connection, table: Table, identity: str) -> dict[str, Any]:
    """Return one row by id. Raises KeyError."""
    row = connection.execute(select(table).where(table.c.id == identity)).mappings().first()
    if row is None:
        raise KeyError(identity)
    return dict(row)


def row_mac(key: bytes, table: str, row: Mapping[str, Any]) -> str:
    """Return the MAC (hex) over a row's table and every column."""
    return mac(key, canonical([table, dict(row)])).hex()


def canonical(value: Any) -> bytes:
    """Return JSON with sorted keys, no spaces, ASCII, bytes as hex: equal values, equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=bytes.hex).encode()
