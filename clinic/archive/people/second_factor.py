"""The code that a person enters beside the passphrase; each opens once."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from clinic.archive import clock
from clinic.archive.chain import Event
from clinic.archive.crypto import place, seal
from clinic.archive.people import guesses, totp
from clinic.archive.people.errors import CodeNeeded, WrongCode
from clinic.archive.schema import SECOND_FACTOR
from clinic.archive.transaction import Transaction
from clinic.words import say

if TYPE_CHECKING:
    from clinic.archive.store import Archive


def ask(transaction: Transaction, code: str, *, writing: bool) -> int:
    """Let nobody in who has a second factor and does not give its present code; return the wrong codes before it.

    writing: remember the code as used, which a read-only archive cannot. The printed recovery key needs no code: it is
    something to hold in the hand itself. Raises CodeNeeded, WrongCode, TooManyGuesses.
    """
    vault = transaction.vault
    row = _row(transaction, vault.user.id)
    if row is None or vault.recovered:
        return 0
    if not code:
        raise CodeNeeded
    who = f"code/{vault.user.id}"
    misses = guesses.begin(vault.device, vault.id, who)
    secret = transaction.opened(vault.wrap, row["sealed"], "second_factor", "sealed", row["id"], row["version"])
    step = totp.matching_step(secret, code, clock.now().utc)
    if step is None or step <= row["last_step"]:
        raise WrongCode(used=step is not None)
    if writing:
        _put(transaction, vault.user.id, secret, step)
    guesses.was_right(vault.device, vault.id, who)
    return misses


def asked_for(archive: "Archive") -> bool:
    """True if this person signs in with a code."""
    with archive.transaction(reading=True) as transaction:
        return _row(transaction, transaction.vault.user.id) is not None


def set_up(archive: "Archive", passphrase: str, secret: bytes, code: str) -> None:
    """Ask for a code at each sign-in from now on; `code` proves that the authenticator has the secret.

    Raises WrongPassphrase, WrongCode.
    """
    user = archive.proven(passphrase).user.id
    step = totp.matching_step(secret, code, clock.now().utc)
    if step is None:
        raise WrongCode
    with archive.transaction() as transaction:
        _put(transaction, user, secret, step)
        transaction.record(Event("U", "second-factor", say("set up")))


def give_up(archive: "Archive", passphrase: str) -> None:
    """Ask this person for no code any more. Raises WrongPassphrase."""
    user = archive.proven(passphrase).user.id
    with archive.transaction() as transaction:
        take_away(transaction, user)
        transaction.record(Event("U", "second-factor", say("taken away")))


def take_away(transaction: Transaction, user: str) -> None:
    """Forget a person's secret, if there is one."""
    transaction.rows.delete(SECOND_FACTOR, SECOND_FACTOR.c.id == user)


def _put(transaction: Transaction, user: str, secret: bytes, step: int) -> None:
    vault, version = transaction.vault, transaction.rows.next_version(SECOND_FACTOR, user)
    sealed = seal(vault.wrap, secret, place("second_factor", "sealed", user, version))
    transaction.rows.put(SECOND_FACTOR, vault.row_key, id=user, version=version, sealed=sealed, last_step=step)


def _row(transaction: Transaction, user: str) -> dict[str, Any] | None:
    found = transaction.connection.execute(select(SECOND_FACTOR).where(SECOND_FACTOR.c.id == user)).mappings().first()
    return None if found is None else dict(found)
