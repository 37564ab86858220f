"""slots.json: from a passphrase to the user's private keys, and from these to the vault key."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from clinic.archive.crypto import (
    KEY_BYTES,
    Argon2Cost,
    Forged,
    derive,
    new_recovery_key,
    passphrase_key,
    place,
    random_key,
    recovery_secret,
    seal,
    seal_to,
    unseal,
    unseal_with,
)
from clinic.archive.durable import write_file
from clinic.archive.errors import DamagedKeyFile, WrongPassphrase

NAMES = ("slots.json", "slots.copy.json")
_PASSPHRASE, _RECOVERY = "argon2id", "hkdf-sha256"


@dataclass(frozen=True, slots=True, repr=False)
class User:
    """A person's keys: `x25519` opens what is sealed for that person, `ed25519` signs. Both private, 32 bytes."""

    id: str
    x25519: bytes
    ed25519: bytes

    @property
    def public_x25519(self) -> bytes:
        """Where others seal to."""
        return X25519PrivateKey.from_private_bytes(self.x25519).public_key().public_bytes_raw()

    @property
    def public_ed25519(self) -> bytes:
        """What others check signatures with."""
        return Ed25519PrivateKey.from_private_bytes(self.ed25519).public_key().public_bytes_raw()


@dataclass(frozen=True, slots=True, repr=False)
class Unlocked:
    """What a passphrase opens. damaged: names of key files that are not whole, or not alike.

    recovered: it was the printed recovery key.
    """

    archive: str
    user: User
    vault_key: bytes
    damaged: tuple[str, ...]
    recovered: bool = False


def create(folder: Path, archive: str, passphrase: str, cost: Argon2Cost) -> Unlocked:
    """Write the key file and its copy for a new archive with one user. Raises OSError."""
    user = User(secrets.token_hex(16), random_key(), random_key())
    vault_key = random_key()
    content = {
        "archive": archive,
        "slots": [_passphrase_slot(archive, user, passphrase, cost)],
        "vault_keys": [
            {
                "user": user.id,
                "version": 1,
                "sealed": _text(seal_to(user.public_x25519, vault_key, place("vault-key", archive, user.id, 1))),
            }
        ],
    }
    _write_both(folder, content)
    return Unlocked(archive, user, vault_key, ())


