"""Killed between any two renames, there is the old folder or the new one, and nothing else once it was looked at."""

from pathlib import Path

import pytest
from builders import case as sample_case
from vaults import PASSPHRASE, Killed, killed_at_rename

from clinic.archive import backup, placing
from clinic.archive.audit import verify
from clinic.archive.errors import ArchiveBusy, NotAnArchive
from clinic.archive.store import Archive
from clinic.jobs import Progress


@pytest.mark.parametrize(("at", "restored"), [(1, False), (2, False), (3, True)])
def test_a_restore_that_is_killed_leaves_the_old_archive_or_the_new_one(
    archive: Archive, folder: Path, tmp_path: Path, at: int, restored: bool
) -> None:
    archive.back_up(tmp_path / "backup", Progress())
    archive.commit(sample_case(), "Take a photo after the backup")
    archive.close()
    with killed_at_rename(at, Path.is_dir), pytest.raises(Killed):
        backup.restore(tmp_path / "backup", folder, PASSPHRASE, "proof", Progress())
    assert verify_after_settling(folder) == ()
    with Archive.open(folder, PASSPHRASE) as again:
        assert not again.old_copy
        assert (again.cases() == ()) == restored
    assert verify(folder, PASSPHRASE, full=True).faults == ()
    left = {path.name for path in folder.parent.iterdir() if path.name.startswith(".")}
    assert left == set()


def verify_after_settling(folder: Path) -> tuple[str, ...]:
    placing.settle(folder)
    return verify(folder, PASSPHRASE, full=True).faults


def test_a_creation_that_is_killed_leaves_nothing_or_an_archive(folder: Path, data_home: Path) -> None:
    with killed_at_rename(1, Path.is_dir), pytest.raises(Killed):
        Archive.create(folder, PASSPHRASE, "Dr Ada")
    with pytest.raises(NotAnArchive):
        Archive.open(folder, PASSPHRASE)
    assert [path for path in folder.parent.iterdir() if path != data_home] == []
    Archive.create(folder, PASSPHRASE, "Dr Ada").close()


def test_two_do_not_build_for_the_same_place(folder: Path) -> None:
    with placing.built(folder), pytest.raises(ArchiveBusy), placing.built(folder):
        pass
    assert not folder.exists()


def test_an_archive_that_is_open_is_not_replaced(archive: Archive, folder: Path, tmp_path: Path) -> None:
    archive.back_up(tmp_path / "backup", Progress())
    with pytest.raises(ArchiveBusy):
        backup.restore(tmp_path / "backup", folder, PASSPHRASE, "proof", Progress())
    archive.commit(sample_case(), "Take a photo")
    assert archive.verify(full=True).faults == ()


def test_an_archive_is_opened_and_restored_from_within(
    archive: Archive, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.back_up(tmp_path / "backup", Progress())
    archive.close()
    monkeypatch.chdir(folder)
    Archive.open(Path(), PASSPHRASE).close()
    assert backup.restore(tmp_path / "backup", Path(), PASSPHRASE, "proof", Progress()).replaced is not None
    monkeypatch.chdir(folder)
    assert verify(Path(), PASSPHRASE, full=True).faults == ()
