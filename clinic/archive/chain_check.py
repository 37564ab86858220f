"""Check of the audit chain: numbers, links, MACs, checkpoints, and the key that goes on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import digest
from typing import Any

from sqlalchemy import Connection, select

from clinic.archive.chain import AUDIT_KEY_ID, GENESIS, checkpoint_message, content, next_key
from clinic.archive.crypto import Forged, place, unseal
from clinic.archive.device import fingerprint, signed_by
from clinic.archive.merkle import Frontier
from clinic.archive.people.audit_key import first_key
from clinic.archive.rows import Touched, fetch
from clinic.archive.schema import AUDIT, AUDIT_KEY, CHECKPOINT
from clinic.archive.vault import Vault
from clinic.words import say

_MAC_BYTES = 32
_AT_ONCE = 1000  # rows in memory


@dataclass(slots=True)
class ChainResult:
    """What the chain says. rows: how many audit rows there are. touched: the last word about each protected row."""

    faults: list[str] = field(default_factory=list)
    touched: dict[tuple[str, str], Touched] = field(default_factory=dict)
    rows: int = 0
    _macs: bytearray = field(default_factory=bytearray)  # 32 bytes for each number: there may be a million

    def add(self, seq: int, mac: bytes) -> None:
        """Count a row. Numbers rise; zeros stand for those that are missing."""
        self.rows += 1
        self._macs += bytes(_MAC_BYTES * (seq - 1) - len(self._macs)) + mac

    def mac_of(self, seq: int) -> str | None:
        """Return the MAC (hex) of an audit row, None if there is no such row."""
        found = self._macs[_MAC_BYTES * (seq - 1) : _MAC_BYTES * seq]
        return found.hex() if any(found) else None


def check_chain(connection: Connection, vault: Vault) -> ChainResult:
    """Walk through all audit rows with the keys that were in force when they were written."""
    result = ChainResult()
    try:
        current = fetch(connection, AUDIT_KEY, AUDIT_KEY_ID)
        first = first_key(connection, vault)
    except (KeyError, Forged):
        result.faults.append(say("the key of the audit is missing or altered, so its rows cannot be checked"))
        return result
    checkpoints = {row["size"]: row for row in connection.execute(select(CHECKPOINT)).mappings()}
    walk = _Walk(connection, vault.id, first, checkpoints, result)
    for seq, prev, told, rows, text in connection.exec_driver_sql(_ROWS).yield_per(_AT_ONCE):
        walk.step(seq, prev, told, rows, text)
    walk.finish(current, vault)
    return result


# SQLite writes the canonical form of a row (see `chain.content`) several times as fast as Python. Where the two differ,
# as for letters outside of ASCII, the MAC does not fit and Python's counts: no row is found altered by the short way.
_TEXTS = sorted({column.name for column in AUDIT.columns} - {"seq", "prev", "mac"})
_CANONICAL = ", ".join(f"'{name}', {'lower(hex(details))' if name == 'details' else name}" for name in _TEXTS)
_ROWS = (
    "SELECT seq, CAST(prev AS BLOB), CAST(mac AS BLOB), CAST(rows AS TEXT), "
    f"json_object({_CANONICAL}) FROM audit ORDER BY seq"
)


class _Walk:
    """The state between one row and the next."""

    def __init__(
        self, connection: Connection, archive: str, key: bytes, checkpoints: Mapping[int, Any], result: ChainResult
    ) -> None:
        self._connection, self._archive, self._key = connection, archive, key
        self._checkpoints, self._result = dict(checkpoints), result
        self._epoch, self._seq, self._mac, self._tree = 0, 0, GENESIS, Frontier()

    def step(self, seq: int, prev: bytes, told: bytes, rows: str, text: str) -> None:
        """Check a row: its number, what it follows, its MAC. text: all else of it in canonical form."""
        if seq < 1:
            self._fault(say("audit row {seq} was invented", seq=seq))
            return
        if seq != self._seq + 1:
            self._fault(say("audit row {seq} is missing", seq=self._seq + 1))
        elif prev != self._mac:
            self._fault(say("audit row {seq} does not follow from the row before it", seq=seq))
        while self._seq + 1 < seq:  # a gap may hide a checkpoint, and with it the change of the key
            self._seq += 1
            self._pass_checkpoint(checked=False)
        covered = seq.to_bytes(8) + prev + text.encode()
        if digest(self._key, covered, "sha256") != told:
            covered = self._written_by_python(seq, told)
        self._seq, self._mac = seq, told
        self._tree.append(covered + told)
        self._result.add(seq, told)
        if rows != "[]":
            self._note_rows(seq, rows)
        if seq in self._checkpoints:
            self._pass_checkpoint(checked=not self._result.faults)

    def _written_by_python(self, seq: int, told: bytes) -> bytes:
        """Return what the MAC of a row covers; that it does not fit is a fault."""
        row = self._connection.execute(select(AUDIT).where(AUDIT.c.seq == seq)).mappings().one()
        covered = content(dict(row))
        if digest(self._key, covered, "sha256") != told:
            self._fault(say("audit row {seq} was altered", seq=seq))
        return covered

    def finish(self, current: Mapping[str, Any], vault: Vault) -> None:
        """Check that nothing lies beyond the end, and that the next row will be made with the right key."""
        for size in self._checkpoints:
            self._fault(
                say(
                    "the audit is cut: a signature covers {size} rows, but only {seq} are there",
                    size=size,
                    seq=self._seq,
                )
            )
        where = place("audit_key", "wrapped", AUDIT_KEY_ID, current["version"])
        try:
            fits = unseal(vault.wrap, current["wrapped"], where) == self._key and current["epoch"] == self._epoch
        except Forged:
            fits = False
        if not fits:
            self._fault(say("the key for the next audit row is not the one that follows from the rows"))

    def _note_rows(self, seq: int, rows: str) -> None:
        try:
            for touched in (Touched(*one) for one in json.loads(rows)):
                self._result.touched[touched.table, touched.id] = touched
        except (ValueError, TypeError):
            self._fault(say("audit row {seq} was altered", seq=seq))

    def _pass_checkpoint(self, checked: bool) -> None:
        """At a checkpoint the key changes; its root and signature mean something only if no row was missing."""
        checkpoint = self._checkpoints.pop(self._seq, None)
        if checkpoint is None:
            return
        self._epoch, self._key = self._epoch + 1, next_key(self._key)
        if checked and not self._signed(checkpoint):
            self._fault(say("the signature over the first {seq} audit rows does not fit", seq=self._seq))

    def _signed(self, row: Mapping[str, Any]) -> bool:
        public, root = row["device_public"], self._tree.root
        message = checkpoint_message(self._archive, row["size"], root, row["made_utc"])
        kept = (row["root"], row["frontier"]) == (root, self._tree.to_bytes())
        return kept and fingerprint(public) == row["device"] and signed_by(public, message, row["signature"])

    def _fault(self, words: str) -> None:
        self._result.faults.append(words)
