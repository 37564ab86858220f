"""slots.json: from a passphrase to the user's private keys, and from these to the vault key."""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from clinic.archive.crypto import (
    KEY_BYTES,
    Argon2Cost,
    Forged,
    passphrase_key,
    place,
    random_key,
    seal,
    seal_to,
    unseal,
    unseal_with,
)
from clinic.archive.durable import write_file
from clinic.archive.errors import DamagedKeyFile, WrongPassphrase

NAMES = ("slots.json", "slots.copy.json")


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
    """What a passphrase opens. damaged: names of key files that are not whole."""

    archive: str
    user: User
    vault_key: bytes
    damaged: tuple[str, ...]


def create(folder: Path, archive: str, passphrase: str, cost: Argon2Cost) -> Unlocked:
    """Write the key file and its copy for a new archive with one user. Raises OSError."""
    user = User(secrets.token_hex(16), random_key(), random_key())
    vault_key = random_key()
    content = {
        "archive": archive,
        "slots": [_slot(archive, user, passphrase, cost)],
        "vault_keys": [
            {
                "user": user.id,
                "version": 1,
                "sealed": _text(seal_to(user.public_x25519, vault_key, place("vault-key", archive, user.id, 1))),
            }
        ],
    }
    for name in NAMES:
        _write(folder / name, content)
    return Unlocked(archive, user, vault_key, ())


def unlock(folder: Path, passphrase: str) -> Unlocked:
    """Open the slot that fits. Raises DamagedKeyFile, WrongPassphrase, OSError; writes nothing."""
    found = {name: _read(folder / name) for name in NAMES}
    whole = [content for content in found.values() if content is not None]
    if not whole:
        raise DamagedKeyFile
    content, damaged = whole[0], tuple(name for name, read in found.items() if read is None)
    try:
        user = _open_slots(content, passphrase)
        vault_key = _vault_key(content, user)
    except (Forged, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedKeyFile from error
    return Unlocked(content["archive"], user, vault_key, damaged)


def archive_of(folder: Path) -> str:
    """Return the archive's id from the key file. Raises DamagedKeyFile, OSError."""
    for name in NAMES:
        content = _read(folder / name)
        if content is not None:
            return str(content["archive"])
    raise DamagedKeyFile


def repair(folder: Path, damaged: tuple[str, ...]) -> None:
    """Write damaged key files anew from the whole one. Raises OSError."""
    whole = next(content for content in (_read(folder / name) for name in NAMES) if content is not None)
    for name in damaged:
        _write(folder / name, whole)


def _slot(archive: str, user: User, passphrase: str, cost: Argon2Cost) -> dict[str, Any]:
    salt = secrets.token_bytes(16)
    slot = {
        "user": user.id,
        "kdf": "argon2id",
        "cost": asdict(cost),
        "salt": _text(salt),
        "x25519": _text(user.public_x25519),
        "ed25519": _text(user.public_ed25519),
    }
    key = passphrase_key(passphrase, salt, cost)
    return slot | {"sealed": _text(seal(key, user.x25519 + user.ed25519, _bound(archive, slot)))}


def _open_slots(content: dict[str, Any], passphrase: str) -> User:
    """Try every slot: the file names nobody, so it cannot be told beforehand whose passphrase this is."""
    for slot in content["slots"]:
        cost = Argon2Cost(**slot["cost"])
        if slot["kdf"] != "argon2id" or not cost.acceptable:
            raise ValueError("unacceptable cost")
        key = passphrase_key(passphrase, _bytes(slot["salt"]), cost)
        open_fields = {name: value for name, value in slot.items() if name != "sealed"}
        try:
            private = unseal(key, _bytes(slot["sealed"]), _bound(content["archive"], open_fields))
        except Forged:
            continue
        return User(slot["user"], private[:KEY_BYTES], private[KEY_BYTES:])
    raise WrongPassphrase


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
