"""Whoever is looked for is found, however the name is typed; who was erased is not; the index is never the truth."""

from dataclasses import replace
from pathlib import Path

import pytest
from builders import case as sample_case
from vaults import PASSPHRASE, flip

from clinic.archive import search
from clinic.archive.audit import verify
from clinic.archive.database import open_engine
from clinic.archive.store import Archive
from clinic.case import Patient

PEOPLE = (
    Patient("p-1", "Weiß", "Émile", "1970-01-31", record_number="A-77"),
    Patient("p-2", "O'Brien", "Zoë", "1992-02-14", record_number="78"),
    Patient("p-3", "Ng", "Li", "2001-12-24", record_number='a"b%_'),
)


@pytest.fixture
def filled(archive: Archive) -> Archive:
    for number, patient in enumerate(PEOPLE):
        archive.commit(replace(sample_case(), id=f"c-{number + 1}", patient=patient), "Register")
    return archive


def found(archive: Archive, text: str) -> set[str]:
    return {one.patient for one in archive.search(text)}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("weiss", {"p-1"}),
        ("EMILE", {"p-1"}),
        ("ile wei", {"p-1"}),
        ("o'brien", {"p-2"}),
        ("zoe 1992", {"p-2"}),
        ("ng", {"p-3"}),
        ('a"b%_', {"p-3"}),
        ("1", {"p-1", "p-2", "p-3"}),
        ("12-24", {"p-3"}),
        ("weiss zoe", set()),
        ('" OR 1', set()),
        ("", {"p-1", "p-2", "p-3"}),
    ],
)
def test_any_part_of_what_is_said_finds(filled: Archive, text: str, ids: set[str]) -> None:
    assert found(filled, text) == ids


def test_a_search_follows_what_changes_and_what_is_erased(filled: Archive, folder: Path) -> None:
    assert found(filled, "brien") == {"p-2"}
    filled.commit(replace(sample_case(), id="c-2", patient=replace(PEOPLE[1], family_name="Roe")), "Correct the name")
    assert (found(filled, "brien"), found(filled, "roe")) == (set(), {"p-2"})
    filled.erase_patient("p-2", "asked in writing")
    assert found(filled, "roe") == set()
    filled.close()
    assert verify(folder, PASSPHRASE, full=True).faults == ()


def test_a_damaged_or_missing_index_is_made_anew_and_damage_is_told(filled: Archive, folder: Path) -> None:
    assert found(filled, "weiss") == {"p-1"}
    flip(folder / "search.db", 8 * 9000)
    assert any("search.db" in fault for fault in filled.verify(full=False).faults)
    assert found(filled, "weiss") == {"p-1"}
    assert filled.verify(full=False).faults == ()
    (folder / "search.db").unlink()
    assert found(filled, "weiss") == {"p-1"}


def test_a_full_check_finds_who_was_hidden_from_the_index(filled: Archive) -> None:
    """As an old page of the index, put back by a thief of the disk, could do."""
    found(filled, "weiss")
    with filled.transaction() as transaction:
        engine = open_engine(search.file(transaction.vault), transaction.vault.secrets.search)
    with engine.begin() as index:
        index.exec_driver_sql("DELETE FROM person WHERE rowid = 1")
    engine.dispose()
    assert filled.verify(full=False).faults == ()
    assert any("index" in fault for fault in filled.verify(full=True).faults)
    filled.commit(replace(sample_case(), id="c-9", patient=Patient("p-9", "Late")), "Register")
    assert len(filled.verify(full=True).faults) == 1  # the index need not know who came after the last search


def test_names_lie_nowhere_in_the_clear(filled: Archive, folder: Path) -> None:
    found(filled, "brien")
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"brien" not in path.read_bytes().lower()
