"""A secret beside the passphrase for one person's slot: kept by a holder, asked for at each sign-in."""

from typing import TYPE_CHECKING

from clinic.archive import slots
from clinic.archive.chain import Event
from clinic.archive.crypto import Argon2Cost, calibrated
from clinic.archive.errors import ArchiveError
from clinic.archive.holders import HOLDERS
from clinic.words import say

if TYPE_CHECKING:
    from clinic.archive.store import Archive

EVENT = "second-secret"


class NoRecoveryKey(ArchiveError):
    """Were the keyring lost, nothing would open the archive."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Print a recovery key first. Should the keyring of this computer be lost, only that key would "
                "still open the archive. Nothing was changed."
            )
        )


def bound(archive: "Archive") -> bool:
    """True if this person's slot asks for such a secret."""
    with archive.transaction(reading=True) as transaction:
        return slots.asks_beside(slots.present(archive.folder), transaction.vault.user.id)


def bind(archive: "Archive", passphrase: str, kind: str = "keyring", *, cost: Argon2Cost | None = None) -> None:
    """Ask for a secret of this computer too, from now on, when this person signs in with the passphrase.

    Raises WrongPassphrase, NoRecoveryKey, NoKeyring; then all is as before.
    """
    beside, user, cost = slots.Beside.new(kind), archive.proven(passphrase).user, cost or calibrated()
    if not slots.has_recovery_key(slots.present(archive.folder), user.id):
        raise NoRecoveryKey
    HOLDERS[kind].keep(beside.name, beside.secret)
    try:
        with archive.transaction() as transaction:
            content = slots.present(archive.folder)
            transaction.put_key_file(slots.with_beside(content, user, archive.user, passphrase, cost, beside))
            transaction.record(Event("U", EVENT, say("the {kind!t} is asked too", kind=kind)))
    except BaseException:
        HOLDERS[kind].drop(beside.name)
        raise


def release(archive: "Archive", passphrase: str, *, cost: Argon2Cost | None = None) -> None:
    """Let the passphrase alone open again. Raises WrongPassphrase."""
    user, cost = archive.proven(passphrase).user, cost or calibrated()
    with archive.transaction() as transaction:
        content = slots.present(archive.folder)
        before = slots.beside_of(content, user.id)
        transaction.put_key_file(slots.with_beside(content, user, archive.user, passphrase, cost, None))
        transaction.record(Event("U", EVENT, say("the passphrase alone opens")))
    if before is not None:
        HOLDERS[before.kind].drop(before.name)
