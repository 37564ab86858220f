"""SFV1: one large object as a file of AES-256-GCM chunks. Bytes are defined in FORMAT.md.

Each chunk's nonce holds its number and whether it is the last, so that chunks cannot be swapped, dropped, repeated or
appended; the header is authenticated with every chunk. Nothing is released before its chunk is verified. Only a few
chunks are in memory, however large the object.
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinic.archive.crypto import Forged
from clinic.archive.durable import make_folder, write_file

MAGIC, VERSION = b"SFV1", 1
LOG2_CHUNK = 20
_ACCEPTED_LOG2 = range(16, 23)
_HEADER = struct.Struct(">4sBB16s7s")
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What is remembered of a sealed file to prove that it is the one. sha256: hex, of the file as it lies there."""

    size: int
    log2_chunk: int
    sha256: str

    @property
    def file_bytes(self) -> int:
        """How long the file is on disk."""
        chunks = max(1, -(-self.size >> self.log2_chunk))
        return _HEADER.size + self.size + chunks * _TAG_BYTES


def location(blobs: Path, identity: str) -> Path:
    """Return where the object of this id (32 hex digits) lies."""
    return blobs / identity[:2] / identity[2:4] / identity


def write(blobs: Path, identity: str, key: bytes, pieces: Iterable[bytes | memoryview]) -> SealedFile:
    """Seal what the pieces make together into the file of this id, on disk on return. Raises OSError."""
    path, sha, size = location(blobs, identity), hashlib.sha256(), 0
    make_folder(path.parent)

    def sealed() -> Iterator[bytes]:
        nonlocal size
        prefix = secrets.token_bytes(7)
        header = _HEADER.pack(MAGIC, VERSION, LOG2_CHUNK, bytes.fromhex(identity), prefix)
        yield header
        cipher = AESGCM(key)
        for number, (chunk, last) in enumerate(_chunked(pieces, 1 << LOG2_CHUNK)):
            size += len(chunk)
            yield cipher.encrypt(_nonce(prefix, number, last), chunk, header)

    write_file(path, _hashed(sealed(), sha.update))
    return SealedFile(size, LOG2_CHUNK, sha.hexdigest())


def read(blobs: Path, identity: str, key: bytes, expected: SealedFile) -> memoryview:
    """Return the whole content, read-only, once all of it is verified.

    Raises Forged if a single bit of the file is not as written, OSError if it cannot be read.
    """
    content, at = memoryview(bytearray(expected.size)), 0
    with _opened(blobs, identity, expected) as file:
        for number, length, last in _parts(expected):
            _open_chunk(file, key, number, last, content[at : at + length])
            at += length
    return content.toreadonly()


def stream(blobs: Path, identity: str, key: bytes, expected: SealedFile) -> Iterator[memoryview]:
    """Yield the content chunk by chunk, each verified, read-only and good until the next one is asked for.

    That later chunks are as good shows when they come. Raises as `read`.
    """
    room = memoryview(bytearray(min(expected.size, 1 << expected.log2_chunk)))
    with _opened(blobs, identity, expected) as file:
        for number, length, last in _parts(expected):
            _open_chunk(file, key, number, last, room[:length])
            yield room[:length].toreadonly()


def check(blobs: Path, identity: str, key: bytes, expected: SealedFile) -> None:
    """Read every byte: the file as it lies there has its SHA-256, and every chunk opens. Raises as `read`."""
    with location(blobs, identity).open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != expected.sha256:
            raise Forged
    for _ in stream(blobs, identity, key, expected):
        pass


@dataclass(frozen=True, slots=True)
class _Opened:
    """A sealed file behind its header."""

    file: BufferedReader
    header: bytes
    prefix: bytes


@contextmanager
def _opened(blobs: Path, identity: str, expected: SealedFile) -> Iterator[_Opened]:
    with location(blobs, identity).open("rb") as file:
        if os.fstat(file.fileno()).st_size != expected.file_bytes:
            raise Forged
        header = file.read(_HEADER.size)
        yield _Opened(file, header, _checked_prefix(header, identity, expected))


def _checked_prefix(header: bytes, identity: str, expected: SealedFile) -> bytes:
    """Return the part of the nonces that is in the header, or raise Forged."""
    magic, version, log2_chunk, file_identity, prefix = _HEADER.unpack(header)
    told = (magic, version, file_identity, log2_chunk)
    if told != (MAGIC, VERSION, bytes.fromhex(identity), expected.log2_chunk) or log2_chunk not in _ACCEPTED_LOG2:
        raise Forged
    return bytes(prefix)


def _chunked(pieces: Iterable[bytes | memoryview], chunk: int) -> Iterator[tuple[bytes | memoryview, bool]]:
    """Yield chunks of the same size, but for the last, and whether it is the last. Large pieces are not copied."""
    waiting: bytes | memoryview = b""
    for piece in pieces:
        rest = memoryview(piece).cast("B")
        if len(waiting) < chunk:
            waiting, rest = bytes(waiting) + bytes(rest[: chunk - len(waiting)]), rest[chunk - len(waiting) :]
        while rest:
            yield waiting, False
            waiting, rest = rest[:chunk], rest[chunk:]
        waiting = bytes(waiting)  # whoever gave the piece may use its memory for the next one
    yield waiting, True


def _parts(expected: SealedFile) -> Iterator[tuple[int, int, bool]]:
    """Yield each chunk's number and length, and whether it is the last; empty content is one empty chunk."""
    chunk = 1 << expected.log2_chunk
    last = max(0, (expected.size - 1) // chunk)
    for number in range(last + 1):
        yield number, min(chunk, expected.size - number * chunk), number == last


def _open_chunk(opened: _Opened, key: bytes, number: int, last: bool, into: memoryview) -> None:
    try:
        sealed = opened.file.read(len(into) + _TAG_BYTES)
        AESGCM(key).decrypt_into(_nonce(opened.prefix, number, last), sealed, opened.header, into)
    except (InvalidTag, ValueError) as error:
        raise Forged from error


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


def _hashed(pieces: Iterator[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for piece in pieces:
        update(piece)
        yield piece
