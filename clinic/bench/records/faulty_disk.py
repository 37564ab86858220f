"""A disk of which one call fails: the file functions of Python, and those that SQLCipher reads and writes with.

SQLite reaches every file through its VFS, a table of functions (https://www.sqlite.org/vfs.html). The table is found in
the library that holds SQLCipher and its functions are led past the disk's count. Where that library shows no table,
only Python's calls are counted; `reaches_databases` tells.
"""

import ctypes
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest import mock

from clinic.archive.database import LIBRARY

_PYTHON = ("open", "write", "fsync", "replace", "rename", "mkdir", "rmdir", "unlink", "listdir")


@dataclass(slots=True)
class Disk:
    """Its `at`-th call fails with the operating system's number `code`; calls: how many there were so far."""

    at: int
    code: int
    calls: int = 0

    def fails(self) -> bool:
        """Count a call, and return True for the one that fails."""
        self.calls += 1
        return self.calls == self.at

    def refuse(self) -> None:
        """Count a call, and raise OSError for the one that fails."""
        if self.fails():
            raise OSError(self.code, os.strerror(self.code))


@contextmanager
def failing(disk: Disk) -> Iterator[None]:
    """Let all files of this process lie on that disk."""
    with ExitStack() as patches:
        for name in _PYTHON:
            patches.enter_context(mock.patch.object(os, name, _refusing(getattr(os, name), disk)))
        patches.enter_context(mock.patch.object(io, "open", _reading(disk)))
        patches.enter_context(_failing_databases(disk))
        yield


def reaches_databases() -> bool:
    """True where the calls of SQLCipher fail too."""
    return _vfs() is not None


def _refusing(real: Callable[..., Any], disk: Disk) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        disk.refuse()
        return real(*given, **named)

    return call


def _reading(disk: Disk) -> Callable[..., Any]:
    """Return an `open` whose files count their reads; what is not read as bytes is opened as ever."""
    real = io.open

    class Counted(io.FileIO):
        def readinto(self, buffer: Any) -> int:
            disk.refuse()
            return super().readinto(buffer) or 0

        def readall(self) -> bytes:
            disk.refuse()
            return super().readall() or b""

    def opened(path: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
        disk.refuse()
        return io.BufferedReader(Counted(path)) if mode == "rb" else real(path, mode, *given, **named)

    return opened


# SQLite's tables, as its header lays them out. The functions that nobody leads astray stay bare addresses.

_INT, _ADDRESS = ctypes.c_int, ctypes.c_void_p


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("iVersion", _INT),
        ("szOsFile", _INT),
        ("mxPathname", _INT),
        *((name, _ADDRESS) for name in ("pNext", "zName", "pAppData", "xOpen", "xDelete")),
    )


_BEFORE_SHM = ("xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock", "xCheckReservedLock")
_AFTER = ("xFileControl", "xSectorSize", "xDeviceCharacteristics", "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap")


class _Methods(ctypes.Structure):
    _fields_ = (("iVersion", _INT), *((name, _ADDRESS) for name in (*_BEFORE_SHM, *_AFTER, "xFetch", "xUnfetch")))


_OPEN = ctypes.CFUNCTYPE(_INT, _ADDRESS, _ADDRESS, _ADDRESS, _INT, _ADDRESS)
_CANNOT_OPEN, _FULL, _IOERR_DELETE = 14, 13, 2570
# Of each function: what it takes beside the file, and what SQLite calls its failure.
_FILE_CALLS = {
    "xRead": (ctypes.CFUNCTYPE(_INT, _ADDRESS, _ADDRESS, _INT, ctypes.c_int64), 266),
    "xWrite": (ctypes.CFUNCTYPE(_INT, _ADDRESS, _ADDRESS, _INT, ctypes.c_int64), 778),
    "xSync": (ctypes.CFUNCTYPE(_INT, _ADDRESS, _INT), 1034),
    "xTruncate": (ctypes.CFUNCTYPE(_INT, _ADDRESS, ctypes.c_int64), 1546),
    "xShmMap": (ctypes.CFUNCTYPE(_INT, _ADDRESS, _INT, _INT, _INT, _ADDRESS), 5386),
}
_DELETE = ctypes.CFUNCTYPE(_INT, _ADDRESS, _ADDRESS, _INT)
_NEED_ROOM = ("xWrite", "xTruncate", "xShmMap")

_disk: Disk | None = None  # that the databases lie on; files which outlive it go on undisturbed


@cache
def _vfs() -> _Vfs | None:
    try:
        find = ctypes.CDLL(str(LIBRARY)).sqlite3_vfs_find
    except (OSError, AttributeError):
        return None
    find.restype, find.argtypes = ctypes.POINTER(_Vfs), [ctypes.c_char_p]
    found: _Vfs = find(None).contents
    return found


@contextmanager
def _failing_databases(disk: Disk) -> Iterator[None]:
    global _disk
    vfs = _vfs()
    if vfs is None:
        yield
        return
    before, _disk = (vfs.xOpen, vfs.xDelete), disk
    opening, deleting = _opening(_OPEN(before[0])), _leading(_DELETE, before[1], _IOERR_DELETE, needs_room=False)
    vfs.xOpen, vfs.xDelete = (ctypes.cast(call, _ADDRESS).value for call in (opening, deleting))
    try:
        yield
    finally:
        _disk = None
        vfs.xOpen, vfs.xDelete = before


def _opening(real: Any) -> Any:
    def call(vfs: int, name: int, file: int, flags: int, told: int) -> int:
        if _disk is not None and _disk.fails():
            ctypes.cast(file, ctypes.POINTER(_ADDRESS))[0] = None  # or SQLite would close what was never opened
            return _CANNOT_OPEN
        result: int = real(vfs, name, file, flags, told)
        methods = ctypes.cast(file, ctypes.POINTER(_ADDRESS))
        if result == 0 and methods[0]:
            methods[0] = ctypes.addressof(_led(methods[0])[0])
        return result

    return _OPEN(call)


@cache
def _led(address: int) -> tuple[_Methods, list[Any]]:
    """Return a copy of a table of methods whose calls are counted, and what must not be freed while it is used."""
    copy = _Methods.from_buffer_copy(ctypes.cast(address, ctypes.POINTER(_Methods)).contents)
    calls = []
    for name, (kind, code) in _FILE_CALLS.items():
        if real := getattr(copy, name):
            calls.append(_leading(kind, real, code, needs_room=name in _NEED_ROOM))
            setattr(copy, name, ctypes.cast(calls[-1], _ADDRESS).value)
    return copy, calls


def _leading(kind: Any, address: int, code: int, *, needs_room: bool) -> Any:
    real = kind(address)

    def call(*given: Any) -> int:
        if _disk is not None and _disk.fails():
            return _FULL if needs_room and _disk.code == errno.ENOSPC else code
        result: int = real(*given)
        return result

    return kind(call)
