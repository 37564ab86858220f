"""Each call to the disk fails once, in sixteen operations: a clear error or the work done, and nothing half."""

import errno
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from clinic.archive import backup, trail
from clinic.archive.attachments import attach, attachments
from clinic.archive.audit import verify
from clinic.archive.device import Device
from clinic.archive.errors import ArchiveError, DiskFault, WrongPassphrase
from clinic.archive.store import Archive
from clinic.archive.trail import Wanted
from clinic.bench.records.faulty_disk import Disk, failing
from clinic.bench.records.ground import CASE, CHEAP, GROUNDS, OTHER, PASSPHRASE, Ground, pictured, words
from clinic.case import digest
from clinic.jobs import Progress

_CODES = (errno.EIO, errno.ENOSPC)
_SHARE = 40  # points of one round
_ATTACHED = 100_000  # bytes


@dataclass(frozen=True, slots=True)
class Operation:
    """Something done to an archive. done: whether the archive, opened again, shows that it was."""

    work: Callable[[Ground], object]
    done: Callable[[Archive], bool]


@dataclass(frozen=True, slots=True)
class Round:
    """Some calls of an operation that are to fail, each by number with its errno. every: every so-maniest one does."""

    ground: Ground
    name: str
    calls: int
    every: int
    points: tuple[tuple[int, int], ...]


def rounds(ground: Ground, most: int) -> list[Round]:
    """Return what to try: of each operation every call, or as many of them, evenly spread, as `most` allows."""
    found = []
    for name in OPERATIONS:
        calls = _calls(ground, name)
        every = -(-calls // most)
        points = tuple(zip(range(1, calls + 1, every), cycle(_CODES), strict=False))
        found += [
            Round(ground, name, calls, every, points[begin : begin + _SHARE]) for begin in range(0, len(points), _SHARE)
        ]
    return found


def stood(part: Round) -> Mapping[int, bool]:
    """Return by number of the failing call whether the archive stood it.

    It did not where a fault was swallowed and the work not done, where the words were no ArchiveError, and where the
    archive is not whole afterwards, in its old or its new state.
    """
    answers = {}
    for at, code in part.points:
        with part.ground.copied() as victim:
            good = _stood(victim, OPERATIONS[part.name], Disk(at, code))
        if good is not None:
            answers[at] = good
    return answers


def _calls(ground: Ground, name: str) -> int:
    """Return how many calls an operation makes when none of them fails."""
    disk = Disk(0, 0)
    with ground.copied() as victim, failing(disk):
        OPERATIONS[name].work(victim)
    return disk.calls


def _stood(victim: Ground, operation: Operation, disk: Disk) -> bool | None:
    """Try one fault point; None if the operation has fewer calls."""
    told = False
    try:
        with failing(disk):
            operation.work(victim)
    except ArchiveError:
        told = True
    except Exception:
        return False
    if disk.calls < disk.at:
        return None
    return _whole(victim, operation, told)


def _whole(victim: Ground, operation: Operation, told: bool) -> bool:
    """Return True if the archive opens in its old or its new state, in the new one unless a fault was told."""
    with _opened(victim) as archive:
        done = told or operation.done(archive)
        found = [digest(archive.open_case(summary.id)[0]) for summary in archive.cases()]
        report = archive.verify(full=True)
    known = set(found) <= {digest(pictured(number)) for number in (0, 2, 3, 9)}
    left = any(path.name.endswith(".tmp") for path in victim.home.iterdir())
    return done and known and not left and not report.faults


def _opened(victim: Ground) -> Archive:
    """Open with the passphrase before or after a change."""
    with suppress(WrongPassphrase):
        return victim.open()
    return victim.open(OTHER)


def _opens(passphrase: str) -> Callable[[Archive], bool]:
    def opens(archive: Archive) -> bool:
        archive.proven(passphrase)
        return True

    return opens


def _with_archive(work: Callable[[Archive], object]) -> Callable[[Ground], None]:
    def operation(victim: Ground) -> None:
        with victim.open() as archive:
            work(archive)

    return operation


def _recorded(event: str, times: int = 1) -> Callable[[Archive], bool]:
    """Return whether the audit tells an event so many times."""

    def told(archive: Archive) -> bool:
        with archive.transaction(reading=True) as transaction:
            return len(trail.entries(transaction, Wanted(event=event))) >= times

    return told


def _shows(number: int) -> Callable[[Archive], bool]:
    return lambda archive: digest(archive.open_case(CASE)[0]) == digest(pictured(number))


def _create(victim: Ground) -> None:
    fresh = _fresh(victim.folder)
    try:
        Archive.create(fresh, PASSPHRASE, "Dr Bob", cost=CHEAP, device=victim.device).close()
    except ArchiveError:
        if fresh.exists() and not _is_whole(fresh):  # it may be there, but then to be used
            raise RuntimeError("half an archive was left") from None
        raise


def _is_whole(folder: Path) -> bool:
    return verify(folder, PASSPHRASE, full=True, device=Device.load(folder.parent / "device")).faults == ()


def _fresh(folder: Path) -> Path:
    return folder.parent / "fresh"


def _restore(victim: Ground) -> None:
    with victim.open() as archive:
        archive.back_up(victim.home / "backup", Progress())
    backup.restore(victim.home / "backup", victim.folder, PASSPHRASE, "proof", Progress(), device=victim.device)


def _verify(victim: Ground) -> None:
    report = verify(victim.folder, PASSPHRASE, device=victim.device)
    if report.faults:
        raise RuntimeError("a disk that misread once was taken for damage")
    if any("could not be recorded" in note for note in report.notes):
        raise DiskFault


OPERATIONS: Mapping[str, Operation] = {
    "create": Operation(_create, lambda archive: _is_whole(_fresh(archive.folder))),
    "open": Operation(_with_archive(lambda archive: None), _recorded("open", 3)),
    "commit": Operation(_with_archive(lambda archive: archive.commit(pictured(0), words(0))), _shows(0)),
    "commit with pictures": Operation(_with_archive(lambda archive: archive.commit(pictured(9), words(9))), _shows(9)),
    "undo": Operation(_with_archive(lambda archive: archive.move(CASE, 3, "Undo", "undo")), _shows(2)),
    "record": Operation(_with_archive(lambda archive: archive.record("view", "look")), _recorded("view")),
    "list": Operation(_with_archive(lambda archive: archive.cases()), _recorded("list")),
    "open case": Operation(_with_archive(lambda archive: archive.open_case(CASE)), _recorded("view")),
    "read audit": Operation(_with_archive(lambda archive: archive.audit(Wanted())), _recorded("view-audit")),
    "change passphrase": Operation(
        _with_archive(lambda archive: archive.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)), _opens(OTHER)
    ),
    "search": Operation(_with_archive(lambda archive: archive.search("ground")), _recorded("search", 2)),
    "attach": Operation(
        _with_archive(lambda archive: attach(archive, CASE, "slices", [bytes(_ATTACHED)], "Attach slices")),
        lambda archive: len(attachments(archive, CASE)) == 1,
    ),
    "renew the vault key": Operation(
        _with_archive(lambda archive: archive.renew_vault_key(Progress())), _recorded("renew-vault-key")
    ),
    "erase": Operation(
        _with_archive(lambda archive: archive.erase_patient(GROUNDS, "asked in writing")),
        lambda archive: archive.cases() == (),
    ),
    "back up and restore": Operation(_restore, _recorded("restore")),
    "verify": Operation(_verify, _recorded("verify")),
}
