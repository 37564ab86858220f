"""Each call of the operating system's file functions fails once, in sixteen operations: a clear error, nothing half."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from clinic.archive import backup, vault
from clinic.archive.attachments import attach
from clinic.archive.audit import verify
from clinic.archive.errors import ArchiveError, WrongPassphrase
from clinic.archive.store import Archive
from clinic.archive.trail import Wanted
from clinic.bench.records.ground import CASE, CHEAP, GROUNDS, OTHER, PASSPHRASE, Ground, Tally, pictured, words
from clinic.case import digest
from clinic.jobs import Progress

_CALLS = ("open", "write", "fsync", "replace", "mkdir", "read")
_CODES = (errno.EIO, errno.ENOSPC)
_MOST = 400  # calls of one operation
_ATTACHED = 100_000  # bytes

Operation = Callable[[Ground], None]


def faults(ground: Ground, stride: int) -> tuple[Tally, Mapping[str, Mapping[str, object]]]:
    """Fail every `stride`-th call of every operation; return how it went, and by operation the points and misses.

    A miss is a fault that was swallowed while the work was not done, words that are no ArchiveError, or an archive
    that is not whole afterwards, in its old or its new state.
    """
    tally, by_operation = Tally(), {}
    for name, operation in _OPERATIONS.items():
        stood = _each(ground, operation, stride)
        for good in stood.values():
            tally.add(good)
        by_operation[name] = {"points": len(stood), "missed": [at for at, good in stood.items() if not good]}
    return tally, by_operation


def _each(ground: Ground, operation: Operation, stride: int) -> dict[int, bool]:
    """Return by number of the failing call whether the archive stood it."""
    stood: dict[int, bool] = {}
    for turn, at in enumerate(range(1, _MOST, stride)):
        with ground.copied() as victim:
            good = _stood(victim, operation, at, _CODES[turn % len(_CODES)])
        if good is None:
            break
        stood[at] = good
    return stood


def _stood(victim: Ground, operation: Operation, at: int, code: int) -> bool | None:
    """Try one fault point; None if the operation has fewer calls."""
    told = True
    with _failing(at, code) as calls:
        try:
            operation(victim)
        except ArchiveError:
            pass
        except BaseException:
            told = False
        if calls() < at:
            return None
    return told and _whole(victim)


def _whole(victim: Ground) -> bool:
    if any(path.name.endswith(".tmp") for path in victim.home.iterdir()):
        return False
    with _opened(victim) as archive:
        found = [digest(archive.open_case(summary.id)[0]) for summary in archive.cases()]
    known = set(found) <= {digest(pictured(number)) for number in (0, 2, 3, 9)}
    return known and not victim.faults(full=True, passphrase=_passphrase(victim))


def _opened(victim: Ground) -> Archive:
    return victim.open(_passphrase(victim))


def _passphrase(victim: Ground) -> str:
    """Return the passphrase that opens, the one before or the one after a change."""
    with suppress(WrongPassphrase):
        vault.unlock(victim.folder, PASSPHRASE, victim.device).close()
        return PASSPHRASE
    return OTHER


@contextmanager
def _failing(at: int, code: int) -> Iterator[Callable[[], int]]:
    count, real = 0, {name: getattr(os, name) for name in _CALLS}

    def broken(name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == at:
                raise OSError(code, os.strerror(code))
            return real[name](*given, **named)

        return call

    for name in _CALLS:
        setattr(os, name, broken(name))
    try:
        yield lambda: count
    finally:
        for name in _CALLS:
            setattr(os, name, real[name])


def _with_archive(work: Callable[[Archive], object]) -> Operation:
    def operation(victim: Ground) -> None:
        with victim.open() as archive:
            work(archive)

    return operation


def _create(victim: Ground) -> None:
    fresh = victim.home / "fresh"
    try:
        Archive.create(fresh, PASSPHRASE, "Dr Bob", cost=CHEAP, device=victim.device).close()
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _restore(victim: Ground) -> None:
    with victim.open() as archive:
        archive.back_up(victim.home / "backup", Progress())
    backup.restore(victim.home / "backup", victim.folder, PASSPHRASE, "proof", Progress(), device=victim.device)


def _verify(victim: Ground) -> None:
    verify(victim.folder, PASSPHRASE, device=victim.device)


_OPERATIONS: Mapping[str, Operation] = {
    "create": _create,
    "open": _with_archive(lambda archive: None),
    "first commit": _with_archive(lambda archive: archive.commit(pictured(0), words(0))),
    "commit with pictures": _with_archive(lambda archive: archive.commit(pictured(9), words(9))),
    "undo": _with_archive(lambda archive: archive.move(CASE, 3, "Undo", "undo")),
    "record": _with_archive(lambda archive: archive.record("view", "look")),
    "list": _with_archive(lambda archive: archive.cases()),
    "open case": _with_archive(lambda archive: archive.open_case(CASE)),
    "read audit": _with_archive(lambda archive: archive.audit(Wanted())),
    "change passphrase": _with_archive(lambda archive: archive.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)),
    "search": _with_archive(lambda archive: archive.search("ground")),
    "attach": _with_archive(lambda archive: attach(archive, CASE, "slices", [bytes(_ATTACHED)], "Attach slices")),
    "renew the vault key": _with_archive(lambda archive: archive.renew_vault_key(Progress())),
    "erase": _with_archive(lambda archive: archive.erase_patient(GROUNDS, "asked in writing")),
    "back up and restore": _restore,
    "verify": _verify,
}
