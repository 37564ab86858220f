"""Keeps the network library's remarks off standard error; it offers Python no switch for them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

_REMARK = b"INFO:"
_STDERR = 2  # the library writes to the descriptor, not to sys.stderr
_lock = Lock()  # the descriptor belongs to the whole process


@contextmanager
def without_remarks() -> Iterator[None]:
    """Hold back what the process writes to standard error, then pass on all lines that are no remark."""
    with _lock:
        stderr = _duplicate()
        if stderr is None:
            yield
            return
        with TemporaryFile() as held:
            os.dup2(held.fileno(), _STDERR)
            try:
                yield
            finally:
                os.dup2(stderr, _STDERR)
                os.close(stderr)
                _pass_on(held)


def _duplicate() -> int | None:
    """Return a second descriptor of standard error; None in a program that has none, as with a window alone."""
    try:
        return os.dup(_STDERR)
    except OSError:
        return None


def _pass_on(held: IO[bytes]) -> None:
    held.seek(0)
    words = b"".join(line for line in held if not line.startswith(_REMARK))
    with suppress(OSError):  # nobody listens any more
        os.write(_STDERR, words)
