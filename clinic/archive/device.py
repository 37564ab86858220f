"""This computer as the audit knows it: its signing key, and its own memory of each archive's latest state.

Both lie in the user's data folder, never in the archive: who puts an old archive back does not put this memory back.
"""

import hashlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clinic.archive.crypto import derive, mac, place
from clinic.archive.durable import TEMPORARY, append_line, disk_words, make_folder
from clinic.archive.errors import DamagedDeviceKey

_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def default_folder() -> Path:
    """Return where this user's installation keeps its own key."""
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return home / "clinic" / "device"


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """One sentence of this computer about an archive. `genuine` is False if it was torn or altered."""

    said: Mapping[str, Any]
    genuine: bool


class Device:
    """The installation: an Ed25519 key that never leaves it, and its anchor files.

    The key is not secret from the user of this account; it tells computers apart and makes later forgery by others
    evident.
    """

    def __init__(self, folder: Path, key: Ed25519PrivateKey) -> None:
        self._folder, self._key = folder, key
        self._anchor_key = derive(key.private_bytes_raw(), "anchor")
        self.public = key.public_key().public_bytes_raw()
        self.id = fingerprint(self.public)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Device":
        """Return this installation, made on first use. Raises DamagedDeviceKey, NoAccess, DiskFull or DiskFault."""
        folder = folder or default_folder()
        with disk_words():
            make_folder(folder)
            path = folder / "device.key"
            if not path.exists():
                _create_key(path)
            try:
                return cls(folder, Ed25519PrivateKey.from_private_bytes(path.read_bytes()))
            except ValueError as error:
                raise DamagedDeviceKey(path) from error

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message."""
        return self._key.sign(message)

    def anchor_file(self, archive: str) -> Path:
        """Return the file that remembers an archive."""
        return self._folder / f"{archive}.anchor.log"

    def remember(self, archive: str, said: Mapping[str, Any], *, settled: bool = True) -> None:
        """Append a line about an archive, on disk on return if `settled`. Raises OSError.

        It carries a MAC, not a signature: only this computer reads it, and an archive may come to have a million lines.
        """
        text = _JSON.encode(said)
        line = json.dumps([text, self._anchor_mac(archive, text)]).encode()
        append_line(self.anchor_file(archive), line, settled=settled)

    def remembered(self, archive: str) -> Iterator[AnchorLine]:
        """Yield what this computer said about an archive, latest first; nothing if it never saw it. Raises OSError."""
        path = self.anchor_file(archive)
        for line in reversed(path.read_bytes().splitlines() if path.exists() else []):
            if line:
                yield self._checked(archive, line)

    def _checked(self, archive: str, line: bytes) -> AnchorLine:
        try:
            text, told = json.loads(line)
            genuine = hmac.compare_digest(told, self._anchor_mac(archive, text))
            return AnchorLine(json.loads(text) if genuine else {}, genuine)
        except (ValueError, TypeError, AttributeError):
            return AnchorLine({}, False)

    def _anchor_mac(self, archive: str, text: str) -> str:
        return mac(self._anchor_key, place(archive, text)).hex()


def fingerprint(public: bytes) -> str:
    """Return the device id: SHA-256 (hex) of an installation's public key."""
    return hashlib.sha256(public).hexdigest()


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return True if the owner of the Ed25519 key signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _create_key(path: Path) -> None:
    """Give the key its name only if no other process was faster."""
    temporary = path.with_name(f"{secrets.token_hex(4)}{TEMPORARY}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, Ed25519PrivateKey.generate().private_bytes_raw())
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
