"""A folder that is built beside its place and takes it whole: killed at any moment, the old one is there or the new."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinic.archive.claims import SUFFIX, claimed
from clinic.archive.durable import TEMPORARY, make_folder, sync_folder


@contextmanager
def built(target: Path) -> Iterator[Path]:
    """Give a folder to build in, which vanishes again unless it was `put`.

    What an earlier attempt left there is cleared away first. Raises ArchiveBusy if another process builds for the same
    place, and OSError.
    """
    make_folder(target.parent)
    with _claimed(target):
        _settle(target)
        building = _building(target)
        try:
            building.mkdir(mode=0o700)
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)


def put(building: Path, target: Path, replaced: Path | None = None) -> None:
    """Give what was built its place. replaced: where that goes which is there now.

    Once it is called ready it counts: should its place be found empty, `settle` puts it there. Raises OSError; then all
    is as before.
    """
    for folder in {path.parent for path in building.rglob("*")}:
        sync_folder(folder)
    ready, target = _ready(target), target.resolve()
    building.replace(ready)
    try:
        sync_folder(target.parent)
        if replaced is not None:
            target.replace(replaced)
        elif target.exists():
            target.rmdir()
        ready.replace(target)
    except BaseException:
        if replaced is not None and replaced.exists() and not target.exists():
            replaced.replace(target)
        shutil.rmtree(ready, ignore_errors=True)
        raise
    sync_folder(target.parent)


def settle(target: Path) -> None:
    """Finish, or clear away, what a process that died has begun for this place. Raises ArchiveBusy, OSError."""
    if _ready(target).exists() or _building(target).exists():
        with _claimed(target):
            _settle(target)


def _settle(target: Path) -> None:
    ready, target = _ready(target), target.resolve()
    if ready.exists() and not target.exists():
        ready.replace(target)
        sync_folder(target.parent)
    for left in (ready, _building(target)):
        if left.exists():
            shutil.rmtree(left)


@contextmanager
def _claimed(target: Path) -> Iterator[None]:
    with claimed(_beside(target, SUFFIX)):
        yield


def _building(target: Path) -> Path:
    return _beside(target, f".building{TEMPORARY}")


def _ready(target: Path) -> Path:
    return _beside(target, ".ready")


def _beside(target: Path, end: str) -> Path:
    place = target.resolve()  # "." has no name
    return place.parent / f".{place.name}{end}"
