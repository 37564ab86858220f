"""An erased patient is gone: from the archive, from its files, and from whoever holds the vault key and an old copy."""

from dataclasses import replace
from pathlib import Path

import pytest
from builders import case
from vaults import PASSPHRASE, audit_rows, files, opened

from clinic.archive import backup, erasure
from clinic.archive.audit import verify
from clinic.archive.errors import UnknownCase
from clinic.archive.store import Archive
from clinic.case import Case
from clinic.jobs import Progress

REASON = "asked for on paper"


def other() -> Case:
    return replace(case(), id="0" * 32, patient=replace(case().patient, id="1" * 32, family_name="Other"))


@pytest.fixture
def two(archive: Archive) -> Archive:
    """An archive with two patients who share nothing."""
    archive.commit(case(), "Begin")
    archive.commit(other(), "Begin")
    return archive


def test_one_patient_goes_and_the_other_stays(two: Archive, folder: Path) -> None:
    two.erase_patient(case().patient.id, REASON)
    with pytest.raises(UnknownCase):
        two.open_case(case().id)
    assert [summary.id for summary in two.cases()] == [other().id]
    assert two.open_case(other().id)[0].patient == other().patient
    two.close()
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_the_audit_keeps_that_and_why(two: Archive) -> None:
    two.erase_patient(case().patient.id, REASON)
    (row,) = [row for row in audit_rows(two) if row["event"] == "erase"]
    assert (row["patient_ref"], row["reason"], row["action"]) == (case().patient.id, REASON, "D")


def test_nobody_opens_old_objects_with_the_vault_key(two: Archive, folder: Path) -> None:
    """What was copied before the erasure stays sealed under a key that is in no file any more."""
    copied = files(folder)
    with opened(folder) as unlocked, unlocked.keys.connect() as connection:
        wrapped = connection.exec_driver_sql("SELECT wrapped FROM patient_key WHERE id = ?", (case().patient.id,))
        key = wrapped.scalar_one()
    two.erase_patient(case().patient.id, REASON)
    two.close()
    left = files(folder)
    assert {name for name in copied if name.startswith("blobs")} > {name for name in left if name.startswith("blobs")}
    with opened(folder) as unlocked, unlocked.keys.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM patient_key").scalar_one() == 1
        for page in connection.exec_driver_sql("SELECT wrapped FROM patient_key").scalars():
            assert page != key


def test_what_a_power_cut_left_of_an_erasure_is_finished(
    two: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(erasure, "shred", cut)
    with pytest.raises(KeyboardInterrupt):
        two.erase_patient(case().patient.id, REASON)
    monkeypatch.undo()
    two.close()
    with Archive.open(folder, PASSPHRASE), opened(folder) as unlocked, unlocked.keys.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM patient_key").scalar_one() == 1
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_a_backup_that_is_put_back_loses_them_again(two: Archive, folder: Path, tmp_path: Path) -> None:
    two.back_up(tmp_path / "backup", Progress())
    two.erase_patient(case().patient.id, REASON)
    two.close()
    backup.restore(tmp_path / "backup", folder, PASSPHRASE, "new disk", Progress())
    with Archive.open(folder, PASSPHRASE) as again:
        assert [summary.id for summary in again.cases()] == [other().id]
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_nobody_is_erased_twice(two: Archive) -> None:
    two.erase_patient(case().patient.id, REASON)
    with pytest.raises(UnknownCase):
        two.erase_patient(case().patient.id, REASON)
