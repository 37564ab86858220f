import json
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import case as sample_case
from builders import photo, solved_case
from vaults import CHEAP, PASSPHRASE, agree, audit_rows, files, fill, flip

from clinic.archive import slots
from clinic.archive.anchor import remember_begun
from clinic.archive.audit import verify
from clinic.archive.device import Device
from clinic.archive.errors import (
    ArchiveClosed,
    ArchiveError,
    ArchiveExists,
    ChangedElsewhere,
    DamagedArchive,
    DamagedKeyFile,
    FolderGone,
    NewerArchive,
    NoAccess,
    NotAnArchive,
    OldCopy,
    UnknownCase,
    WeakPassphrase,
    WrongPassphrase,
)
from clinic.archive.store import Archive
from clinic.case import Acquisition, Case, Edit, Patient, Photo, Plan, digest
from clinic.errors import ClinicError


def planned(amount: float) -> Case:
    return replace(sample_case(), plan=Plan((Edit("chin", (("forward_mm", amount),)),)))


def test_a_case_comes_back_bit_for_bit(archive: Archive, folder: Path) -> None:
    whole = solved_case()
    archive.commit(whole, "Simulate")
    archive.close()
    with Archive.open(folder, PASSPHRASE) as again:
        back, history = again.open_case(whole.id)
    assert digest(back) == digest(whole)
    assert [revision.words for revision in history.revisions] == ["Simulate"]
    assert back.face is not None
    assert back.face.made_from == (photo().id,)
    assert not back.stale_simulation


def test_the_list_tells_who_and_when(archive: Archive) -> None:
    archive.commit(sample_case(), "Take a photo")
    other = Patient("p-0002", "Weiß", "Émile", "1970-01-01", record_number="77")
    archive.commit(replace(sample_case(), id="c-0002", patient=other), "Take a photo")
    named = [(one.id, one.display_name, one.record_number, one.birth_date) for one in archive.cases()]
    assert named == [("c-0002", "WEISS Émile", "77", "1970-01-01"), ("c-0001", "DOE Jane", "", "1992-02-14")]


def test_a_corrected_name_is_stored_and_old_states_keep_theirs(archive: Archive, folder: Path) -> None:
    archive.commit(sample_case(), "Take a photo")
    married = replace(sample_case(), patient=replace(sample_case().patient, family_name="Roe"))
    archive.commit(married, "Correct the name")
    assert archive.cases()[0].display_name == "ROE Jane"
    assert archive.move("c-0001", 1, "Undo", "undo").patient.family_name == "Doe"
    archive.close()
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_a_case_may_be_given_to_another_patient_and_back(archive: Archive, folder: Path) -> None:
    archive.commit(solved_case(), "Simulate")
    other = replace(solved_case(), patient=Patient("p-0002", "Roe"))
    archive.commit(other, "Give the case to the right patient")
    assert digest(archive.move("c-0001", 1, "Undo", "undo")) == digest(solved_case())
    archive.close()
    with Archive.open(folder, PASSPHRASE) as again:
        assert digest(again.move("c-0001", 2, "Redo", "redo")) == digest(other)
        assert again.cases()[0].display_name == "ROE"
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_a_change_of_plan_stores_a_few_hundred_bytes(archive: Archive, folder: Path) -> None:
    archive.commit(solved_case(), "Simulate")
    blobs = files(folder / "blobs")
    first_again = replace(solved_case(), plan=Plan((Edit("chin", (("forward_mm", 3.0),)),)))
    archive.commit(first_again, "Advance chin")
    assert files(folder / "blobs") == blobs
    archive.close()
    with Archive.open(folder, PASSPHRASE) as again:  # one that has no memory of what it stored
        again.commit(replace(first_again, plan=Plan()), "Clear the plan")
        assert files(folder / "blobs").keys() == blobs.keys()


def test_a_wrong_passphrase_says_so_and_changes_no_byte(archive: Archive, folder: Path) -> None:
    archive.commit(sample_case(), "Take a photo")
    archive.close()
    before = files(folder)
    for wrong in ("correct horse battery stable", "x" * 4000, "\ud800"):
        with pytest.raises(WrongPassphrase, match="Nothing was changed"):
            Archive.open(folder, wrong)
    assert files(folder) == before
    with Archive.open(folder, PASSPHRASE) as again:
        assert digest(again.open_case("c-0001")[0]) == digest(sample_case())


