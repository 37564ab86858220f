"""Check of the audit chain: numbers, links, MACs, checkpoints, and the key that goes on."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from clinic.archive.chain import AUDIT_KEY_ID, GENESIS, checkpoint_message, content, next_key
from clinic.archive.crypto import Forged, mac, place, unseal, unseal_with
from clinic.archive.device import fingerprint, signed_by
from clinic.archive.merkle import Frontier
from clinic.archive.rows import Touched, fetch
from clinic.archive.schema import AUDIT, AUDIT_KEY, CHECKPOINT
from clinic.archive.vault import Vault


@dataclass(slots=True)
class ChainResult:
    """What the chain says. touched: the last word about each row. macs: of each audit row, hex."""

    faults: list[str] = field(default_factory=list)
    touched: dict[tuple[str, str], Touched] = field(default_factory=dict)
    macs: dict[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many audit rows there are."""
        return len(self.macs)


def check_chain(connection: Connection, vault: Vault) -> ChainResult:
    """Walk through all audit rows with the keys that were in force when they were written."""
    result = ChainResult()
    try:
        current = fetch(connection, AUDIT_KEY, AUDIT_KEY_ID)
        first = unseal_with(vault.user.x25519, current["first_sealed"], place("audit-first", vault.id))
    except (KeyError, Forged):
        result.faults.append("the key of the audit is missing or altered, so its rows cannot be checked")
        return result
    checkpoints = {row["size"]: row for row in connection.execute(select(CHECKPOINT)).mappings()}
    walk = _Walk(vault.id, first, checkpoints, result)
    for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings():
        walk.step(dict(row))
    walk.finish(current, vault)
    return result


class _Walk:
    """The state between one row and the next."""

    def __init__(self, archive: str, key: bytes, checkpoints: Mapping[int, Any], result: ChainResult) -> None:
        self._archive, self._key, self._checkpoints, self._result = archive, key, dict(checkpoints), result
        self._epoch, self._seq, self._mac, self._tree = 0, 0, GENESIS, Frontier()

    def step(self, row: dict[str, Any]) -> None:
        seq = row["seq"]
        if seq != self._seq + 1:
            self._fault(f"audit row {self._seq + 1} is missing")
        elif row["prev"] != self._mac:
            self._fault(f"audit row {seq} does not follow from the row before it")
        while self._seq + 1 < seq:  # a gap may hide a checkpoint, and with it the change of the key
            self._seq += 1
            self._pass_checkpoint(checked=False)
        covered = content(row)
        if not hmac.compare_digest(mac(self._key, covered), row["mac"]):
            self._fault(f"audit row {seq} was altered")
        self._seq, self._mac, self._tree = seq, row["mac"], self._tree.append(covered + row["mac"])
        self._result.macs[seq] = row["mac"].hex()
        self._note_rows(row)
        self._pass_checkpoint(checked=not self._result.faults)

    def finish(self, current: Mapping[str, Any], vault: Vault) -> None:
        """Check that nothing lies beyond the end, and that the next row will be made with the right key."""
        for size in self._checkpoints:
            self._fault(f"the audit is cut: a signature covers {size} rows, but only {self._seq} are there")
        where = place("audit_key", "wrapped", AUDIT_KEY_ID, current["version"])
        try:
            fits = unseal(vault.wrap, current["wrapped"], where) == self._key and current["epoch"] == self._epoch
        except Forged:
            fits = False
        if not fits:
            self._fault("the key for the next audit row is not the one that follows from the rows")

    def _note_rows(self, row: Mapping[str, Any]) -> None:
        try:
            for touched in (Touched(*one) for one in json.loads(row["rows"])):
                self._result.touched[touched.table, touched.id] = touched
        except (ValueError, TypeError):
            self._fault(f"audit row {row['seq']} was altered")

    def _pass_checkpoint(self, checked: bool) -> None:
        """At a checkpoint the key changes; its root and signature mean something only if no row was missing."""
        checkpoint = self._checkpoints.pop(self._seq, None)
        if checkpoint is None:
            return
        self._epoch, self._key = self._epoch + 1, next_key(self._key)
        if checked and not self._signed(checkpoint):
            self._fault(f"the signature over the first {self._seq} audit rows does not fit")

    def _signed(self, row: Mapping[str, Any]) -> bool:
        public, root = row["device_public"], self._tree.root
        message = checkpoint_message(self._archive, row["size"], root, row["made_utc"])
        kept = (row["root"], row["frontier"]) == (root, self._tree.to_bytes())
        return kept and fingerprint(public) == row["device"] and signed_by(public, message, row["signature"])

    def _fault(self, words: str) -> None:
        self._result.faults.append(words)
