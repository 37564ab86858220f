"""The proving ground: a small archive in a folder of its own, copied fresh for every attack."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from clinic.archive import audit, vault
from clinic.archive.crypto import Argon2Cost
from clinic.archive.device import Device
from clinic.archive.errors import DamagedArchive, DamagedKeyFile, OldKeyFile
from clinic.archive.store import Archive
from clinic.case import Acquisition, Case, Edit, Patient, Photo, Plan

PASSPHRASE = "proving ground of the records"
OTHER = "another passphrase of the ground"
CHEAP = Argon2Cost(passes=2, memory_kib=19 * 1024)  # the floor: here guessing is not what is tried
_MEMORY_DISK, _ROOM_BYTES = Path("/dev/shm"), 1 << 30
CASE, GROUNDS = "proving-ground", "p-proving-ground"  # of the case and its patient


@dataclass(slots=True)
class Tally:
    """What became of many attempts. missed: not detected, not clean or lost, by what is tried."""

    tries: int = 0
    missed: int = 0

    def add(self, good: bool) -> None:
        """Count one attempt."""
        self.tries += 1
        self.missed += not good


@dataclass(frozen=True, slots=True)
class Ground:
    """A closed archive beside the memory of its device."""

    home: Path
    rng: random.Random

    @property
    def folder(self) -> Path:
        """The archive."""
        return self.home / "archive"

    @property
    def device(self) -> Device:
        """The installation that wrote it."""
        return Device.load(self.home / "device")

    def open(self, passphrase: str = PASSPHRASE) -> Archive:
        """Open the archive."""
        return Archive.open(self.folder, passphrase, device=self.device)

    def faults(self, full: bool = False, passphrase: str = PASSPHRASE) -> tuple[str, ...]:
        """Return what a check finds, recording nothing."""
        try:
            opened = vault.unlock(self.folder, passphrase, self.device)
        except (DamagedKeyFile, DamagedArchive, OldKeyFile) as damage:
            return (str(damage),)
        try:
            return audit.check(opened, full=full).faults
        finally:
            opened.close()

    @contextmanager
    def copied(self, place: Path | None = None) -> Iterator["Ground"]:
        """Give a copy that may be attacked, in a folder inside `place`, or beside this one."""
        with tempfile.TemporaryDirectory(dir=place or self.home.parent) as home:
            shutil.copytree(self.home, home, dirs_exist_ok=True)
            yield Ground(Path(home), self.rng)


def memory_disk() -> Path | None:
    """Return a folder that lies in memory and has room for copies, None where there is none."""
    if not _MEMORY_DISK.is_dir() or shutil.disk_usage(_MEMORY_DISK).free < _ROOM_BYTES:
        return None
    return _MEMORY_DISK


@contextmanager
def prepared(seed: int) -> Iterator[Ground]:
    """Give an archive with a few states of one case, two pictures each, and its log-off."""
    with tempfile.TemporaryDirectory() as home:
        ground = Ground(Path(home), random.Random(seed))
        with Archive.create(ground.folder, PASSPHRASE, "Dr Ada", cost=CHEAP, device=ground.device) as archive:
            for number in range(4):
                archive.commit(pictured(number), words(number))
            archive.search("ground")  # so that the index is there to be attacked
        yield ground


def pictured(number: int) -> Case:
    """Return a state of the case that no other number gives."""
    noise = np.random.default_rng(number).integers(0, 256, (2, 40, 40, 3)).astype(np.uint8)
    photos = tuple(Photo(pixels, f"photo {k}") for k, pixels in enumerate(noise))
    return planned(Case(CASE, Patient(GROUNDS, "Ground"), acquisition=Acquisition(photos)), number)


def planned(case: Case, number: int) -> Case:
    """Return a case with a plan that no other number gives."""
    return replace(case, plan=Plan((Edit("genioplasty", (("forward_mm", float(number)),)),)))


def words(number: int) -> str:
    """Return what is recorded of a state."""
    return f"state {number}"
