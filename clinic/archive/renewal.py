"""New files for an archive, all at once: built inside it, called ready by one rename, then moved in; never half."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinic.archive.database import LOGS
from clinic.archive.durable import TEMPORARY, sync_folder
from clinic.archive.errors import ArchiveBusy
from clinic.archive.presence import alone, present

_READY = "renewed"


@contextmanager
def built(folder: Path) -> Iterator[Path]:
    """Give a folder for the new files, which vanishes unless they were called ready."""
    building = _building(folder)
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


def put(building: Path) -> None:
    """Call the new files ready and move them in, while nobody has the archive open. Raises OSError.

    From the first rename on they count: what cannot be moved now is moved before the next opening.
    """
    folder = building.parent
    sync_folder(building)
    building.replace(folder / _READY)
    sync_folder(folder)
    _move_in(folder)


def pending(folder: Path) -> bool:
    """Return True if new files wait to be moved in: what is written to the old ones from now on will be lost."""
    return (folder / _READY).exists()


def settle(folder: Path) -> None:
    """Move in what a process that died has called ready, and clear what it has not. Raises ArchiveBusy, OSError."""
    if pending(folder):
        with present(folder) as own, alone(folder, own):
            _move_in(folder)
    if _building(folder).exists():
        with suppress(ArchiveBusy), present(folder) as own, alone(folder, own):
            shutil.rmtree(_building(folder))


def _building(folder: Path) -> Path:
    return folder / f"{_READY}{TEMPORARY}"


def _move_in(folder: Path) -> None:
    ready = folder / _READY
    for fresh in sorted(ready.iterdir()) if ready.exists() else ():
        for log in LOGS:  # they belong to the old one
            (folder / f"{fresh.name}{log}").unlink(missing_ok=True)
        fresh.replace(folder / fresh.name)
    sync_folder(folder)
    ready.rmdir()
