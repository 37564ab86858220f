"""The few things that we do with secrets, each in one way. Parameters and reasons are in FORMAT.md."""

import hashlib
import hmac
import secrets
import struct
import time
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clinic.archive.errors import WeakPassphrase

KEY_BYTES = 32
MIN_PASSPHRASE = 15  # characters
_NONCE_BYTES = 12
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nothing to misread
_MISREAD = str.maketrans("ILO", "110")
_RECOVERY_LETTERS = 54  # 256 bits and 14 of a checksum, five to a letter


class Forged(Exception):
    """Sealed bytes do not open: another key, another place, or altered. Callers turn it into words."""


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What one guess of the passphrase costs."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 1

    @property
    def acceptable(self) -> bool:
        """False below the floor (too easy to guess) and above the ceiling (a hostile file could stall the machine)."""
        return 2 <= self.passes <= 64 and 19 * 1024 <= self.memory_kib <= 1024 * 1024 and 1 <= self.lanes <= 16


def calibrated() -> Argon2Cost:
    """Return the cost that takes about half a second on this computer, never less than the default."""
    started = time.perf_counter()
    passphrase_key("calibrate", bytes(16), Argon2Cost())
    passes = round(Argon2Cost().passes * 0.5 / (time.perf_counter() - started))
    return Argon2Cost(passes=min(max(passes, Argon2Cost().passes), 16))


def new_passphrase() -> str:
    """Return a random passphrase of 100 bits that is easy to copy by hand: "7K3D-9QWM-…" in five groups of four."""
    return "-".join("".join(secrets.choice(_CROCKFORD) for _ in range(4)) for _ in range(5))


def new_recovery_key() -> str:
    """Return 256 random bits as Crockford base32 with two letters that catch a misreading: nine groups of six."""
    secret = random_key()
    number = int.from_bytes(secret) << 14 | _recovery_check(secret)
    letters = "".join(_CROCKFORD[number >> shift & 31] for shift in range(265, -1, -5))
    return "-".join(letters[at : at + 6] for at in range(0, len(letters), 6))


def recovery_secret(text: str) -> bytes | None:
    """Return the 32 bytes of a recovery key as somebody typed it, None if it is none."""
    # however the groups were parted: word processors turn hyphens into dashes
    letters = "".join(filter(str.isalnum, text.upper())).translate(_MISREAD)
    if len(letters) != _RECOVERY_LETTERS or set(letters) - set(_CROCKFORD):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | _CROCKFORD.index(letter)
    secret, check = (number >> 14).to_bytes(34), number & 0x3FFF
    whole = not any(secret[:2]) and check == _recovery_check(secret[2:])
    return secret[2:] if whole else None


def _recovery_check(secret: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"clinic/recovery" + secret).digest()[:2]) & 0x3FFF


def require_strong(passphrase: str) -> None:
    """Raise WeakPassphrase if the passphrase has fewer than 15 characters."""
    if len(_normal(passphrase)) < MIN_PASSPHRASE:
        raise WeakPassphrase(MIN_PASSPHRASE)


def passphrase_key(passphrase: str, salt: bytes, cost: Argon2Cost) -> bytes:
    """Return the 32-byte Argon2id key of a passphrase, the same however the keyboard composes its letters."""
    secret = _normal(passphrase).encode(errors="surrogatepass")
    return hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)


def _normal(passphrase: str) -> str:
    return unicodedata.normalize("NFKC", passphrase)


def random_key() -> bytes:
    """Return a fresh 32-byte key."""
    return secrets.token_bytes(KEY_BYTES)


def derive(key: bytes, purpose: str, salt: bytes = b"") -> bytes:
    """Return the 32-byte subkey of `key` for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), KEY_BYTES, salt, b"clinic/" + purpose.encode()).derive(key)


def mac(key: bytes, *parts: bytes | memoryview) -> bytes:
    """Return the HMAC-SHA256 of the parts, joined as they are."""
    if len(parts) == 1:
        return hmac.digest(key, parts[0], "sha256")  # in one call: an audit may have a million rows
    running = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        running.update(part)
    return running.digest()


def place(*parts: str | int) -> bytes:
    """Return unambiguous associated data that nails a sealed value to its place: each part with its length."""
    encoded = [str(part).encode() for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)


def seal(key: bytes, content: bytes, where: bytes) -> bytes:
    """Return nonce and AES-256-GCM ciphertext of `content`, bound to `where`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, where)


def unseal(key: bytes, sealed: bytes, where: bytes) -> bytes:
    """Return what `seal` sealed. Raises Forged for another key or place or altered bytes."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], where)
    except (InvalidTag, ValueError) as error:
        raise Forged from error


def seal_to(public: bytes, content: bytes, where: bytes) -> bytes:
    """Seal for the owner of an X25519 key: ephemeral public key, then `seal` under the agreed key."""
    ephemeral = X25519PrivateKey.generate()
    theirs = X25519PublicKey.from_public_bytes(public)
    own = ephemeral.public_key().public_bytes_raw()
    return own + seal(_agreed(ephemeral.exchange(theirs), own, public), content, where)


def unseal_with(private: bytes, sealed: bytes, where: bytes) -> bytes:
    """Return what `seal_to` sealed for this X25519 private key. Raises Forged."""
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(sealed[:KEY_BYTES]))
    except ValueError as error:
        raise Forged from error
    agreed = _agreed(shared, sealed[:KEY_BYTES], key.public_key().public_bytes_raw())
    return unseal(agreed, sealed[KEY_BYTES:], where)


def _agreed(shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    return derive(shared, "seal-to", ephemeral + public)
