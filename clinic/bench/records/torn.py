"""Writes that a power cut tears, a disk that fills up, clocks that are turned: opened again, nothing is lost."""

import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest import mock

from clinic.archive import clock
from clinic.archive.errors import ArchiveError, DiskFull
from clinic.archive.trail import Wanted
from clinic.bench.records.crashes import acknowledged_and_killed, kept
from clinic.bench.records.ground import CASE, Ground, Tally, pictured, words
from clinic.case import digest

_PAGE, _WAL_HEADER, _FRAME_HEADER = 4096, 32, 24
_FRAME = _PAGE + _FRAME_HEADER
_DISK_MIB = 8


def torn_writes(ground: Ground, tries: int) -> Tally:
    """Tear the write-ahead log behind its last commit, or a checkpoint that was on its way into the database.

    A miss is an acknowledged state that is not there, whole.
    """
    tally = Tally()
    with ground.copied() as victim:
        acknowledged = acknowledged_and_killed(victim)
        log, database = victim.folder / "vault.db-wal", victim.folder / "vault.db"
        whole = {path: path.read_bytes() for path in victim.folder.iterdir() if path.is_file()}
        memory = {path: path.read_bytes() for path in (victim.home / "device").iterdir()}
        for number in range(tries):
            if number % 2:
                log.write_bytes(whole[log] + victim.rng.randbytes(victim.rng.randrange(1, 3 * _FRAME)))
            else:
                database.write_bytes(_half_moved(whole[log], whole[database], victim))
            tally.add(kept(victim, acknowledged, thorough=False))
            for path, content in (whole | memory).items():
                path.write_bytes(content)
            (victim.folder / "vault.db-shm").unlink(missing_ok=True)
    return tally


def _half_moved(log: bytes, database: bytes, victim: Ground) -> bytes:
    """Return the database with one to three pages of the log in it, each cut off somewhere."""
    frames = range(_WAL_HEADER, len(log) - _FRAME + 1, _FRAME)
    ends = [at for at in frames if struct.unpack_from(">I", log, at + 4)[0]]  # frames that commit
    torn = bytearray(database)
    for at in victim.rng.sample(range(_WAL_HEADER, ends[-1] + 1, _FRAME), victim.rng.randrange(1, 4)):
        page, cut = struct.unpack_from(">I", log, at)[0] - 1, victim.rng.randrange(1, _PAGE)
        torn[len(torn) :] = bytes(max(0, (page + 1) * _PAGE - len(torn)))
        torn[page * _PAGE : page * _PAGE + cut] = log[at + _FRAME_HEADER : at + _FRAME_HEADER + cut]
    return bytes(torn)


def full_disk(ground: Ground, tries: int) -> Tally | None:
    """Work on a small disk until it is full; None where none may be mounted.

    A miss is a fault that was not told as such, or an archive that is not whole once there is room again.
    """
    tally = Tally()
    for _ in range(tries):
        with ground.copied() as victim, ExitStack() as mounted:
            small = victim.home / "small"
            if not mounted.enter_context(_small_disk(small)):
                return None
            shutil.copytree(victim.folder, small / "archive")
            tally.add(_filled(Ground(small, victim.rng), victim))
    return tally


def _filled(crowded: Ground, memory: Ground) -> bool:
    folder, filler = crowded.folder, crowded.home / "filler"
    shutil.rmtree(memory.folder)
    memory.folder.symlink_to(folder)
    filler.write_bytes(bytes(crowded.rng.randrange(4, 7) << 20))
    recorded = digest(pictured(3))
    with mock.patch("clinic.archive.transaction.ROOM_BYTES", 0):
        try:
            with memory.open() as archive:
                for number in range(4, 2000):
                    archive.commit(pictured(number), words(number))
                    recorded = digest(pictured(number))
        except DiskFull:
            pass
        except ArchiveError:
            return False
        filler.unlink()
        with memory.open() as archive:
            there = digest(archive.open_case(CASE)[0])
    return there == recorded and not memory.faults(full=True)


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MIB}m", "none", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def turned_clocks(ground: Ground, tries: int) -> Tally:
    """Turn the clock back or forward by seconds to a year; a miss is a turn that the audit does not tell."""
    tally = Tally()
    with ground.copied() as victim:
        for number in range(tries):
            turn = timedelta(seconds=victim.rng.uniform(3.0, 3.2e7) * (1 if number % 2 else -1))
            with victim.open() as archive:
                before = len(archive.audit(Wanted(event="clock-skew")))
                turned = replace(clock.now(), utc=clock.now().utc + turn)
                with mock.patch("clinic.archive.clock.now", return_value=turned):
                    archive.record("list", "look at the list")
                told = len(archive.audit(Wanted(event="clock-skew"))) > before
            tally.add(told and not victim.faults())
    return tally
