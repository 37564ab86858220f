"""The second factor: codes of six digits that change every half minute (RFC 6238 over RFC 4226)."""

import base64
import hmac
import secrets
import struct
import unicodedata
from datetime import datetime
from urllib.parse import quote, urlencode

SECRET_BYTES = 20  # as long as SHA-1's output (RFC 4226, section 4)
_STEP_SECONDS, _DIGITS = 30, 6
_DRIFT = 1  # steps by which the telephone's clock may be off


def new_secret() -> bytes:
    """Return a secret to share with an authenticator."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """Return the code of one half minute; steps are counted from 1970."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def step_at(utc: datetime) -> int:
    """Return the half minute in which a moment lies."""
    return int(utc.timestamp()) // _STEP_SECONDS


def matching_step(secret: bytes, code: str, utc: datetime) -> int | None:
    """Return the half minute, at most one away from `utc`, whose code this is, None if it is none of them.

    Whoever accepts it remembers the step and refuses it and all before it, so that a code that was watched is worth
    nothing.
    """
    typed = "".join(str(unicodedata.decimal(letter)) for letter in code if letter.isdecimal())
    near = step_at(utc)
    steps = range(near - _DRIFT, near + _DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(code_at(secret, step), typed)), None)


def base32(secret: bytes) -> str:
    """Return the secret as one types it into an authenticator."""
    return base64.b32encode(secret).decode()


def link(secret: bytes, login: str) -> str:
    """Return what the square code for the authenticator's camera says (otpauth URI)."""
    return f"otpauth://totp/{quote(f'Clinic:{login}')}?{urlencode({'secret': base32(secret), 'issuer': 'Clinic'})}"
