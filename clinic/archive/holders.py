"""Who can keep a secret beside the passphrase, where a copy of the archive does not have it.

It is never enough alone. Whatever can give a secret for a name may be a holder: a security key (FIDO2, hmac-secret)
takes its place in `HOLDERS` when it comes.
"""

import base64
from collections.abc import Mapping
from typing import Any, Protocol

from clinic.archive.errors import ArchiveError
from clinic.words import say

_SERVICE = "clinic"


class NoKeyring(ArchiveError):
    """The computer has no keyring that the program can use."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "This computer offers no keyring to the program. Nothing was changed: the archive opens as before. "
                "Install the package “keyring” and sign in to the desktop, then try again."
            )
        )


class SecretGone(ArchiveError):
    """The slot asks for a secret that its holder does not have."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Beside the passphrase, this archive asks for a secret that only one computer's keyring holds, "
                "and it is not in this one. Nothing was changed. Open it on that computer, or with the printed "
                "recovery key."
            )
        )


class Holder(Protocol):
    """Keeps secrets by name."""

    def fetch(self, name: str) -> bytes | None:
        """Return a secret, None if there is none of that name. Raises NoKeyring."""

    def keep(self, name: str, secret: bytes) -> None:
        """Keep a secret. Raises NoKeyring."""

    def drop(self, name: str) -> None:
        """Forget a secret, if it is there."""


class Keyring:
    """The keyring of the operating system: Keychain, Credential Locker, Secret Service."""

    def fetch(self, name: str) -> bytes | None:
        """Return a secret, None if there is none of that name. Raises NoKeyring."""
        found = _asked("get_password", name)
        return None if found is None else base64.b64decode(found)

    def keep(self, name: str, secret: bytes) -> None:
        """Keep a secret. Raises NoKeyring."""
        _asked("set_password", name, base64.b64encode(secret).decode())

    def drop(self, name: str) -> None:
        """Forget a secret, if it is there. Raises NoKeyring."""
        if self.fetch(name) is not None:
            _asked("delete_password", name)


def _asked(what: str, *given: str) -> Any:
    """Ask the package `keyring`, which is optional. Raises NoKeyring."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise NoKeyring from None
    try:
        return getattr(keyring, what)(_SERVICE, *given)
    except KeyringError:
        raise NoKeyring from None


HOLDERS: Mapping[str, Holder] = {"keyring": Keyring()}


def fetched(kind: str, name: str) -> bytes:
    """Return the secret that a slot asks for. Raises SecretGone."""
    holder = HOLDERS.get(kind)
    try:
        secret = None if holder is None else holder.fetch(name)
    except NoKeyring:
        raise SecretGone from None
    if secret is None:
        raise SecretGone
    return secret
