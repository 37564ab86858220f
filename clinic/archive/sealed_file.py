"""SFV1: one large object as a file of AES-256-GCM chunks. Bytes are defined in FORMAT.md.

Each chunk's nonce holds its number and whether it is the last, so that chunks cannot be swapped, dropped, repeated or
appended; the header is authenticated with every chunk. Nothing is released before everything is verified.
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Callable, Iterator
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


def write(blobs: Path, identity: str, key: bytes, content: bytes) -> SealedFile:
    """Seal `content` into the file of this id, on disk on return. Raises OSError."""
    path, sha = location(blobs, identity), hashlib.sha256()
    make_folder(path.parent)
    write_file(path, _hashed(_pieces(identity, key, content), sha.update))
    return SealedFile(len(content), LOG2_CHUNK, sha.hexdigest())


def read(blobs: Path, identity: str, key: bytes, expected: SealedFile) -> memoryview:
    """Return the whole content, read-only.

    Raises Forged if a single bit of the file is not as written, OSError if it cannot be read.
    """
    with location(blobs, identity).open("rb") as file:
        if os.fstat(file.fileno()).st_size != expected.file_bytes:
            raise Forged
        header = file.read(_HEADER.size)
        prefix = _checked_prefix(header, identity, expected)
        content = memoryview(bytearray(expected.size))
        _open_chunks(file, AESGCM(key), header, prefix, content, 1 << expected.log2_chunk)
    return content.toreadonly()


def _checked_prefix(header: bytes, identity: str, expected: SealedFile) -> bytes:
    """Return the part of the nonces that is in the header, or raise Forged."""
    magic, version, log2_chunk, file_identity, prefix = _HEADER.unpack(header)
    told = (magic, version, file_identity, log2_chunk)
    if told != (MAGIC, VERSION, bytes.fromhex(identity), expected.log2_chunk) or log2_chunk not in _ACCEPTED_LOG2:
        raise Forged
    return bytes(prefix)


def _pieces(identity: str, key: bytes, content: bytes) -> Iterator[bytes]:
    prefix = secrets.token_bytes(7)
    header = _HEADER.pack(MAGIC, VERSION, LOG2_CHUNK, bytes.fromhex(identity), prefix)
    yield header
    cipher, view, chunk = AESGCM(key), memoryview(content), 1 << LOG2_CHUNK
    last = max(0, (len(content) - 1) // chunk)
    for number in range(last + 1):
        part = view[number * chunk : (number + 1) * chunk]
        yield cipher.encrypt(_nonce(prefix, number, number == last), part, header)


def _open_chunks(
    file: BufferedReader, cipher: AESGCM, header: bytes, prefix: bytes, content: memoryview, chunk: int
) -> None:
    """Fill `content`, which nobody has seen yet, chunk by chunk; only one sealed chunk is in memory."""
    last = max(0, (len(content) - 1) // chunk)
    for number in range(last + 1):
        part = content[number * chunk : (number + 1) * chunk]
        try:
            sealed = file.read(len(part) + _TAG_BYTES)
            cipher.decrypt_into(_nonce(prefix, number, number == last), sealed, header, part)
        except (InvalidTag, ValueError) as error:
            raise Forged from error


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


def _hashed(pieces: Iterator[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for piece in pieces:
        update(piece)
        yield piece
