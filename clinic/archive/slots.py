"""slots.json: from a passphrase to the user's private keys, and from these to the vault key."""

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
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
NEXT = "slots.next.json"  # a change that the database is about to record, or has recorded

KeyFile = dict[str, Any]  # what slots.json says, without its checksum
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

    key_file: SHA-256 (hex) of the key file that was used. recovered: it was the printed recovery key.
    """

    archive: str
    user: User
    vault_key: bytes
    damaged: tuple[str, ...]
    key_file: str
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
    put(folder, content)
    return Unlocked(archive, user, vault_key, (), sha256(content))


def unlock(folder: Path, passphrase: str) -> Unlocked:
    """Open the slot that fits a passphrase or a recovery key.

    Whether this key file is the present one only the database knows: compare `key_file`. Raises DamagedKeyFile,
    WrongPassphrase, OSError; writes nothing.
    """
    found = {name: _read(folder / name) for name in (*NAMES, NEXT)}
    wholes = [content for content in found.values() if content is not None]
    for number, content in enumerate(wholes):
        if content not in wholes[:number] and (opened := _unlocked(content, passphrase)) is not None:
            damaged = tuple(name for name in NAMES if found[name] != content)
            return replace(opened, damaged=damaged)
    raise WrongPassphrase if wholes else DamagedKeyFile


def with_passphrase(content: KeyFile, user: User, passphrase: str, cost: Argon2Cost) -> KeyFile:
    """Return the key file with a user's passphrase replaced; the old one opens nothing."""
    return _with_slot(content, _passphrase_slot(content["archive"], user, passphrase, cost))


def with_recovery_key(content: KeyFile, user: User) -> tuple[KeyFile, str]:
    """Return the key file with a new recovery key that opens what the user's passphrase opens, and that key.

    An earlier one opens nothing any more.
    """
    text = new_recovery_key()
    secret = recovery_secret(text)
    assert secret is not None
    salt = secrets.token_bytes(16)
    slot = _slot(content["archive"], user, derive(secret, "recovery", salt), {"kdf": _RECOVERY, "salt": _text(salt)})
    return _with_slot(content, slot), text


def present(folder: Path) -> KeyFile:
    """Return what the key file says, or else its copy. Raises DamagedKeyFile, OSError."""
    for name in NAMES:
        content = _read(folder / name)
        if content is not None:
            return content
    raise DamagedKeyFile


def find(folder: Path, sha: str) -> KeyFile | None:
    """Return the key file of this checksum, be it in its place, the copy or the next one. Raises OSError."""
    found = (_read(folder / name) for name in (*NAMES, NEXT))
    return next((content for content in found if content is not None and sha256(content) == sha), None)


def stage(folder: Path, content: KeyFile) -> None:
    """Write a changed key file beside the present one; `put` it once the database has recorded it. Raises OSError."""
    _write(folder / NEXT, content)


def put(folder: Path, content: KeyFile) -> None:
    """Make this the key file and its copy. Raises OSError; then the next opening does the rest."""
    for name in NAMES:
        _write(folder / name, content)
    unstage(folder)


def unstage(folder: Path) -> None:
    """Drop a change that was not recorded. Raises OSError."""
    (folder / NEXT).unlink(missing_ok=True)


def sha256(content: KeyFile) -> str:
    """Return the SHA-256 (hex) of the key file as it lies on the disk."""
    return hashlib.sha256(_rendered(content)).hexdigest()


def archive_of(folder: Path) -> str:
    """Return the archive's id from the key file. Raises DamagedKeyFile, OSError."""
    return str(present(folder)["archive"])


def _unlocked(content: KeyFile, passphrase: str) -> Unlocked | None:
    """Return what the passphrase opens in this key file, None if it opens no slot."""
    recovery = recovery_secret(passphrase)
    try:
        user = _open_slots(content, passphrase, recovery)
        if user is None:
            return None
        return Unlocked(
            content["archive"], user, _vault_key(content, user), (), sha256(content), recovered=recovery is not None
        )
    except (Forged, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedKeyFile from error


def _with_slot(content: KeyFile, slot: KeyFile) -> KeyFile:
    """Return the content with a slot in the place of the same user's other one of that kind."""
    others = [old for old in content["slots"] if (old["user"], old["kdf"]) != (slot["user"], slot["kdf"])]
    return content | {"slots": [*others, slot]}


def _passphrase_slot(archive: str, user: User, passphrase: str, cost: Argon2Cost) -> KeyFile:
    salt = secrets.token_bytes(16)
    key = passphrase_key(passphrase, salt, cost)
    return _slot(archive, user, key, {"kdf": _PASSPHRASE, "cost": asdict(cost), "salt": _text(salt)})


def _slot(archive: str, user: User, key: bytes, way: KeyFile) -> KeyFile:
    """Return the user's private keys sealed under `key`, with the way there from what the user knows."""
    public = {"x25519": _text(user.public_x25519), "ed25519": _text(user.public_ed25519)}
    slot = {"user": user.id} | way | public
    return slot | {"sealed": _text(seal(key, user.x25519 + user.ed25519, _bound(archive, slot)))}


def _open_slots(content: KeyFile, passphrase: str, recovery: bytes | None) -> User | None:
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
    return None


def _stretched(slot: KeyFile, passphrase: str) -> bytes:
    cost = Argon2Cost(**slot["cost"])
    if slot["kdf"] != _PASSPHRASE or not cost.acceptable:
        raise ValueError("unacceptable cost")
    return passphrase_key(passphrase, _bytes(slot["salt"]), cost)


def _vault_key(content: KeyFile, user: User) -> bytes:
    row = max((row for row in content["vault_keys"] if row["user"] == user.id), key=lambda row: int(row["version"]))
    where = place("vault-key", content["archive"], user.id, row["version"])
    return unseal_with(user.x25519, _bytes(row["sealed"]), where)


def _bound(archive: str, slot: KeyFile) -> bytes:
    return place("slot", archive, _canonical(slot))


def _read(path: Path) -> KeyFile | None:
    """Return the content, None if the file is missing or is not, to the byte, what `_rendered` gives."""
    try:
        data = path.read_bytes()
        content: KeyFile = json.loads(data)
        content.pop("sha256")
        return content if data == _rendered(content) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _write(path: Path, content: KeyFile) -> None:
    write_file(path, [_rendered(content)])


def _rendered(content: KeyFile) -> bytes:
    return json.dumps(content | {"sha256": _checksum(content)}, indent=1, sort_keys=True).encode()


def _checksum(content: KeyFile) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
