"""An archive of every form that was ever written opens, is brought to the present form whole, and loses nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from vaults import PASSPHRASE, audit_rows, files

from clinic.archive import audit, consent, migrations, vault
from clinic.archive.attachments import attachments, content
from clinic.archive.device import Device
from clinic.archive.errors import DamagedArchive, NewerArchive
from clinic.archive.people import register
from clinic.archive.schema import CONSENT, VAULT
from clinic.archive.store import Archive
from clinic.archive.version import CURRENT, FormatVersion
from clinic.case import digest

FORMS = Path(__file__).parent / "forms"  # one archive per form, beside the memory of the device that wrote it
# The digest of case c-0001 as the program of that form saw it.
CONTENT = {
    "form_1": "6b7dfe94c83f6ab4edda4af1cd87cd4204ab2f3982bb2e64b20815e0def9f4eb",
    "form_2": "48bb7518ba889cae6fdafb0fbd8c6aa8b77253cb029169d74f4b3dd5a8836f9c",
}
PRESENT = f"form_{CURRENT.form}"


def _unpacked(form: str, tmp_path: Path) -> Path:
    shutil.unpack_archive(FORMS / f"{form}.zip", tmp_path / form)
    return tmp_path / form


@pytest.fixture(params=sorted(set(CONTENT) - {PRESENT}))
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An archive of an earlier form."""
    return _unpacked(str(request.param), tmp_path)


@pytest.fixture
def device(golden: Path) -> Device:
    return Device.load(golden / "device")


@pytest.fixture
def unlocked(golden: Path, device: Device) -> Iterator[vault.Vault]:
    opened = vault.unlock(golden / "archive", PASSPHRASE, device)
    yield opened
    opened.close()


def test_there_is_one_of_every_form() -> None:
    assert sorted(CONTENT) == [f"form_{number}" for number in range(1, CURRENT.form + 1)]


def test_the_present_form_says_what_it_said(tmp_path: Path) -> None:
    """An archive of two people, one case with a plan, consent and an attached file, and a patient who was erased."""
    home = _unpacked(PRESENT, tmp_path)
    device = Device.load(home / "device")
    assert audit.verify(home / "archive", PASSPHRASE, full=True, login="Dr Ada", device=device).faults == ()
    with Archive.open(home / "archive", PASSPHRASE, login="Dr Ada", device=device) as archive:
        assert [summary.id for summary in archive.search("JANE doe")] == ["c-0001"]
        case, history = archive.open_case("c-0001")
        assert digest(case) == CONTENT[PRESENT]
        assert [revision.words for revision in history.revisions] == ["Take a photo", "Advance chin by 4 mm"]
        assert consent.of(archive, "p-0001") == consent.Consent(consent.EVERYTHING, "2999-12-31", "generated")
        (slices,) = attachments(archive, "c-0001")
        assert b"".join(content(archive, "c-0001", slices.name)) == b"generated slices " * 50
        assert [person.login for person in register.people(archive)] == ["Dr Ada", "Dr Bob"]
        assert list(archive.thumbnails()) == ["c-0001"]
        assert "erase" in [row["event"] for row in audit_rows(archive)]
        assert "migrate" not in [row["event"] for row in audit_rows(archive)]


def test_an_earlier_form_is_whole_before_and_after(golden: Path, device: Device) -> None:
    folder = golden / "archive"
    before = audit.verify(folder, PASSPHRASE, full=True, device=device)
    assert before.faults == ()
    with Archive.open(folder, PASSPHRASE, device=device) as archive:
        case, history = archive.open_case("c-0001")
        assert digest(case) == CONTENT[golden.name]
        assert [revision.words for revision in history.revisions] == ["Take a photo", "Advance chin by 4 mm"]
        assert "migrate" in [row["event"] for row in audit_rows(archive)]
    assert audit.verify(folder, PASSPHRASE, full=True, device=device).faults == ()
    assert f'"form": {CURRENT.form}' in (folder / "vault.json").read_text()


def test_the_tables_are_those_of_a_new_archive(unlocked: vault.Vault) -> None:
    migrations.bring_up(unlocked)
    with unlocked.records.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), VAULT) == []


def test_it_happens_once(golden: Path, device: Device) -> None:
    for _ in range(2):
        Archive.open(golden / "archive", PASSPHRASE, device=device).close()
    with Archive.open(golden / "archive", PASSPHRASE, device=device) as archive:
        assert [row["event"] for row in audit_rows(archive)].count("migrate") == 1


def test_an_archive_that_is_not_whole_keeps_its_form(unlocked: vault.Vault) -> None:
    with unlocked.records.begin() as connection:
        connection.exec_driver_sql("UPDATE study SET head = 2")
    before = files(unlocked.folder)
    with pytest.raises(DamagedArchive, match="altered"):
        migrations.bring_up(unlocked)
    with unlocked.records.connect() as connection:
        assert not connection.dialect.has_table(connection, CONSENT.name)
    assert files(unlocked.folder)["vault.json"] == before["vault.json"]


def test_an_old_copy_of_an_earlier_form_is_read_and_not_changed(golden: Path, device: Device) -> None:
    old = golden / "old"
    shutil.copytree(golden / "archive", old)
    with Archive.open(golden / "archive", PASSPHRASE, device=device):
        pass
    before = files(old)
    with Archive.open(old, PASSPHRASE, device=device) as archive:
        assert archive.old_copy
        assert digest(archive.open_case("c-0001")[0]) == CONTENT[golden.name]
        with archive._open_vault().records.connect() as connection:
            assert connection.execute(CONSENT.select()).all() == []
    assert {name: data for name, data in files(old).items() if "-" not in name} == before


def test_a_program_of_that_form_refuses_what_it_would_misread(
    golden: Path, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive.open(golden / "archive", PASSPHRASE, device=device).close()
    monkeypatch.setattr("clinic.archive.version.CURRENT", FormatVersion(1, 1))
    with pytest.raises(NewerArchive):
        Archive.open(golden / "archive", PASSPHRASE, device=device)
