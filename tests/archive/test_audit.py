"""Every forgery here is made by somebody who holds the database's key; those who do not find only noise."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders import case as sample_case
from sqlalchemy import Connection, insert, select, update
from vaults import CHEAP, PASSPHRASE, agree, audit_rows, dump, files, flip, forge, opened, unrecorded_faults

from clinic.archive import chain, sealed_file
from clinic.archive.audit import verify
from clinic.archive.crypto import mac
from clinic.archive.device import Device
from clinic.archive.errors import ArchiveError, DiskFull, WrongPassphrase
from clinic.archive.schema import AUDIT, CHECKPOINT
from clinic.archive.store import Archive
from clinic.case import Case, Edit, Plan

PAGE = 4096


def planned(amount: float) -> Case:
    return replace(sample_case(), plan=Plan((Edit("chin", (("forward_mm", amount),)),)))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed archive beside its computer's memory of it, made once."""
    made = tmp_path_factory.mktemp("template")
    device = Device.load(made / "home" / "clinic" / "device")
    with Archive.create(made / "archive", PASSPHRASE, "Dr Ada", cost=CHEAP, device=device) as archive:
        for amount in range(4):
            archive.commit(planned(amount), f"Advance chin by {amount} mm")
        archive.record("view", "Look at pictures", "c-0001", {"file": "before.png"})
    return made


@pytest.fixture
def filled(template: Path, folder: Path, data_home: Path) -> Path:
    """Rows 1 create, 2 open, 3–6 changes, 7 view, 8 log-off, 9 checkpoint."""
    shutil.copytree(template / "archive", folder)
    shutil.copytree(template / "home", data_home)
    return folder


def faults(folder: Path, full: bool = False) -> str:
    return "\n".join(verify(folder, PASSPHRASE, full=full).faults)


def test_every_action_is_there_with_time_user_and_device(archive: Archive) -> None:
    archive.commit(planned(1), "Advance chin by 1 mm")
    archive.move("c-0001", 1, "Undo: Advance chin by 1 mm", "undo")
    archive.open_case("c-0001")
    archive.cases()
    agree(archive)
    archive.record("export", "Export pictures", "c-0001", {"file": "before.png"})
    rows = audit_rows(archive)
    told = [(row["action"], row["event"], row["reason"]) for row in rows[1:]]
    assert told == [
        ("E", "open", ""),
        ("C", "change", "Advance chin by 1 mm"),
        ("U", "undo", "Undo: Advance chin by 1 mm"),
        ("R", "view", ""),
        ("R", "list", ""),
        ("U", "consent", "reconstruct, show, export"),
        ("R", "export", "Export pictures"),
    ]
    assert {len(row["device_id"]) for row in rows} == {64}
    assert len({row["actor"] for row in rows}) == 1
    assert all(row["ts_utc"].endswith("+00:00") for row in rows)
    assert [row["object_ref"] for row in rows[2:5]] == ["c-0001/1"] * 3
    assert {row["patient_ref"] for row in rows[2:5]} == {"p-0001"}


def test_a_whole_archive_is_never_accused(filled: Path) -> None:
    for full in (False, True, False):
        report = verify(filled, PASSPHRASE, full=full)
        assert (report.faults, report.exit_code, report.mode) == ((), 0, "full" if full else "quick")
    with Archive.open(filled, PASSPHRASE) as archive:
        archive.commit(planned(9), "Advance chin")
        assert verify(filled, PASSPHRASE, full=True).faults == ()  # while it is open elsewhere
    assert verify(filled, PASSPHRASE).rows > 9


def test_the_check_is_itself_recorded(filled: Path) -> None:
    verify(filled, PASSPHRASE)
    with Archive.open(filled, PASSPHRASE) as archive:
        assert ("verify", "quick, 9 rows, no fault") in [(row["event"], row["reason"]) for row in audit_rows(archive)]


