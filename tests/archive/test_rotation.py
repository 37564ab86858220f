"""A new vault key: the old one opens nothing, nothing is lost, and at every moment there is the old one or the new."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from builders import case as sample_case
from builders import solved_case
from vaults import PASSPHRASE, Killed, audit_rows, killed_at_rename, opened

from clinic.archive import slots, vault
from clinic.archive.audit import verify
from clinic.archive.database import open_engine, plain_words
from clinic.archive.errors import ArchiveBusy, DamagedArchive, DiskFault
from clinic.archive.store import Archive
from clinic.archive.trail import Wanted
from clinic.case import Patient, digest
from clinic.jobs import Progress


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.commit(solved_case(), "Simulate")
    archive.commit(replace(sample_case(), id="c-2", patient=Patient("p-2", "Roe")), "Take a photo")
    archive.record("export", "Export the list", None, {"file": "list.csv"})
    return archive


def test_the_archive_goes_on_under_the_new_key(filled: Archive, folder: Path) -> None:
    before = filled.audit(Wanted())
    filled.renew_vault_key(Progress())
    filled.commit(replace(sample_case(), id="c-3"), "Take another photo")
    assert filled.search("roe")[0].patient == "p-2"
    assert filled.audit(Wanted())[: len(before)] == before  # sealed details are still read
    filled.close()
    with Archive.open(folder, PASSPHRASE) as again:
        assert digest(again.open_case("c-0001")[0]) == digest(solved_case())
        assert "renew-vault-key" in [row["event"] for row in audit_rows(again)]
        again.renew_vault_key(Progress())
    assert verify(folder, PASSPHRASE, full=True).faults == ()
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        *("keys.db", "slots.copy.json", "slots.json", "vault.db", "vault.json")
    ]


def test_the_old_vault_key_opens_nothing_new(filled: Archive, folder: Path) -> None:
    kept = slots.unlock(folder, PASSPHRASE)
    filled.renew_vault_key(Progress())
    filled.close()
    old = vault.VaultKeys.of(kept.vault_key, kept.archive)
    for path, key in zip(vault.database_files(folder), (old.records, old.keys), strict=True):
        with pytest.raises(DamagedArchive), plain_words(folder):
            open_engine(path, key).connect()


def test_it_takes_to_be_alone(filled: Archive, folder: Path) -> None:
    with opened(folder), pytest.raises(ArchiveBusy):
        filled.renew_vault_key(Progress())
    filled.commit(replace(sample_case(), id="c-3"), "Take another photo")
    assert filled.verify(full=True).faults == ()


@pytest.mark.parametrize("at", range(1, 8))
def test_a_rotation_that_is_killed_leaves_the_old_key_or_the_new_one(filled: Archive, folder: Path, at: int) -> None:
    with killed_at_rename(at), pytest.raises(Killed):
        filled.renew_vault_key(Progress())
    if not filled.closed:  # a process that dies lets go of everything
        filled._open_vault().close()
        filled._vault = None
    with Archive.open(folder, PASSPHRASE) as again:
        assert not again.old_copy
        assert digest(again.open_case("c-0001")[0]) == digest(solved_case())
        assert ("renew-vault-key" in [row["event"] for row in audit_rows(again)]) == (at > 3)
        again.commit(replace(sample_case(), id="c-3"), "Take another photo")
    assert verify(folder, PASSPHRASE, full=True).faults == ()
    assert not list(folder.glob("renewed*"))


def test_a_disk_that_fails_while_the_new_files_move_in_closes_the_archive(filled: Archive, folder: Path) -> None:
    """What would be written to the old files after that would be lost with them."""
    with _failing_rename(5), pytest.raises(DiskFault):
        filled.renew_vault_key(Progress())
    assert filled.closed
    with Archive.open(folder, PASSPHRASE) as again:
        assert not again.old_copy
    assert verify(folder, PASSPHRASE, full=True).faults == ()


@contextmanager
def _failing_rename(at: int) -> Iterator[None]:
    real, count = Path.replace, 0

    def rename(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == at:
            raise OSError(errno.EIO, "broken")
        return real(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", rename)
        yield
