"""Backups: what is put back is what was there, byte for byte or not at all."""

import errno
import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from builders import case
from vaults import PASSPHRASE, audit_rows, files, flip, unrecorded_faults

from clinic.archive import backup
from clinic.archive.audit import verify
from clinic.archive.device import Device
from clinic.archive.errors import (
    ArchiveExists,
    BackupExists,
    DamagedBackup,
    DiskFault,
    DiskFull,
    InsideAnother,
    NotABackup,
    OtherArchive,
    StillInUse,
    WrongPassphrase,
)
from clinic.archive.store import Archive
from clinic.case import digest
from clinic.jobs import Cancelled, Progress

REASON = "the disk was replaced"


@pytest.fixture
def saved(archive: Archive, tmp_path: Path) -> Path:
    """A backup of an archive with one case."""
    archive.commit(case(), "Begin")
    archive.back_up(tmp_path / "backup", Progress())
    return tmp_path / "backup"


def restore(saved: Path, folder: Path, passphrase: str = PASSPHRASE, *, give_up: bool = True) -> backup.Restored:
    return backup.restore(saved, folder, passphrase, REASON, Progress(), give_up=give_up)


def test_a_backup_opens_elsewhere_as_it_was(archive: Archive, saved: Path, tmp_path: Path) -> None:
    archive.close()
    assert restore(saved, tmp_path / "new").replaced is None
    with Archive.open(tmp_path / "new", PASSPHRASE) as again:
        assert not again.old_copy
        assert digest(again.open_case(case().id)[0]) == digest(case())
    assert verify(tmp_path / "new", PASSPHRASE, full=True).faults == ()


def test_work_since_the_backup_is_given_up_knowingly(archive: Archive, saved: Path, folder: Path) -> None:
    """The archive that was there stays beside, the audit says what was given up, and later forgery is still found."""
    archive.commit(replace(case(), plan=replace(case().plan, name="Later")), "Rename the plan")
    archive.close()
    kept = restore(saved, folder).replaced
    assert kept is not None
    assert kept.is_dir()
    with Archive.open(folder, PASSPHRASE) as again:
        assert not again.old_copy
        assert again.open_case(case().id)[0].plan.name == case().plan.name
        again.commit(replace(case(), plan=replace(case().plan, name="New")), "Rename the plan")
    assert verify(folder, PASSPHRASE, full=True).faults == ()
    folder.rename(folder.with_name("aside"))
    kept.rename(folder)  # the archive that was given up comes back in secret
    assert any("old copy" in fault for fault in unrecorded_faults(folder))


def test_the_restore_stands_in_the_audit_with_its_reason(archive: Archive, saved: Path, tmp_path: Path) -> None:
    archive.close()
    restore(saved, tmp_path / "new")
    with Archive.open(tmp_path / "new", PASSPHRASE) as again:
        restored = [row for row in audit_rows(again) if row["event"] == "restore"]
    assert [REASON in row["reason"] for row in restored] == [True]


def test_others_go_on_while_a_backup_is_made(archive: Archive, tmp_path: Path) -> None:
    """A second window commits all the time; every backup made meanwhile is whole."""
    archive.commit(case(), "Begin")
    stop, other = threading.Event(), Archive.open(archive.folder, PASSPHRASE)

    def work() -> None:
        while not stop.is_set():
            other.record("view", "look")

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for number in range(3):
            archive.back_up(tmp_path / f"backup {number}", Progress())
    finally:
        stop.set()
        worker.join()
        other.close()
    archive.close()
    for number in range(3):
        restore(tmp_path / f"backup {number}", tmp_path / f"new {number}")


def test_every_flipped_bit_is_found(saved: Path, folder: Path) -> None:
    before = files(folder)
    for name in sorted(files(saved)):
        for share in (0.0, 0.5, 1.0):
            path = saved / name
            bit = round(share * (8 * path.stat().st_size - 1))
            flip(path, bit)
            with pytest.raises(DamagedBackup):
                backup.check(saved, Progress())
            flip(path, bit)
    flip(saved / "vault.db", 4000)
    with pytest.raises(DamagedBackup):
        restore(saved, folder)
    assert files(folder) == before


def test_a_missing_and_a_cut_file_are_found(saved: Path) -> None:
    blob = next((saved / "blobs").rglob("*/*/*"))
    blob.write_bytes(blob.read_bytes()[:-1])
    with pytest.raises(DamagedBackup):
        backup.check(saved, Progress())
    blob.unlink()
    with pytest.raises(DamagedBackup):
        backup.check(saved, Progress())