def test_a_check_that_cannot_be_recorded_still_tells_what_it_found(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull

    monkeypatch.setattr("clinic.archive.transaction.Transaction.record", full)
    report = verify(filled, PASSPHRASE)
    assert report.exit_code == 0
    assert "could not be recorded: The disk is full" in report.notes[0]


def test_a_check_with_the_wrong_passphrase_did_not_run(filled: Path) -> None:
    before = files(filled)
    with pytest.raises(WrongPassphrase):
        verify(filled, "some other passphrase")
    assert files(filled) == before


def _insert_row(connection: Connection) -> None:
    last = chain.last_row(connection)
    assert last is not None
    connection.execute(insert(AUDIT).values(**dict(last) | {"seq": last["seq"] + 1, "prev": last["mac"]}))


def _swap(connection: Connection) -> None:
    for old, new in ((4, 100), (5, 4), (100, 5)):
        connection.execute(update(AUDIT).where(AUDIT.c.seq == old).values(seq=new))


def _without(row: int) -> Callable[[Connection], None]:
    """Drop a row and close the gap as well as it can be closed without the audit's key."""

    def forged(connection: Connection) -> None:
        connection.exec_driver_sql(f"DELETE FROM audit WHERE seq = {row}")
        before = connection.execute(select(AUDIT.c.mac).where(AUDIT.c.seq == row - 1)).scalar_one()
        connection.execute(update(AUDIT).where(AUDIT.c.seq == row + 1).values(prev=before))
        for later in range(row + 1, 10):
            connection.execute(update(AUDIT).where(AUDIT.c.seq == later).values(seq=later - 1))

    return forged


FORGERIES: dict[str, tuple[str | Callable[[Connection], object], str]] = {
    "words": ("UPDATE audit SET reason = 'Advance chin by 9 mm' WHERE seq = 4", "audit row 4 was altered"),
    "actor": ("UPDATE audit SET actor = 'somebody' WHERE seq = 5", "audit row 5 was altered"),
    "device": ("UPDATE audit SET device_id = 'x' WHERE seq = 5", "audit row 5 was altered"),
    "event": ("UPDATE audit SET event = 'list' WHERE seq = 7", "audit row 7 was altered"),
    "details": ("UPDATE audit SET details = x'00' WHERE seq = 7", "audit row 7 was altered"),
    "backdated": ("UPDATE audit SET ts_utc = '2020-01-01T00:00:00+00:00' WHERE seq = 6", "audit row 6 was altered"),
    "mac": ("UPDATE audit SET mac = zeroblob(32) WHERE seq = 3", "audit row 3 was altered"),
    "rows": ("UPDATE audit SET rows = '[]' WHERE seq = 3", "audit row 3 was altered"),
    "rows as noise": ("UPDATE audit SET rows = 'noise' WHERE seq = 3", "audit row 3 was altered"),
    "deleted": ("DELETE FROM audit WHERE seq = 5", "audit row 5 is missing"),
    "first deleted": ("DELETE FROM audit WHERE seq = 1", "audit row 1 is missing"),
    "all deleted": ("DELETE FROM audit", "the audit is cut"),
    "deleted and closed up": (_without(5), "audit row 5"),
    "swapped": (_swap, "audit row 4"),
    "inserted": (_insert_row, "audit row 10 was altered"),
    "tail cut": ("DELETE FROM audit WHERE seq > 7", "the audit is cut: a signature covers 8 rows"),
    "checkpoint deleted": ("DELETE FROM checkpoint", "audit row 9 was altered"),
    "root": ("UPDATE checkpoint SET root = zeroblob(32)", "the signature over the first 8 audit rows does not fit"),
    "signature": ("UPDATE checkpoint SET signature = zeroblob(64)", "the signature over the first 8 audit rows"),
    "signer": ("UPDATE checkpoint SET device = 'x'", "the signature over the first 8 audit rows"),
    "time of signing": ("UPDATE checkpoint SET made_utc = '2020'", "the signature over the first 8 audit rows"),
    "audit key": ("UPDATE audit_key SET epoch = 0", "the key for the next audit row"),
    "audit key gone": ("DELETE FROM audit_key", "the key of the audit is missing"),
    "state altered": ("UPDATE revision SET words = 'x' WHERE number = 2", "the revision c-0001/2 is not as it was"),
    "state deleted": ("DELETE FROM revision WHERE number = 2", "the revision c-0001/2 is missing"),
    "undo pointer": ("UPDATE study SET head = 1", "the study c-0001 is not as it was recorded"),
    "older version": ("UPDATE study SET version = 3", "the study c-0001 is not as it was recorded"),
    "role": ("UPDATE user SET role = 'admin'", "is not as it was recorded"),
    "object gone": ("DELETE FROM blob", "is missing"),
    "foreign row": (
        "INSERT INTO asset SELECT 'ff', 1, patient, kind, blob FROM asset LIMIT 1",
        "the asset ff is there, but the audit does not know it",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_each_forgery_is_found_and_named(filled: Path, name: str) -> None:
    how, named = FORGERIES[name]
    forge(filled, how)
    report = verify(filled, PASSPHRASE)
    assert report.exit_code == 1
    assert named in "\n".join(report.faults)


def test_a_tail_cut_with_all_its_traces_is_found_by_this_computers_memory(archive: Archive, folder: Path) -> None:
    for amount in range(4):
        archive.commit(planned(amount), "Advance chin")
    archive._open_vault().close()  # a power cut: no log-off, no checkpoint

    def cut(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM audit WHERE seq = 6")
        connection.exec_driver_sql("DELETE FROM revision WHERE number = 4")
        # the study row as the row before recorded it is not to be had; so this forger takes a whole old one
        connection.exec_driver_sql("UPDATE study SET head = 3, version = 3")

    forge(folder, cut)
    assert "audit row 6, which this computer wrote, is missing" in faults(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET ts_utc = 'noise' WHERE seq = 9",
        "DELETE FROM audit_key",
        "UPDATE audit_key SET wrapped = zeroblob(60)",
        "DELETE FROM user",
        "UPDATE vault_key SET wrapped = zeroblob(60)",
        "UPDATE form SET min_reader = 0",
    ],
)
def test_an_archive_that_cannot_go_on_says_so(filled: Path, statement: str) -> None:
    forge(filled, statement)
    with pytest.raises(ArchiveError):
        Archive.open(filled, PASSPHRASE).close()
    assert verify(filled, PASSPHRASE).exit_code == 1


def test_a_row_made_anew_with_the_audits_own_key_breaks_the_link(archive: Archive, folder: Path) -> None:
    for amount in range(4):
        archive.commit(planned(amount), "Advance chin")
    unlocked = archive._open_vault()

    def rewrite(connection: Connection) -> None:
        key = unlocked.chain._key(dict(connection.exec_driver_sql("SELECT * FROM audit_key").mappings().one()))
        row = dict(connection.execute(select(AUDIT).where(AUDIT.c.seq == 4)).mappings().one()) | {"reason": "x"}
        row["mac"] = mac(key, chain.content(row))
        connection.execute(update(AUDIT).where(AUDIT.c.seq == 4).values(**row))

    forge(folder, rewrite)
    assert "audit row 5 does not follow from the row before it" in faults(folder)


def test_removed_triggers_are_found(filled: Path) -> None:
    forge(filled, lambda c: None)
    assert faults(filled) == ""
    with pytest.raises(Exception, match="written once"):
        _try_to_change(filled)
    with opened(filled) as unlocked, unlocked.records.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
    assert "protection of the audit" in faults(filled)


def _try_to_change(folder: Path) -> None:
    with opened(folder) as unlocked, unlocked.records.begin() as connection:
        connection.exec_driver_sql("UPDATE audit SET reason = 'x' WHERE seq = 3")


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "INSERT OR REPLACE INTO audit SELECT * FROM audit"])
def test_the_program_itself_cannot_change_the_audit(filled: Path, statement: str) -> None:
    with opened(filled) as unlocked, pytest.raises(Exception, match="written once"), unlocked.records.begin() as c:
        c.exec_driver_sql(statement)
    assert faults(filled) == ""


@pytest.mark.parametrize("name", ["vault.db", "keys.db", "slots.json", "slots.copy.json", "vault.json"])
def test_flipped_bits_in_every_file_are_found(filled: Path, name: str) -> None:
    whole = (filled / name).read_bytes()
    choose = random.Random(name)
    for _ in range(12):
        flip(filled / name, choose.randrange(8 * len(whole)))
        assert verify(filled, PASSPHRASE).exit_code == 1
        (filled / name).write_bytes(whole)
    assert verify(filled, PASSPHRASE).exit_code == 0


def test_flipped_bits_in_sealed_objects_are_found_and_the_object_named(filled: Path) -> None:
    choose = random.Random(2)
    for path in (path for path in (filled / "blobs").rglob("*") if path.is_file()):
        for bit in (choose.randrange(8 * path.stat().st_size) for _ in range(3)):
            flip(path, bit)
            assert f"the object {path.name} was altered" in faults(filled, full=True)
            flip(path, bit)
    assert faults(filled, full=True) == ""


def test_missing_cut_and_swapped_objects_are_found_by_the_quick_check(filled: Path) -> None:
    objects = sorted((path for path in (filled / "blobs").rglob("*") if path.is_file()), key=lambda p: p.stat().st_size)
    for damage in (
        lambda: objects[0].unlink(),
        lambda: objects[0].write_bytes(objects[0].read_bytes()[:-1]),
        lambda: objects[0].write_bytes(objects[1].read_bytes()),
    ):
        whole = objects[0].read_bytes()
        damage()
        assert f"the object {objects[0].name}" in faults(filled)
        objects[0].write_bytes(whole)


def test_a_key_of_an_object_does_not_fit_another_place(filled: Path) -> None:
    def swap(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE blob SET wrapped_dek = (SELECT wrapped_dek FROM blob ORDER BY id LIMIT 1)")

    forge(filled, swap)
    assert "was altered" in faults(filled, full=True) or "cannot be read" in faults(filled, full=True)
    assert "not as it was recorded" in faults(filled)


def test_an_old_database_put_back_is_found(filled: Path, tmp_path: Path) -> None:
    for name in ("vault.db", "keys.db"):
        shutil.copy(filled / name, tmp_path / name)
    with Archive.open(filled, PASSPHRASE) as archive:
        archive.commit(planned(8), "Advance chin")
        archive.commit(
            replace(planned(8), id="c-2", patient=replace(sample_case().patient, id="p-2")), "Another patient"
        )
    newest = files(filled)
    for name in ("vault.db", "keys.db"):
        shutil.copy(tmp_path / name, filled / name)
        assert faults(filled) != ""
        (filled / name).write_bytes(newest[name])
    assert faults(filled) == ""


def test_every_old_page_put_back_is_found(filled: Path) -> None:
    old = (filled / "vault.db").read_bytes()
    with Archive.open(filled, PASSPHRASE) as archive:
        archive.commit(planned(8), "Advance chin")
        archive.move("c-0001", 1, "Undo", "undo")
    new = (filled / "vault.db").read_bytes()
    changed = [at for at in range(0, min(len(old), len(new)), PAGE) if old[at : at + PAGE] != new[at : at + PAGE]]
    assert len(changed) > 3
    content = dump(filled)
    found = 0
    for at in changed:
        replayed = new[:at] + old[at : at + PAGE] + new[at + PAGE :]
        (filled / "vault.db").write_bytes(replayed)
        if unrecorded_faults(filled):
            found += 1
        else:  # a page that was written anew with the content it had
            assert dump(filled) == content, f"page {at // PAGE}"
    assert found > 5
    (filled / "vault.db").write_bytes(new)
    assert faults(filled) == ""


def test_a_checkpoint_comes_after_a_thousand_rows(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "_CHECKPOINT_ROWS", 10)
    for step in range(25):
        archive.record("view", f"Look {step}")
    with archive._open_vault().records.execution_options(reading=True).connect() as connection:
        sizes = connection.execute(select(CHECKPOINT.c.size).order_by(CHECKPOINT.c.size)).scalars().all()
    assert list(sizes) == [10, 20]
    archive.close()
    assert verify(folder, PASSPHRASE).faults == ()
    forge(folder, "UPDATE audit SET reason = 'x' WHERE seq = 15")
    assert "audit row 15 was altered" in faults(folder)


def test_the_key_of_old_rows_is_gone_after_a_checkpoint(filled: Path) -> None:
    """Who takes the vault's key now cannot make the MACs of rows before the last checkpoint."""
    with opened(filled) as unlocked, unlocked.records.begin() as connection:
        current = unlocked.chain._key(dict(connection.exec_driver_sql("SELECT * FROM audit_key").mappings().one()))
        row = dict(connection.execute(select(AUDIT).where(AUDIT.c.seq == 3)).mappings().one())
    assert mac(current, chain.content(row)) != row["mac"]


def test_the_files_name_nothing(filled: Path) -> None:
    names = {path.name for path in (filled / "blobs").rglob("*") if path.is_file()}
    assert all(sealed_file.location(Path(), name).name == name and len(bytes.fromhex(name)) == 16 for name in names)
