"""Starts `clinic.intake.child`, the limited process in which files from outside are parsed.

The child gets the bytes and no path, none of our environment (so no passphrase and no key), may write no file, and is
ended when it takes too long. It answers with one JSON header and raw arrays: nothing that it sends can run here.
Windows has no resource limits for a process to set on itself: there only the time limit holds.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from clinic.errors import ClinicError
from clinic.intake.errors import ReaderStopped
from clinic.intake.files import Outside
from clinic.jobs import Cancelled, Progress
from clinic.words import say

TIME_LIMIT_S = 30.0
_HEADER_LIMIT = 32 * 2**20
_ARRAYS_LIMIT = 2**30
_DTYPES = {"uint8": np.uint8, "int16": np.int16, "int32": np.int32, "float32": np.float32, "float64": np.float64}
# Nothing of our own environment goes over but what a process needs to start at all.
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reader made of a file: plain facts, and arrays by name."""

    facts: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


class Refused(Exception):
    """The reader understood the file and will not take it: `code` and facts, for the caller to put into words."""

    def __init__(self, code: str, facts: dict[str, Any]) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def parse(reader: str, file: Outside, progress: Progress, limit_s: float = TIME_LIMIT_S) -> Parsed:
    """Parse a file in a fresh child process with the reader of that name.

    Raises Refused with the reader's code, ReaderStopped if the child crashed, ran out of time or memory or answered
    nonsense, and Cancelled after `progress.cancel()`.
    """
    with _child() as process:
        watch = _Watch(process, progress, limit_s)
        try:
            return _exchange(process, reader, file)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _why(watch, file.name) from error
        finally:
            watch.end()


@contextlib.contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-m", "clinic.intake.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


class _Watch:
    """Kills the child when its time is over or the user gives up."""

    def __init__(self, process: subprocess.Popen[bytes], progress: Progress, limit_s: float) -> None:
        self._process, self._progress = process, progress
        self._until = time.monotonic() + limit_s
        self._over = threading.Event()
        self.late = False
        self.cancelled = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(0.05):
            self.cancelled = self._progress.cancelled
            self.late = time.monotonic() > self._until
            if self.cancelled or self.late:
                self._process.kill()
                return

    def end(self) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()


def _exchange(process: subprocess.Popen[bytes], reader: str, file: Outside) -> Parsed:
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes to the child")
    request = json.dumps({"reader": reader, "bytes": len(file.data)}).encode()
    process.stdin.write(request + b"\n")
    process.stdin.write(file.data)
    process.stdin.close()
    header = json.loads(_exactly(process.stdout, _length(process.stdout)))
    if "refused" in header:
        raise Refused(str(header["refused"]), dict(header["facts"]))
    return Parsed(dict(header["facts"]), _arrays(process.stdout, header["arrays"]))


def _length(pipe: IO[bytes]) -> int:
    length = int.from_bytes(_exactly(pipe, 4), "little")
    if length > _HEADER_LIMIT:
        raise ValueError("header too long")
    return length


def _arrays(pipe: IO[bytes], described: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Take the raw arrays; what the child says of them is checked before memory is given."""
    arrays: dict[str, NDArray[Any]] = {}
    left = _ARRAYS_LIMIT
    for entry in described:
        dtype = np.dtype(_DTYPES[entry["dtype"]])
        shape = tuple(int(side) for side in entry["shape"])
        size = dtype.itemsize
        for side in shape:
            size *= side
        if not 0 <= size <= left or any(side < 0 for side in shape):
            raise ValueError("array too large")
        left -= size
        arrays[str(entry["name"])] = np.frombuffer(_exactly(pipe, size), dtype).reshape(shape)
    return arrays


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) != count:
        raise ValueError(say("the child stopped in the middle"))
    return data


def _why(watch: _Watch, name: str) -> ClinicError | Cancelled:
    """Say why there was no whole answer."""
    if watch.cancelled:
        return Cancelled()
    if watch.late:
        return ReaderStopped(name, say("it took too long"))
    return ReaderStopped(name, say("it made the reader fail, or wanted more memory than a real file needs"))