def test_a_manifest_signed_by_a_stranger_is_refused(archive: Archive, saved: Path, tmp_path: Path) -> None:
    """Whoever alters a backup and signs anew is not the device that the sealed audit row names."""
    archive.close()
    manifest, _ = backup._manifest(saved)
    stranger = Device.load(tmp_path / "stranger")
    (saved / "manifest.json").write_bytes(backup._rendered(manifest, stranger))
    backup.check(saved, Progress())
    with pytest.raises(DamagedBackup):
        restore(saved, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_manifest_cannot_write_outside(saved: Path, tmp_path: Path, device: Device) -> None:
    for name in ("../evil", "/evil", "blobs/../../evil", "C:\\evil", "blobs//x", "."):
        manifest, _ = backup._manifest(saved)
        evil = replace(manifest, files=(*manifest.files, (name, 0, "0" * 64)))
        (saved / "manifest.json").write_bytes(backup._rendered(evil, device))
        with pytest.raises(DamagedBackup):
            restore(saved, tmp_path / "new")
        (saved / "manifest.json").write_bytes(backup._rendered(manifest, device))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"archive": 1}', b"[" * 100_000, b'{"signature": "zz"}'])
def test_a_manifest_of_nonsense_is_damage(saved: Path, content: bytes) -> None:
    (saved / "manifest.json").write_bytes(content)
    with pytest.raises(DamagedBackup):
        backup.check(saved, Progress())


def test_the_wrong_place_is_left_alone(archive: Archive, saved: Path, tmp_path: Path) -> None:
    with pytest.raises(NotABackup):
        backup.check(tmp_path / "nowhere", Progress())
    with pytest.raises(BackupExists):
        archive.back_up(saved, Progress())
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "letter.txt").write_text("mine")
    with pytest.raises(ArchiveExists):
        restore(saved, papers)
    Archive.create(tmp_path / "other", PASSPHRASE, "Dr Bob").close()
    with pytest.raises(OtherArchive):
        restore(saved, tmp_path / "other")
    assert (papers / "letter.txt").read_text() == "mine"


def test_nothing_is_put_into_an_archive_or_a_backup(archive: Archive, saved: Path, folder: Path) -> None:
    """It would be lost with it, and what a power cut leaves half-made there would be taken for the archive's own."""
    with pytest.raises(InsideAnother):
        archive.back_up(folder / "copies" / "today", Progress())
    archive.close()
    for place in (saved, saved / "archive", folder / "archive"):
        with pytest.raises(InsideAnother):
            restore(saved, place)
    backup.check(saved, Progress())


def test_a_wrong_passphrase_changes_nothing(archive: Archive, saved: Path, folder: Path) -> None:
    archive.close()
    before = files(folder)
    with pytest.raises(WrongPassphrase):
        restore(saved, folder, "incorrect horse battery staple")
    assert files(folder) == before
    assert [path.name for path in folder.parent.iterdir() if path.name.endswith(".tmp")] == []


def test_a_full_disk_and_a_cancel_leave_nothing_behind(
    archive: Archive, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.close()
    progress = Progress(lambda fraction, _: progress.cancel() if fraction > 0.5 else None)
    with pytest.raises(Cancelled):
        backup.restore(saved, tmp_path / "new", PASSPHRASE, REASON, progress, give_up=True)

    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskFull):
        restore(saved, tmp_path / "new")
    monkeypatch.undo()
    assert not (tmp_path / "new").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []


def test_a_disk_that_fails_where_the_archive_lies_is_told(
    archive: Archive, saved: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.close()
    before, real = files(folder), Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.parent == folder:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_bytes", failing)
        with pytest.raises(DiskFault):
            restore(saved, folder)
    assert files(folder) == before


def test_a_backup_holds_nothing_in_the_clear(archive: Archive, tmp_path: Path) -> None:
    named = replace(case().patient, family_name="Family-Canary", given_name="Given-Canary", note="Note-Canary")
    archive.commit(replace(case(), patient=named), "Begin")
    archive.back_up(tmp_path / "backup", Progress())
    saved = tmp_path / "backup"
    assert b"Canary" not in b"".join(files(saved).values())
    assert json.loads((saved / "manifest.json").read_bytes())["archive"]


def test_no_copy_is_put_beside_the_living_archive(archive: Archive, saved: Path, tmp_path: Path) -> None:
    """Only one of two could go on: the computer that works with one must be told that it is lost."""
    with pytest.raises(StillInUse):
        restore(saved, tmp_path / "beside", give_up=False)
    assert not (tmp_path / "beside").exists()
    archive.commit(replace(case(), plan=replace(case().plan, name="Later")), "Rename the plan")
    archive.close()
    stranger = Device.load(tmp_path / "other computer")
    backup.restore(saved, tmp_path / "there", PASSPHRASE, REASON, Progress(), device=stranger)
    with Archive.open(tmp_path / "there", PASSPHRASE, device=stranger) as copy:
        assert not copy.old_copy
