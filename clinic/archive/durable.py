"""Files that are whole or not there, also after a power cut."""

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinic.archive.errors import DiskFault, DiskFull, NoAccess

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)
TEMPORARY = ".tmp"  # holds sealed bytes only; left over after a power cut, cleared at the next opening


@contextmanager
def disk_words() -> Iterator[None]:
    """Turn what the operating system says about files into DiskFull, NoAccess or DiskFault."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from error
        if error.errno in _REFUSED:
            raise NoAccess from error
        raise DiskFault from error


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file through a temporary one beside it, on disk before it gets its name. Raises OSError."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        _write_new(temporary, pieces)
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def make_folder(folder: Path) -> None:
    """Make a folder and its parents so that their names are on disk too. Raises OSError."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def append_line(path: Path, line: bytes, *, settled: bool = True) -> None:
    """Append a line; a torn line before it stays apart. Raises OSError.

    settled: it is on disk on return; otherwise the system writes it within seconds, and only a power cut loses it.
    """
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _BINARY, 0o600)
    try:
        _write_all(handle, b"\n" + line + b"\n")
        if settled:
            os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk; Windows does that by itself and has no call for it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_BINARY = getattr(os, "O_BINARY", 0)


def _write_new(path: Path, pieces: Iterable[bytes]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        for piece in pieces:
            _write_all(handle, piece)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    """`os.write` may take only a part of the data, above all on a disk that is nearly full."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