def unlock(folder: Path, passphrase: str) -> Unlocked:
    """Open the slot that fits a passphrase or a recovery key.

    Raises DamagedKeyFile, WrongPassphrase, OSError; writes nothing.
    """
    found = {name: _read(folder / name) for name in NAMES}
    content = _first_whole(found.values())
    damaged = tuple(name for name, read in found.items() if read != content)
    recovery = recovery_secret(passphrase)
    try:
        user = _open_slots(content, passphrase, recovery)
        vault_key = _vault_key(content, user)
    except (Forged, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedKeyFile from error
    return Unlocked(content["archive"], user, vault_key, damaged, recovery is not None)


def change_passphrase(folder: Path, user: User, passphrase: str, cost: Argon2Cost) -> None:
    """Replace a user's passphrase; the old one opens nothing from then on. Raises DamagedKeyFile, OSError."""
    content = _first_whole(_read(folder / name) for name in NAMES)
    _write_both(folder, _with_slot(content, _passphrase_slot(content["archive"], user, passphrase, cost)))


def add_recovery_key(folder: Path, user: User) -> str:
    """Return a new recovery key that opens what the user's passphrase opens; an earlier one opens nothing any more."""
    content, text = _first_whole(_read(folder / name) for name in NAMES), new_recovery_key()
    secret = recovery_secret(text)
    assert secret is not None
    salt = secrets.token_bytes(16)
    slot = _slot(content["archive"], user, derive(secret, "recovery", salt), {"kdf": _RECOVERY, "salt": _text(salt)})
    _write_both(folder, _with_slot(content, slot))
    return text


def archive_of(folder: Path) -> str:
    """Return the archive's id from the key file. Raises DamagedKeyFile, OSError."""
    for name in NAMES:
        content = _read(folder / name)
        if content is not None:
            return str(content["archive"])
    raise DamagedKeyFile


def repair(folder: Path, damaged: tuple[str, ...]) -> None:
    """Write damaged key files anew from the whole one. Raises OSError."""
    whole = _first_whole(_read(folder / name) for name in NAMES)
    for name in damaged:
        _write(folder / name, whole)


def _first_whole(found: Iterable[dict[str, Any] | None]) -> dict[str, Any]:
    for content in found:
        if content is not None:
            return content
    raise DamagedKeyFile


def _write_both(folder: Path, content: dict[str, Any]) -> None:
    """The first file counts; should the second not be reached, the next opening makes it alike."""
    for name in NAMES:
        _write(folder / name, content)


def _with_slot(content: dict[str, Any], slot: dict[str, Any]) -> dict[str, Any]:
    """Return the content with a slot in the place of the same user's other one of that kind."""
    others = [old for old in content["slots"] if (old["user"], old["kdf"]) != (slot["user"], slot["kdf"])]
    return content | {"slots": [*others, slot]}


def _passphrase_slot(archive: str, user: User, passphrase: str, cost: Argon2Cost) -> dict[str, Any]:
    salt = secrets.token_bytes(16)
    key = passphrase_key(passphrase, salt, cost)
    return _slot(archive, user, key, {"kdf": _PASSPHRASE, "cost": asdict(cost), "salt": _text(salt)})


def _slot(archive: str, user: User, key: bytes, way: dict[str, Any]) -> dict[str, Any]:
    """Return the user's private keys sealed under `key`, with the way there from what the user knows."""
    public = {"x25519": _text(user.public_x25519), "ed25519": _text(user.public_ed25519)}
    slot = {"user": user.id} | way | public
    return slot | {"sealed": _text(seal(key, user.x25519 + user.ed25519, _bound(archive, slot)))}


def _open_slots(content: dict[str, Any], passphrase: str, recovery: bytes | None) -> User:
    """Try every slot of the kind: the file names nobody, so it cannot be told beforehand whose passphrase this is."""
    for slot in content["slots"]:
        if slot["kdf"] == _RECOVERY:
            if recovery is None:
                continue
            key = derive(recovery, "recovery", _bytes(slot["salt"]))
        elif recovery is not None:
            continue
        else:
            key = _stretched(slot, passphrase)
        open_fields = {name: value for name, value in slot.items() if name != "sealed"}
        try:
            private = unseal(key, _bytes(slot["sealed"]), _bound(content["archive"], open_fields))
        except Forged:
            continue
        return User(slot["user"], private[:KEY_BYTES], private[KEY_BYTES:])
    raise WrongPassphrase


def _stretched(slot: dict[str, Any], passphrase: str) -> bytes:
    cost = Argon2Cost(**slot["cost"])
    if slot["kdf"] != _PASSPHRASE or not cost.acceptable:
        raise ValueError("unacceptable cost")
    return passphrase_key(passphrase, _bytes(slot["salt"]), cost)


def _vault_key(content: dict[str, Any], user: User) -> bytes:
    row = max((row for row in content["vault_keys"] if row["user"] == user.id), key=lambda row: int(row["version"]))
    where = place("vault-key", content["archive"], user.id, row["version"])
    return unseal_with(user.x25519, _bytes(row["sealed"]), where)


def _bound(archive: str, slot: dict[str, Any]) -> bytes:
    return place("slot", archive, _canonical(slot))


def _read(path: Path) -> dict[str, Any] | None:
    """Return the content, None if the file is missing or is not, to the byte, what `_rendered` gives."""
    try:
        data = path.read_bytes()
        content: dict[str, Any] = json.loads(data)
        content.pop("sha256")
        return content if data == _rendered(content) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _write(path: Path, content: dict[str, Any]) -> None:
    write_file(path, [_rendered(content)])


def _rendered(content: dict[str, Any]) -> bytes:
    return json.dumps(content | {"sha256": _checksum(content)}, indent=1, sort_keys=True).encode()


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