def test_failed_attempts_are_counted_and_recorded_at_the_next_opening(archive: Archive, folder: Path) -> None:
    archive.close()
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            Archive.open(folder, "some other passphrase")
    with Archive.open(folder, PASSPHRASE) as again:
        reasons = [row["reason"] for row in audit_rows(again) if row["event"] == "open"]
    with Archive.open(folder, PASSPHRASE) as again:
        reasons += [row["reason"] for row in audit_rows(again) if row["event"] == "open"][-1:]
    assert reasons == ["", "after 3 wrong passphrases", ""]


def _both_key_files(folder: Path) -> None:
    flip(folder / "slots.json", 1600)
    flip(folder / "slots.copy.json", 1600)


def _no_key_files(folder: Path) -> None:
    for name in slots.NAMES:
        (folder / name).unlink()


def _newer(folder: Path) -> None:
    (folder / "vault.json").write_text(json.dumps({"archive": "x", "form": 9, "min_reader": 9}))


def _emptied(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()


DAMAGE: dict[str, tuple[Callable[[Path], object], type[ClinicError]]] = {
    "both key files": (_both_key_files, DamagedKeyFile),
    "key files gone": (_no_key_files, DamagedKeyFile),
    "database": (lambda f: flip(f / "vault.db", 24000), DamagedArchive),
    "database header": (lambda f: flip(f / "vault.db", 24), DamagedArchive),
    "database emptied": (lambda f: (f / "vault.db").write_bytes(b""), DamagedArchive),
    "database gone": (lambda f: (f / "vault.db").unlink(), DamagedArchive),
    "keys gone": (lambda f: (f / "keys.db").unlink(), DamagedArchive),
    "keys": (lambda f: flip(f / "keys.db", 24000), DamagedArchive),
    "newer": (_newer, NewerArchive),
    "emptied": (_emptied, NotAnArchive),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_each_damage_has_its_own_words(archive: Archive, folder: Path, what: str) -> None:
    archive.close()
    damage, error = DAMAGE[what]
    damage(folder)
    before = files(folder)
    with pytest.raises(error) as told:
        Archive.open(folder, PASSPHRASE)
    assert str(told.value)
    assert {name: data for name, data in files(folder).items() if "-" not in name} == before
    assert verify_exit(folder) in (1, 2)


def verify_exit(folder: Path) -> int:
    try:
        return verify(folder, PASSPHRASE).exit_code
    except ArchiveError:
        return 2


@pytest.mark.parametrize("name", ["slots.json", "slots.copy.json", "vault.json"])
@pytest.mark.parametrize("how", ["flipped", "gone"])
def test_a_damaged_small_file_is_named_and_restored_from_its_twin(
    archive: Archive, folder: Path, name: str, how: str
) -> None:
    archive.close()
    before = (folder / name).read_bytes()
    flip(folder / name, 320) if how == "flipped" else (folder / name).unlink()
    assert any(name in fault for fault in verify(folder, PASSPHRASE).faults)
    with pytest.raises(WrongPassphrase):
        Archive.open(folder, "some other passphrase")
    Archive.open(folder, PASSPHRASE).close()
    assert (folder / name).read_bytes() == before
    assert verify(folder, PASSPHRASE).faults == ()


def test_a_hostile_key_file_cannot_stall_the_computer(archive: Archive, folder: Path) -> None:
    archive.close()
    content = slots._read(folder / "slots.json")
    assert content is not None
    content["slots"][0]["cost"]["memory_kib"] = 1 << 40
    for name in slots.NAMES:
        slots.write(folder / name, content)
    with pytest.raises(DamagedKeyFile):
        Archive.open(folder, PASSPHRASE)


def test_a_folder_without_an_archive_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("x")
    for folder in (tmp_path / "nowhere", tmp_path / "letters", tmp_path / "letters" / "a.txt"):
        with pytest.raises(NotAnArchive):
            Archive.open(folder, PASSPHRASE)


def test_nothing_is_created_over_something(tmp_path: Path, archive: Archive, folder: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("x")
    before = files(tmp_path / "letters")
    for taken in (tmp_path / "letters", folder, tmp_path / "letters" / "a.txt"):
        with pytest.raises(ArchiveExists):
            Archive.create(taken, PASSPHRASE, "Dr Ada")
    with pytest.raises(WeakPassphrase):
        Archive.create(tmp_path / "weak", "too short", "Dr Ada")
    assert files(tmp_path / "letters") == before
    assert {path.name for path in tmp_path.iterdir()} == {"letters", "archive", "home"}


def test_a_folder_that_may_not_be_read_is_told(archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.close()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(NoAccess, match="right to read"):
        Archive.open(folder, PASSPHRASE)


def test_a_closed_archive_answers_nothing(archive: Archive) -> None:
    archive.commit(sample_case(), "Take a photo")
    archive.close()
    archive.close()
    calls: tuple[Callable[[], object], ...] = (
        archive.cases,
        lambda: archive.open_case("c-0001"),
        lambda: archive.commit(sample_case(), "x"),
        lambda: archive.record("view", "x"),
        lambda: archive.move("c-0001", 1, "x", "undo"),
    )
    for call in calls:
        with pytest.raises(ArchiveClosed):
            call()


def test_an_unknown_case_or_state_is_told(archive: Archive) -> None:
    archive.commit(sample_case(), "Take a photo")
    for call in (lambda: archive.open_case("c-9"), lambda: archive.move("c-0001", 9, "x", "undo")):
        with pytest.raises(UnknownCase):
            call()


def test_two_windows_on_one_case_do_not_override_each_other(archive: Archive, folder: Path) -> None:
    archive.commit(sample_case(), "Take a photo")
    with Archive.open(folder, PASSPHRASE) as other:
        other.open_case("c-0001")
        archive.commit(planned(1.0), "Advance chin")
        with pytest.raises(ChangedElsewhere):
            other.commit(planned(2.0), "Advance chin more")
        with pytest.raises(ChangedElsewhere):
            other.move("c-0001", 1, "Undo", "undo")
        other.open_case("c-0001")
        other.commit(planned(2.0), "Advance chin more")


def test_threads_wait_for_each_other(archive: Archive, folder: Path) -> None:
    def work(number: int) -> None:
        for step in range(5):
            archive.commit(replace(planned(step), id=f"c-{number}"), "Advance chin")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(archive.cases()) == 4
    archive.close()
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_an_old_copy_can_be_looked_at_but_not_changed(archive: Archive, folder: Path, tmp_path: Path) -> None:
    archive.commit(planned(1.0), "Advance chin")
    archive.close()
    old = (folder / "vault.db").read_bytes()
    with Archive.open(folder, PASSPHRASE) as again:
        again.commit(replace(planned(2.0), acquisition=_other_photo()), "Another photo")
    blobs = files(folder / "blobs")
    (folder / "vault.db").write_bytes(old)
    with Archive.open(folder, PASSPHRASE) as copy:
        assert copy.old_copy
        assert copy.open_case("c-0001")[0].plan == planned(1.0).plan
        with pytest.raises(OldCopy):
            copy.commit(planned(3.0), "Advance chin")
    assert (folder / "vault.db").read_bytes() == old
    assert files(folder / "blobs") == blobs  # what the newer state needs is not swept away
    assert "an old copy" in verify(folder, PASSPHRASE).faults[0]


def _other_photo() -> Acquisition:
    return Acquisition((Photo(np.full((9, 9, 3), 7, np.uint8), "photo 2"),))


def test_what_a_cut_off_attempt_left_is_swept_away(archive: Archive, folder: Path) -> None:
    archive.commit(sample_case(), "Take a photo")
    archive.close()
    kept = files(folder / "blobs")
    orphan = folder / "blobs" / "ab" / "cd"
    orphan.mkdir(parents=True)
    (orphan / ("abcd" * 8)).write_bytes(b"sealed")
    (orphan / "x.tmp").write_bytes(b"sealed")
    (orphan / "folder.tmp").mkdir()  # nothing of ours, and no reason to stay closed
    remember_begun(Device.load(), archive.id, ["abcd" * 8])
    assert verify(folder, PASSPHRASE, full=True).exit_code == 0
    Archive.open(folder, PASSPHRASE).close()
    assert files(folder / "blobs") == kept


def test_an_archive_from_another_computer_opens_and_nothing_is_swept(
    archive: Archive, folder: Path, tmp_path: Path
) -> None:
    archive.commit(sample_case(), "Take a photo")
    archive.close()
    stranger = folder / "blobs" / "ab" / "cd"
    stranger.mkdir(parents=True)
    (stranger / ("abcd" * 8)).write_bytes(b"of a newer vault.db that is being put back")
    elsewhere = Device.load(tmp_path / "other computer")
    report = verify(folder, PASSPHRASE, device=elsewhere)
    assert report.faults == ()
    assert any("never written" in note for note in report.notes)
    with Archive.open(folder, PASSPHRASE, device=elsewhere) as again:
        assert not again.old_copy
    with Archive.open(folder, PASSPHRASE, device=elsewhere) as again:
        assert (stranger / ("abcd" * 8)).exists()
        devices = {row["device_id"] for row in audit_rows(again)}
    assert len(devices) == 2


CANARIES = ("Kanarienvogel", "Serinus", "1931-07-19", "RN-445566", "shy of needles", "canary_export.png")


def test_nothing_readable_is_written_anywhere(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(scratch))
    monkeypatch.chdir(scratch)
    pixels = np.random.default_rng(1).integers(0, 256, (60, 60, 3)).astype(np.uint8)
    family, given, born, number, note, export = CANARIES
    patient = Patient("p-1", family, given, born, "F", number, note)
    bird = Case("c-1", patient, Acquisition((Photo(pixels, "photo 1"),)), solved_case().face)
    archive = Archive.create(folder, PASSPHRASE, "Dr Ada", cost=CHEAP)
    archive.commit(bird, "Take a photo")
    agree(archive, "p-1")
    archive.record("export", "Export pictures", "c-1", {"file": export})
    archive.cases()
    archive.open_case("c-1")
    needles = [text.encode() for text in (*CANARIES, PASSPHRASE)]
    needles += [text.encode("utf-16-le") for text in CANARIES]
    needles += [pixels.tobytes()[at : at + 12] for at in (0, 3000, 9000)]
    needles += [np.ascontiguousarray(bird.face.control[7]).tobytes() if bird.face else b""]
    for moment in ("open", "closed"):
        written = files(tmp_path)
        assert any(name.endswith("vault.db-wal") for name in written) == (moment == "open")
        found = [(name, needle) for name, data in written.items() for needle in needles if needle in data]
        assert found == []
        archive.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes no core dumps by itself")
def test_a_crash_would_dump_no_memory(archive: Archive) -> None:
    import resource

    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_keys_are_not_shown_by_what_holds_them(archive: Archive) -> None:
    opened = archive._open_vault()
    shown = f"{opened!r} {opened.user!r} {opened.chain!r} {archive!r}"
    for key in (opened.wrap, opened.row_key, opened.user.x25519, opened.user.ed25519):
        assert key.hex() not in shown
        assert repr(key) not in shown


def correct_until_full(archive: Archive) -> None:
    for step in range(200):
        named = replace(sample_case().patient, family_name="Kanarienvogel")
        archive.commit(replace(planned(step), patient=named), "Correct the name " * 50)


def test_errors_do_not_carry_names(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full database while a row about the patient is written: the text of the whole chain of errors is clean."""
    archive.commit(sample_case(), "Take a photo")
    fill(archive)
    with pytest.raises(ArchiveError) as told:
        correct_until_full(archive)
    error: BaseException | None = told.value
    while error is not None:
        assert "Kanarienvogel" not in f"{error} {error.args}"
        error = error.__cause__ or error.__context__


def test_a_label_that_tells_another_form_is_damage(folder: Path, data_home: Path) -> None:
    """One letter makes form 2 form 9: still readable, and not what the sealed database says."""
    Archive.create(folder, PASSPHRASE, "Dr Ada", cost=CHEAP).close()
    whole = (folder / "vault.json").read_bytes()
    (folder / "vault.json").write_bytes(whole.replace(b'"form": 2', b'"form": 9'))
    assert "vault.json" in verify(folder, PASSPHRASE).faults[0]
    Archive.open(folder, PASSPHRASE).close()
    assert (folder / "vault.json").read_bytes() == whole


def test_a_folder_that_goes_away_is_told_and_nothing_is_lost(archive: Archive, folder: Path) -> None:
    """A disk that is pulled out, or a share that goes: what was not recorded is refused, and nothing is made anew."""
    archive.commit(sample_case(), "Take a photo")
    away = folder.rename(folder.with_name("away"))
    with pytest.raises(FolderGone, match="may not be connected"):
        archive.commit(solved_case(), "Simulate")
    with pytest.raises(FolderGone):
        Archive.open(folder, PASSPHRASE)
    assert not folder.exists()
    away.rename(folder)
    archive.commit(solved_case(), "Simulate")
    archive.close()
    with Archive.open(folder, PASSPHRASE) as again:
        assert digest(again.open_case("c-0001")[0]) == digest(solved_case())
    assert verify(folder, PASSPHRASE, full=True).faults == ()
