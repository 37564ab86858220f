"""One SHA-256 for any value of a case: how derived values name what they were made from."""

import hashlib
from collections.abc import Iterable
from dataclasses import Field, field, fields, is_dataclass
from typing import Any, Protocol

import numpy as np


class _Hash(Protocol):
    def update(self, data: bytes | memoryview, /) -> None: ...


def later(default: Any) -> Any:
    """Return a dataclass field that was added after records had been written.

    While it holds its default it does not count in the digest, so that what was made from older records still fits.
    """
    return field(default=default, metadata={"later": True})


def digest(value: Any) -> str:
    """Return the SHA-256 (hex) of a value made of dataclasses, tuples, arrays, numbers, text and None.

    Equal content gives equal digests on every machine: arrays are hashed little-endian in C order with dtype and
    shape, every item carries its kind and length. Raises TypeError for anything else.
    """
    sha = hashlib.sha256()
    _feed(sha, value)
    return sha.hexdigest()


def _feed(sha: _Hash, value: Any) -> None:
    if value is None:
        sha.update(b"n")
    elif isinstance(value, bool):
        sha.update(b"b1" if value else b"b0")
    elif isinstance(value, int):
        _tagged(sha, b"i", str(value).encode())
    elif isinstance(value, float):
        _tagged(sha, b"f", value.hex().encode())
    elif isinstance(value, str):
        _tagged(sha, b"s", value.encode())
    elif isinstance(value, bytes):
        _tagged(sha, b"y", value)
    elif isinstance(value, np.ndarray):
        little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        _tagged(sha, b"a", f"{little.dtype.str}{little.shape}".encode())
        sha.update(little.data if little.size else b"")
    elif isinstance(value, tuple):
        _sequence(sha, b"t", value, len(value))
    elif is_dataclass(value) and not isinstance(value, type):
        _tagged(sha, b"d", type(value).__name__.encode())
        names = [known.name for known in fields(value) if not _unused(known, value)]
        _sequence(sha, b"m", (item for name in names for item in (name, getattr(value, name))), len(names))
    else:
        raise TypeError(f"a case holds no {type(value).__name__}")


def _unused(known: Field[Any], value: Any) -> bool:
    held = getattr(value, known.name)
    if not known.metadata.get("later") or isinstance(held, np.ndarray):
        return False
    return bool(held == known.default or (held != held and known.default != known.default))  # NaN is its own default


def _tagged(sha: _Hash, kind: bytes, content: bytes) -> None:
    sha.update(kind + str(len(content)).encode() + b":" + content)


def _sequence(sha: _Hash, kind: bytes, items: Iterable[Any], count: int) -> None:
    sha.update(kind + str(count).encode() + b":")
    for item in items:
        _feed(sha, item)
