"""Claims: a file that a living process holds, so that others can tell its work from what a dead one left behind.

The operating system lets go of a claim when its holder ends, however it ends.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinic.archive.errors import ArchiveBusy

SUFFIX = ".claim"


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Hold a claim, whose file is there for as long as it is held. Raises ArchiveBusy if another holds it; OSError."""
    handle = _take(path)
    try:
        yield
    finally:
        _drop(path, handle)


def held(path: Path) -> bool:
    """Return True if a living process, this one too, holds the claim, and remove it if none does. Raises OSError."""
    if not path.exists():
        return False
    try:
        with claimed(path):
            return False
    except ArchiveBusy:
        return True


def _take(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
            # Its holder may have let go, and removed the file, between our opening and our locking.
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except BlockingIOError:
            os.close(handle)
            raise ArchiveBusy from None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _drop(path: Path, handle: int) -> None:
    if sys.platform != "win32":
        with suppress(OSError):  # before the lock is let go, so that nobody takes a name that is about to vanish
            path.unlink(missing_ok=True)
    os.close(handle)
    if sys.platform == "win32":
        with suppress(OSError):  # there, an open file cannot be removed; one that another took meanwhile stays
            path.unlink(missing_ok=True)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
