"""A disk that fails a single call, Python's or SQLCipher's: told, not taken for damage, and work goes on."""

import errno
import shutil
from pathlib import Path

import pytest
from builders import case as sample_case
from vaults import PASSPHRASE

from clinic.archive import backup
from clinic.archive.audit import verify
from clinic.archive.errors import ArchiveError
from clinic.archive.store import Archive
from clinic.bench.records.faulty_disk import Disk, failing, reaches_databases
from clinic.jobs import Progress

pytestmark = pytest.mark.skipif(not reaches_databases(), reason="this build of SQLCipher shows no table of functions")


@pytest.fixture
def closed(archive: Archive, folder: Path) -> Path:
    archive.commit(sample_case(), "Begin")
    archive.close()
    return folder


def test_after_a_failed_read_the_next_step_is_recorded(closed: Path) -> None:
    """SQLCipher refuses whatever follows on a connection that could not read a page."""
    told = 0
    for at in range(1, 40, 2):
        with Archive.open(closed, PASSPHRASE) as archive:
            try:
                with failing(Disk(at, errno.EIO)):
                    archive.open_case("c-0001")
                    archive.search("doe")
            except ArchiveError:
                told += 1
            archive.commit(sample_case(), "Go on")
    assert told > 5
    assert verify(closed, PASSPHRASE, full=True).faults == ()


def test_a_page_that_was_misread_once_is_no_damage(closed: Path) -> None:
    told, looked_twice = 0, 0
    for at in range(1, 200, 7):
        disk = Disk(at, errno.EIO)
        try:
            with failing(disk):
                report = verify(closed, PASSPHRASE)
        except ArchiveError:
            told += 1
            continue
        assert report.faults == ()
        looked_twice += any("a second did not" in note for note in report.notes)
    assert told > 5
    assert looked_twice > 5


def test_a_backup_that_fails_says_so_and_leaves_nothing(closed: Path, tmp_path: Path) -> None:
    target, told = tmp_path / "backup", 0
    for at in range(100, 400, 13):
        with Archive.open(closed, PASSPHRASE) as archive:
            try:
                with failing(Disk(at, errno.EIO)):
                    archive.back_up(target, Progress())
            except ArchiveError:
                told += 1
                assert not target.exists()
            else:
                backup.check(target, Progress())
                shutil.rmtree(target)
    assert told > 10
