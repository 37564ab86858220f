"""The only place that opens files for writing: all of a file, or nothing of it."""

import contextlib
import errno
import os
import secrets
from pathlib import Path

from clinic.export.errors import DiskFull, FolderNotWritable, NotWritten
from clinic.words import say

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file so that at every moment its name holds either the old content or all of the new.

    The bytes go to a new file in the same folder, onto the disk, and then take the name. Raises DiskFull,
    FolderNotWritable or NotWritten; the new file is then removed.
    """
    new = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            _write_through(new, data)
            new.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                new.unlink()
            raise
        _settle(path.parent)
    except OSError as error:
        raise _in_words(path, error) from error


def _write_through(path: Path, data: bytes) -> None:
    with path.open("xb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def _settle(folder: Path) -> None:
    """Put the new name itself onto the disk, where the system lets a folder be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _in_words(path: Path, error: OSError) -> NotWritten:
    if error.errno in _FULL:
        return DiskFull(path)
    if error.errno in _CLOSED:
        return FolderNotWritable(path)
    return NotWritten(
        path,
        say("the disk reports “{strerror}”", strerror=error.strerror),
        say("Choose another folder or check the disk."),
    )
