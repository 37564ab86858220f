"""slots.json: from a passphrase to the user's private keys, and from these to the vault key."""

import base64
import hashlib
import json
import secrets
import unicodedata
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
from clinic.archive.holders import fetched
from clinic.archive.people.errors import NameNeeded

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

    key_file: SHA-256 (hex) of the key file that was used. recovered: it was the printed recovery key. temporary:
    somebody else made the passphrase, for the first time only.
    """

    archive: str
    user: User
    vault_key: bytes
    damaged: tuple[str, ...]
    key_file: str
    recovered: bool = False
    temporary: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Beside:
    """What a slot asks for beside the passphrase: a secret of this name, kept by a holder of this kind."""

    kind: str
    name: str
    secret: bytes

    @classmethod
    def new(cls, kind: str) -> "Beside":
        """Return a random one."""
        return cls(kind, secrets.token_hex(16), random_key())


def create(folder: Path, archive: str, passphrase: str, cost: Argon2Cost, login: str) -> Unlocked:
    """Write the key file and its copy for a new archive with one user. Raises OSError."""
    user = User(secrets.token_hex(16), random_key(), random_key())
    vault_key = random_key()
    content = {
        "archive": archive,
        "slots": [_passphrase_slot(archive, user, login, passphrase, cost)],
        "vault_keys": [_sealed_vault_key(archive, user.id, user.public_x25519, vault_key, 1)],
    }
    put(folder, content)
    return Unlocked(archive, user, vault_key, (), sha256(content))


def unlock(folder: Path, passphrase: str, login: str = "") -> Unlocked:
    """Open the slot that fits a passphrase or a recovery key; login: whose, where several people have one.

    Whether this key file is the present one only the database knows: compare `key_file`. Raises DamagedKeyFile,
    WrongPassphrase, NameNeeded, OSError; writes nothing.
    """
    found = {name: _read(folder / name) for name in (*NAMES, NEXT)}
    wholes = [content for content in found.values() if content is not None]
    for number, content in enumerate(wholes):
        if content not in wholes[:number] and (opened := _unlocked(content, passphrase, login)) is not None:
            damaged = tuple(name for name in NAMES if found[name] != content)
            return replace(opened, damaged=damaged)
    raise WrongPassphrase if wholes else DamagedKeyFile


def with_passphrase(content: KeyFile, user: User, login: str, passphrase: str, cost: Argon2Cost) -> KeyFile:
    """Return the key file with a user's passphrase replaced; the old one opens nothing.

    What is asked for beside it stays. Raises SecretGone.
    """
    return with_beside(content, user, login, passphrase, cost, beside_of(content, user.id))


def with_beside(
    content: KeyFile, user: User, login: str, passphrase: str, cost: Argon2Cost, beside: Beside | None
) -> KeyFile:
    """Return the key file with a user's slot asking for the passphrase and, if not None, for a secret beside it."""
    return _with_slot(content, _passphrase_slot(content["archive"], user, login, passphrase, cost, beside=beside))


def asks_beside(content: KeyFile, identity: str) -> bool:
    """True if a person's slot asks for something beside the passphrase."""
    return any(slot["user"] == identity and "beside" in slot for slot in content["slots"])


def beside_of(content: KeyFile, identity: str) -> Beside | None:
    """Return what a person's slot asks for beside the passphrase, None if nothing. Raises SecretGone."""
    for slot in content["slots"]:
        if slot["user"] == identity and "beside" in slot:
            kind, name = slot["beside"]["kind"], slot["beside"]["name"]
            return Beside(kind, name, fetched(kind, name))
    return None


def has_recovery_key(content: KeyFile, identity: str) -> bool:
    """True if a printed key opens what a person's passphrase opens."""
    return any((slot["user"], slot["kdf"]) == (identity, _RECOVERY) for slot in content["slots"])


def with_person(
    content: KeyFile, user: User, login: str, passphrase: str, cost: Argon2Cost, vault_key: bytes
) -> KeyFile:
    """Return the key file with another person, whose passphrase is for the first time only."""
    archive, version = content["archive"], max(int(row["version"]) for row in content["vault_keys"])
    slot = _passphrase_slot(archive, user, login, passphrase, cost, temporary=True)
    vault_keys = [*content["vault_keys"], _sealed_vault_key(archive, user.id, user.public_x25519, vault_key, version)]
    return content | {"slots": [*content["slots"], slot], "vault_keys": vault_keys}


def without_person(content: KeyFile, identity: str) -> KeyFile:
    """Return the key file without anything that a person could open."""
    kept = {kind: [row for row in content[kind] if row["user"] != identity] for kind in ("slots", "vault_keys")}
    return content | kept


def with_vault_key(content: KeyFile, vault_key: bytes) -> KeyFile:
    """Return the key file with a new vault key, sealed to everybody who had the old one."""
    version = max(int(row["version"]) for row in content["vault_keys"]) + 1
    public = {slot["user"]: _bytes(slot["x25519"]) for slot in content["slots"]}
    archive = content["archive"]
    return content | {"vault_keys": [_sealed_vault_key(archive, *one, vault_key, version) for one in public.items()]}


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


