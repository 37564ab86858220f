"""Each call to the disk fails once, in sixteen operations: a clear error or the work done, and nothing half."""

import errno
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clinic.archive import backup, trail
from clinic.archive.attachments import attach, attachments
from clinic.archive.audit import verify
from clinic.archive.device import Device
from clinic.archive.errors import ArchiveError, DiskFault, WrongPassphrase
from clinic.archive.store import Archive
from clinic.archive.trail import Wanted
from clinic.bench.records.faulty_disk import Disk, failing
from clinic.bench.records.ground import CASE, CHEAP, GROUNDS, OTHER, PASSPHRASE, Ground, Tally, pictured, words
from clinic.case import digest
from clinic.jobs import Progress

_CODES = (errno.EIO, errno.ENOSPC)
_MOST = 4000  # calls of one operation
_ATTACHED = 100_000  # bytes


@dataclass(frozen=True, slots=True)
class Operation:
    """Something done to an archive. done: whether the archive, opened again, shows that it was."""

    work: Callable[[Ground], object]
    done: Callable[[Archive], bool]


def faults(ground: Ground, stride: int) -> tuple[Tally, Mapping[str, Mapping[str, object]]]:
    """Fail every `stride`-th call of every operation; return how it went, and by operation the points and misses.

    A miss is a fault that was swallowed while the work was not done, words that are no ArchiveError, or an archive
    that is not whole afterwards, in its old or its new state.
    """
    tally, by_operation = Tally(), {}
    for name, operation in OPERATIONS.items():
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
            good = _stood(victim, operation, Disk(at, _CODES[turn % len(_CODES)]))
        if good is None:
            break
        stood[at] = good
    return stood


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
