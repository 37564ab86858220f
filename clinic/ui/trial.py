"""The folder of an archive that is thrown away, also where the window could not do so itself."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QLockFile

_PREFIX, _LOCK = "clinic-trial-", "in-use.lock"


@contextmanager
def folder() -> Iterator[Path]:
    """Lend a folder for as long as the window is there; what is written there is sealed from its first byte."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        lock = _lock(Path(name))
        lock.lock()
        yield Path(name)
        lock.unlock()


def sweep() -> None:
    """Take away the folders of windows that were killed; those of windows that run are locked and stay."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        lock = _lock(left)
        if (left / _LOCK).is_file() and lock.tryLock(0):
            lock.unlock()
            shutil.rmtree(left, ignore_errors=True)


def _lock(place: Path) -> QLockFile:
    """Return a lock that ends with the program that holds it, however that ends, and never by its age."""
    made = QLockFile(str(place / _LOCK))
    made.setStaleLockTime(0)
    return made
