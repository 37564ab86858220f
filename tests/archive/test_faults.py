"""What a full disk, a failing disk and a power cut leave behind: what was acknowledged, whole, and nothing half."""

import errno
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import case as sample_case
from vaults import CHEAP, PASSPHRASE, files, fill

from clinic.archive.audit import verify
from clinic.archive.errors import ArchiveError, DiskFault, DiskFull
from clinic.archive.store import Archive
from clinic.case import Acquisition, Case, Photo, digest

CALLS = ("open", "write", "fsync", "mkdir", "replace")


def pictured(seed: int) -> Case:
    """A case with two pictures of its own."""
    noise = np.random.default_rng(seed).integers(0, 256, (2, 40, 40, 3)).astype(np.uint8)
    photos = tuple(Photo(pixels, f"photo {number}") for number, pixels in enumerate(noise))
    return replace(sample_case(), acquisition=Acquisition(photos), face=None)


@contextmanager
def failing(at: int, code: int, *, once: bool) -> Iterator[Callable[[], int]]:
    """Let the `at`-th call of the operating system's file functions fail, and the later ones too unless `once`."""
    count = 0

    def broken(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            nonlocal count
            if real is _real_open and not args[1] & os.O_CREAT:
                return real(*args, **named)  # reading needs no room
            count += 1
            if count == at or (count > at and not once):
                raise OSError(code, os.strerror(code))
            return real(*args, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, broken(getattr(os, name)))
        yield lambda: count


def _short_write(handle: int, data: bytes) -> int:
    return _real_write(handle, data[: max(1, len(data) // 2)])


_real_open, _real_write = os.open, os.write


@pytest.mark.parametrize(
    ("code", "once", "error"),
    [(errno.ENOSPC, False, DiskFull), (errno.ENOSPC, True, DiskFull), (errno.EIO, True, DiskFault)],
)
def test_a_fault_at_each_call_of_a_commit_leaves_nothing_half(
    archive: Archive, folder: Path, code: int, once: bool, error: type[ArchiveError]
) -> None:
    archive.commit(pictured(0), "Take photos")
    failed = 0
    for at in range(1, 200):
        before, content = digest(archive.open_case("c-0001")[0]), files(folder / "blobs").keys()
        with failing(at, code, once=once) as calls:
            try:
                archive.commit(pictured(at), "Take other photos")
            except error:
                failed += 1
                recorded = False
            else:
                recorded = True
            enough = calls() < at
        expected = digest(pictured(at)) if recorded else before
        assert digest(archive.open_case("c-0001")[0]) == expected
        assert recorded or files(folder / "blobs").keys() == content
        if enough:
            break
    assert failed > 10
    archive.close()
    report = verify(folder, PASSPHRASE, full=True)
    assert (report.faults, report.notes) == ((), ())


def test_short_writes_are_completed(archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", _short_write)
    archive.commit(pictured(1), "Take photos")
    monkeypatch.undo()
    archive.close()
    with Archive.open(folder, PASSPHRASE) as again:
        assert digest(again.open_case("c-0001")[0]) == digest(pictured(1))


def test_what_failed_can_be_done_again(archive: Archive, folder: Path) -> None:
    case = pictured(1)
    with failing(12, errno.ENOSPC, once=True), pytest.raises(DiskFull):
        archive.commit(case, "Take photos")
    archive.commit(case, "Take photos")
    archive.close()
    with Archive.open(folder, PASSPHRASE) as again:
        assert digest(again.open_case("c-0001")[0]) == digest(case)


def view_until_full(archive: Archive) -> None:
    for _ in range(300):
        archive.record("view", "x" * 4000)


def test_a_full_database_is_told_and_the_archive_goes_on(archive: Archive, folder: Path) -> None:
    archive.commit(pictured(0), "Take photos")
    fill(archive)
    with pytest.raises(DiskFull, match="Free some space"):
        view_until_full(archive)
    archive.close()
    with Archive.open(folder, PASSPHRASE) as again:
        assert digest(again.open_case("c-0001")[0]) == digest(pictured(0))
        again.commit(pictured(1), "Take other photos")
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_a_large_object_is_not_begun_without_room(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = os.statvfs(folder)
    monkeypatch.setattr("clinic.archive.transaction.ROOM_BYTES", room.f_bavail * room.f_frsize + (1 << 30))
    before = files(folder / "blobs")
    with pytest.raises(DiskFull):
        archive.commit(pictured(0), "Take photos")
    assert files(folder / "blobs") == before
    archive.record("view", "What needs little room is still recorded")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MiB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(disk)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only the superuser may mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_really_full_disk_is_told_and_nothing_is_lost(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.archive.transaction.ROOM_BYTES", 0)
    folder, filler = small_disk / "archive", small_disk / "filler"
    with Archive.create(folder, PASSPHRASE, "Dr Ada", cost=CHEAP) as archive:
        archive.commit(pictured(0), "Take photos")
        fill_disk(filler)
        with pytest.raises(DiskFull):
            archive.commit(pictured(1), "Take other photos")
    fill_disk(filler)  # closing has made room
    before = files(folder)
    with pytest.raises(DiskFull):
        Archive.open(folder, PASSPHRASE)
    assert {name: data for name, data in files(folder).items() if "-" not in name} == before
    filler.unlink()
    with Archive.open(folder, PASSPHRASE) as archive:
        assert digest(archive.open_case("c-0001")[0]) == digest(pictured(0))
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def fill_disk(filler: Path) -> None:
    with filler.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return


def test_a_failed_creation_leaves_nothing(folder: Path, data_home: Path) -> None:
    failed = 0
    for at in range(1, 60):
        with failing(at, errno.ENOSPC, once=False):
            try:
                Archive.create(folder, PASSPHRASE, "Dr Ada", cost=CHEAP).close()
            except DiskFull:
                failed += 1
        if folder.exists():
            break
        assert [path for path in folder.parent.iterdir() if path != data_home] == []
    assert failed > 5
    assert verify(folder, PASSPHRASE).faults == ()


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from vaults import PASSPHRASE
from archive.test_faults import pictured
from clinic.archive.store import Archive

archive, first = Archive.open(Path(sys.argv[1]), PASSPHRASE), int(sys.argv[2])
print("open", flush=True)
for seed in range(first, first + 1000):
    revision = archive.commit(pictured(seed), f"seed {seed}")
    print(revision.number, seed, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_acknowledged(archive: Archive, folder: Path, tmp_path: Path) -> None:
    archive.commit(pictured(0), "seed 0")
    archive.close()
    acknowledged, choose = {1: 0}, random.Random(7)
    for attempt in range(12):
        process = start_writer(folder, 1000 * (attempt + 1))
        lines = [said(process) for _ in range(choose.randrange(4))]
        time.sleep(choose.uniform(0, 0.02))
        process.kill()
        lines += process.communicate()[0].splitlines()
        for line in lines:
            number, seed = (int(word) for word in line.split())
            acknowledged[number] = seed
        assert verify(folder, PASSPHRASE).faults == ()
    with Archive.open(folder, PASSPHRASE) as again:
        _, history = again.open_case("c-0001")
        words = {revision.number: revision.words for revision in history.revisions}
        assert {number: words[number] for number in acknowledged} == {n: f"seed {s}" for n, s in acknowledged.items()}
        for number in list(acknowledged)[-3:]:
            assert digest(again.move("c-0001", number, "Look", "undo")) == digest(pictured(acknowledged[number]))
    assert len(acknowledged) > 12
    report = verify(folder, PASSPHRASE, full=True)
    assert (report.faults, report.notes) == ((), ())


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def start_writer(folder: Path, first: int) -> "subprocess.Popen[str]":
    """Return the process once it has opened the archive."""
    tests = Path(__file__).parent.parent
    command = [sys.executable, "-c", WRITER, str(folder), str(first), str(tests)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert said(process) == "open\n"
    return process


def test_two_processes_write_to_one_archive(archive: Archive, folder: Path) -> None:
    """Both on the same case: neither loses a state, and the audit is one chain."""
    writers = [start_writer(folder, first) for first in (1000, 2000)]
    for step in range(10):
        archive.commit(replace(pictured(step), id="c-mine"), f"step {step}")
    for process in writers:
        assert said(process)
        process.terminate()
        process.communicate()
    assert len(archive.open_case("c-mine")[1].revisions) == 10
    archive.close()
    assert verify(folder, PASSPHRASE, full=True).faults == ()
