"""The audit's first key, from which all others follow: whoever may prove the audit holds it, sealed to that person."""

from sqlalchemy import Connection

from clinic.archive.chain import AUDIT_KEY_ID
from clinic.archive.crypto import Forged, place, seal_to, unseal_with
from clinic.archive.people.errors import NoAuditKey
from clinic.archive.rows import fetch
from clinic.archive.schema import AUDIT_KEY, AUDIT_READER
from clinic.archive.transaction import Transaction
from clinic.archive.vault import Vault


def first_key(connection: Connection, vault: Vault) -> bytes:
    """Return A_0. Raises KeyError or Forged if this person does not hold it, or if it was altered."""
    owners = fetch(connection, AUDIT_KEY, AUDIT_KEY_ID)["first_sealed"]
    try:
        return unseal_with(vault.user.x25519, owners, place("audit-first", vault.id))
    except Forged:
        own = fetch(connection, AUDIT_READER, vault.user.id)["sealed"]
        return unseal_with(vault.user.x25519, own, place("audit-first", vault.id, vault.user.id))


def hand_on(transaction: Transaction, user: str, public_x25519: bytes) -> None:
    """Seal A_0 to another person. Raises NoAuditKey if this one does not hold it."""
    try:
        key = first_key(transaction.connection, transaction.vault)
    except (KeyError, Forged) as error:
        raise NoAuditKey from error
    sealed = seal_to(public_x25519, key, place("audit-first", transaction.vault.id, user))
    version = transaction.rows.next_version(AUDIT_READER, user)
    transaction.rows.put(AUDIT_READER, transaction.vault.row_key, id=user, version=version, sealed=sealed)
