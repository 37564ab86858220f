"""A patient's record leaves sealed and whole, and comes into another archive as it was; the two share no key."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders import case as sample_case
from builders import solved_case
from vaults import CHEAP, PASSPHRASE, audit_rows, files, flip

from clinic.archive import attachments, consent, transfer
from clinic.archive.audit import verify
from clinic.archive.errors import AlreadyHere, ArchiveExists, DamagedArchive, DiskFull, UnknownCase, WrongPassphrase
from clinic.archive.store import Archive
from clinic.case import Patient, Plan, digest
from clinic.jobs import Progress

SECRET = "words for the other practice"
SERIES = [bytes([number]) * 70_000 for number in range(20)]


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.commit(solved_case(), "Simulate")
    archive.commit(replace(solved_case(), plan=Plan()), "Clear the plan")
    archive.move("c-0001", 1, "Undo", "undo")
    patient = solved_case().patient.id
    consent.give(archive, patient, consent.Consent(consent.EVERYTHING, note="signed"))
    attachments.attach(archive, "c-0001", "slices", iter(SERIES), "Attach slices")
    archive.commit(replace(sample_case(), id="c-2", patient=Patient("p-2", "Roe")), "Take a photo")
    return archive


@pytest.fixture
def sent(filled: Archive, tmp_path: Path) -> Path:
    target = tmp_path / "sent"
    patient = solved_case().patient.id
    assert transfer.export_patient(filled, patient, target, SECRET, "moves", Progress(), cost=CHEAP) == ("c-0001",)
    return target


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "other", PASSPHRASE, "Dr Bob") as created:
        yield created


def test_the_whole_record_comes_into_another_archive(filled: Archive, sent: Path, other: Archive) -> None:
    before = files(sent)
    assert transfer.import_patient(other, sent, SECRET, Progress()) == ("c-0001",)
    assert files(sent) == before
    case, history = other.open_case("c-0001")
    assert digest(case) == digest(solved_case())
    assert (history.head, [one.words for one in history.revisions]) == (1, ["Simulate", "Clear the plan"])
    assert digest(other.move("c-0001", 2, "Redo", "redo")) == digest(replace(solved_case(), plan=Plan()))
    assert consent.of(other, case.patient.id) == consent.of(filled, case.patient.id)
    assert other.thumbnails()["c-0001"] == filled.thumbnails()["c-0001"]
    kept = {one.kind: one for one in attachments.attachments(other, "c-0001")}
    assert b"".join(map(bytes, attachments.content(other, "c-0001", kept["slices"].name))) == b"".join(SERIES)
    told = b"".join(map(bytes, attachments.content(other, "c-0001", kept["audit"].name)))
    assert b'"export-patient"' in told
    assert [one.patient for one in other.cases()] == [case.patient.id]
    assert other.verify(full=True).faults == ()
    assert verify(sent, SECRET, full=True).faults == ()
    assert "export-patient" in [row["event"] for row in audit_rows(filled)]
    assert list(other.folder.glob("incoming*")) == []


def test_the_two_archives_share_no_key_and_no_name(filled: Archive, sent: Path, other: Archive) -> None:
    transfer.import_patient(other, sent, SECRET, Progress())
    patient = solved_case().patient.id
    keys = []
    for archive in (filled, other):
        with archive.transaction() as transaction:
            keys.append(transaction.patient_keys(patient))
    assert keys[0].wrap != keys[1].wrap
    names = [{path.name for path in archive.folder.glob("blobs/*/*/*")} for archive in (filled, other)]
    assert not names[0] & names[1]


def test_a_patient_who_is_here_or_was_erased_is_not_taken_in(filled: Archive, sent: Path) -> None:
    objects = set(files(filled.folder / "blobs"))
    with pytest.raises(AlreadyHere):
        transfer.import_patient(filled, sent, SECRET, Progress())
    filled.erase_patient(solved_case().patient.id, "asked in writing")
    with pytest.raises(AlreadyHere):
        transfer.import_patient(filled, sent, SECRET, Progress())
    assert set(files(filled.folder / "blobs")) < objects
    assert filled.verify(full=True).faults == ()


def test_a_damaged_or_locked_export_changes_nothing(sent: Path, other: Archive) -> None:
    with pytest.raises(WrongPassphrase):
        transfer.import_patient(other, sent, PASSPHRASE, Progress())
    flip(next(path for path in sent.glob("blobs/*/*/*")), 8 * 500)
    with pytest.raises(DamagedArchive):
        transfer.import_patient(other, sent, SECRET, Progress())
    assert other.cases() == ()
    assert other.verify(full=True).faults == ()


def test_an_export_that_fails_leaves_nothing(filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownCase):
        transfer.export_patient(filled, "nobody", tmp_path / "sent", SECRET, "moves", Progress(), cost=CHEAP)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    patient = solved_case().patient.id
    with pytest.raises(ArchiveExists):
        transfer.export_patient(filled, patient, tmp_path / "taken", SECRET, "moves", Progress(), cost=CHEAP)
    monkeypatch.setattr("clinic.archive.transaction.ROOM_BYTES", 1 << 60)
    with pytest.raises(DiskFull):
        transfer.export_patient(filled, patient, tmp_path / "sent", SECRET, "moves", Progress(), cost=CHEAP)
    assert not (tmp_path / "sent").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
