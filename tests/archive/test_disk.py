"""A disk that fails a single call, Python's or SQLCipher's: told, not taken for damage, and work goes on."""

import errno
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from builders import case as sample_case
from builders import photo
from vaults import PASSPHRASE

from clinic.archive import backup
from clinic.archive.audit import verify
from clinic.archive.device import Device
from clinic.archive.errors import ArchiveError, FolderGone
from clinic.archive.store import Archive
from clinic.archive.trail import Wanted
from clinic.bench.records.faulty_disk import Disk, failing, reaches_databases
from clinic.case import Acquisition, Case
from clinic.jobs import Progress

pytestmark = pytest.mark.skipif(not reaches_databases(), reason="this build of SQLCipher shows no table of functions")


def pictured() -> Case:
    return replace(sample_case(), acquisition=Acquisition((photo(),)), face=None)


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


def test_an_archive_that_is_moved_while_it_is_open_is_told_to_be_gone_not_damaged(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    archive.commit(pictured(), "Take a photo")
    archive.close()
    elsewhere = tmp_path / "elsewhere"
    with Archive.open(folder, PASSPHRASE) as opened:
        folder.rename(elsewhere)
        for step in (lambda: opened.open_case("c-0001"), lambda: opened.commit(sample_case(), "Go on")):
            with pytest.raises(FolderGone, match="Connect it"):
                step()
        elsewhere.rename(folder)
        opened.commit(sample_case(), "Go on")
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_a_fault_while_an_earlier_form_is_brought_up_leaves_that_form_or_the_present_one(tmp_path: Path) -> None:
    forms, told = Path(__file__).parent / "forms", 0
    for at in range(1, 400, 17):
        home = tmp_path / str(at)
        shutil.unpack_archive(forms / "form_1.zip", home)
        folder, device, disk = home / "archive", Device.load(home / "device"), Disk(at, errno.EIO)
        try:
            with failing(disk):
                Archive.open(folder, PASSPHRASE, device=device).close()
        except ArchiveError:
            told += 1
        with Archive.open(folder, PASSPHRASE, device=device) as archive:
            assert [summary.id for summary in archive.cases()] == ["c-0001"]
            assert archive.verify(full=True).faults == ()
            assert [entry.event for entry in archive.audit(Wanted())].count("migrate") == 1
    assert told > 5


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