def shared(folder: Path) -> bool:
    """True if several people have a slot, so that each says who it is. Raises DamagedKeyFile, OSError."""
    return _shared(present(folder))


def whose(folder: Path, login: str) -> str:
    """Return for whom guesses are counted: the tag of a person, empty for the only one.

    Raises DamagedKeyFile, OSError.
    """
    found = (_read(folder / name) for name in (*NAMES, NEXT))
    content = next((content for content in found if content is not None), None)
    if content is None:
        raise DamagedKeyFile
    return _tag(content["archive"], login) if _shared(content) else ""


def folded(login: str) -> str:
    """Return a name as it is compared: case, width and spaces do not tell people apart."""
    return " ".join(unicodedata.normalize("NFKC", login).casefold().split())


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
    write(folder / NEXT, content)


def put(folder: Path, content: KeyFile) -> None:
    """Make this the key file and its copy. Raises OSError; then the next opening does the rest."""
    for name in NAMES:
        write(folder / name, content)
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


def _unlocked(content: KeyFile, passphrase: str, login: str) -> Unlocked | None:
    """Return what the passphrase opens in this key file, None if it opens no slot."""
    recovery = recovery_secret(passphrase)
    try:
        found = _open_slots(content, passphrase, recovery, login)
        if found is None:
            return None
        user, temporary = found
        vault_key, recovered = _vault_key(content, user), recovery is not None
        return Unlocked(content["archive"], user, vault_key, (), sha256(content), recovered, temporary)
    except (Forged, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedKeyFile from error


def _with_slot(content: KeyFile, slot: KeyFile) -> KeyFile:
    """Return the content with a slot in the place of the same user's other one of that kind."""
    others = [old for old in content["slots"] if (old["user"], old["kdf"]) != (slot["user"], slot["kdf"])]
    return content | {"slots": [*others, slot]}


def _passphrase_slot(
    archive: str,
    user: User,
    login: str,
    passphrase: str,
    cost: Argon2Cost,
    *,
    temporary: bool = False,
    beside: Beside | None = None,
) -> KeyFile:
    salt = secrets.token_bytes(16)
    way: KeyFile = {"kdf": _PASSPHRASE, "cost": asdict(cost), "salt": _text(salt), "who": _tag(archive, login)}
    if temporary:
        way["temporary"] = True
    key = passphrase_key(passphrase, salt, cost)
    if beside is not None:
        way["beside"] = {"kind": beside.kind, "name": beside.name}
        key = derive(key, "beside", beside.secret)
    return _slot(archive, user, key, way)


def _slot(archive: str, user: User, key: bytes, way: KeyFile) -> KeyFile:
    """Return the user's private keys sealed under `key`, with the way there from what the user knows."""
    public = {"x25519": _text(user.public_x25519), "ed25519": _text(user.public_ed25519)}
    slot = {"user": user.id} | way | public
    return slot | {"sealed": _text(seal(key, user.x25519 + user.ed25519, _bound(archive, slot)))}


def _open_slots(content: KeyFile, passphrase: str, recovery: bytes | None, login: str) -> tuple[User, bool] | None:
    """Return who has the slot that opens, and whether the passphrase is for the first time only.

    A person's name picks the slot, so that two who chose the same passphrase are told apart. A recovery key is random:
    the slot that it opens is the one. Whoever is alone needs no name.
    """
    several = _shared(content)
    if several and recovery is None and not login:
        raise NameNeeded
    who = _tag(content["archive"], login)
    for slot in content["slots"]:
        if slot["kdf"] == _RECOVERY:
            if recovery is None:
                continue
            key = derive(recovery, "recovery", _bytes(slot["salt"]))
        elif recovery is not None or (several and slot.get("who") != who):
            continue
        else:
            key = _stretched(slot, passphrase)
        open_fields = {name: value for name, value in slot.items() if name != "sealed"}
        try:
            private = unseal(key, _bytes(slot["sealed"]), _bound(content["archive"], open_fields))
        except Forged:
            continue
        return User(slot["user"], private[:KEY_BYTES], private[KEY_BYTES:]), bool(slot.get("temporary"))
    return None


def _shared(content: KeyFile) -> bool:
    return len({slot["user"] for slot in content["slots"]}) > 1


def _tag(archive: str, login: str) -> str:
    """Return what stands for a name in the key file, which is readable to whoever finds it."""
    return hashlib.sha256(place("login", archive, folded(login))).hexdigest()[:32]


def _sealed_vault_key(archive: str, user: str, public_x25519: bytes, vault_key: bytes, version: int) -> KeyFile:
    where = place("vault-key", archive, user, version)
    return {"user": user, "version": version, "sealed": _text(seal_to(public_x25519, vault_key, where))}


def _stretched(slot: KeyFile, passphrase: str) -> bytes:
    cost = Argon2Cost(**slot["cost"])
    if slot["kdf"] != _PASSPHRASE or not cost.acceptable:
        raise ValueError("unacceptable cost")
    key = passphrase_key(passphrase, _bytes(slot["salt"]), cost)
    if "beside" in slot:
        key = derive(key, "beside", fetched(slot["beside"]["kind"], slot["beside"]["name"]))
    return key


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


def write(path: Path, content: KeyFile) -> None:
    """Write a key file. Raises OSError."""
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
