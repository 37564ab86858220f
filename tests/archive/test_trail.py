"""The audit as an auditor reads it."""

import csv
import io
import json
from dataclasses import replace

import pytest
from builders import case, solved_case
from vaults import agree

from clinic import __version__
from clinic.archive.errors import UnknownTime
from clinic.archive.store import Archive
from clinic.archive.trail import Entry, Wanted, as_text
from clinic.case import Plan


def test_who_did_what_to_whom_is_told_in_order(archive: Archive) -> None:
    archive.commit(case(), "Advance chin by 4 mm")
    archive.open_case(case().id)
    found = archive.audit(Wanted())
    assert [entry.event for entry in found] == ["create", "open", "change", "view", "view-audit"]
    changed = found[2]
    assert (changed.who, changed.role, changed.reason) == ("Dr Ada", "surgeon", "Advance chin by 4 mm")
    assert changed.patient == case().patient.id
    assert changed.object == f"{case().id}/1"


def test_who_saw_one_patient(archive: Archive) -> None:
    archive.commit(case(), "Begin")
    archive.open_case(case().id)
    seen = archive.audit(Wanted(patient=case().patient.id))
    assert [entry.event for entry in seen] == ["change", "view", "view-audit"]
    assert [entry.event for entry in archive.audit(Wanted(event="view"))] == ["view"]


def test_a_span_of_time_takes_in_its_ends(archive: Archive) -> None:
    """ "2026-11" as an end means until the last moment of November."""
    everything = archive.audit(Wanted())
    day = everything[0].time_utc[:10]
    assert archive.audit(Wanted(since=day, until=day))[: len(everything)] == everything
    assert archive.audit(Wanted(until="1999")) == ()
    assert archive.audit(Wanted(since="2999")) == ()


@pytest.mark.parametrize(
    "time", ["yesterday", "2026-13", "2026-1", "2026-02-30", "2026-11-22 08:00", "2026T08", "٢٠٢٦"]
)
def test_a_time_that_is_none_is_refused(time: str) -> None:
    """It would leave out rows without a word, and an auditor would believe that there are none."""
    with pytest.raises(UnknownTime):
        Wanted(since=time)
    with pytest.raises(UnknownTime):
        Wanted(until=time)


@pytest.mark.parametrize("time", ["2026", "2026-11", "2026-11-22", "2026-11-22T08", "2026-11-22T08:00:59.123456"])
def test_a_time_may_be_cut_short(time: str) -> None:
    assert Wanted(since=time, until=time).since == time


@pytest.mark.parametrize("reason", ["plain", 'quoted "so", with comma', "two\nlines", "鼻 −2 mm", "=1+1"])
def test_csv_and_json_are_read_back(reason: str) -> None:
    entry = Entry(7, "2026-11-22T08:00:00Z", "Dr Ada", "surgeon", "ab" * 32, "change", "p", "c/1", "ok", reason, "", "")
    (line,) = csv.DictReader(io.StringIO(as_text([entry], "csv"), newline=""))
    assert line["reason"].removeprefix("'") == reason
    assert not line["reason"].startswith("=")
    assert line["seq"] == "7"
    (read,) = json.loads(as_text([entry], "json"))
    assert Entry(**read) == entry


def test_it_tells_with_which_versions_and_weights_something_was_made(archive: Archive) -> None:
    """The usage log: a row about a new face or solution names them; one about a changed plan does not repeat them."""
    archive.commit(solved_case(), "Simulate")
    archive.commit(replace(solved_case(), plan=Plan()), "Clear the plan")
    made, cleared = (entry.usage for entry in archive.audit(Wanted(event="change")))
    face, simulation = solved_case().face, solved_case().simulation
    assert face is not None
    assert simulation is not None
    assert made == f"program: Clinic {__version__}; face: {face.made_by}; simulation: {simulation.made_by}"
    assert cleared == ""
    archive.record("view", "Look", "c-0001", {"file": "Jane Doe.png"})
    assert archive.audit(Wanted(event="view"))[0].usage == f"program: Clinic {__version__}"  # and nobody's name
    archive.erase_patient("p-0001", "she asked for it")
    assert {entry.usage for entry in archive.audit(Wanted(patient="p-0001"))} == {""}


def test_it_tells_the_reason_that_was_given_until_the_patient_is_erased(archive: Archive) -> None:
    archive.commit(case(), "Begin")
    agree(archive)
    archive.record("export", "Export with a reason", case().id, {"reason": "she wants to see the limit"})
    assert archive.audit(Wanted(event="export"))[0].given == "she wants to see the limit"
    assert {entry.given for entry in archive.audit(Wanted(event="change"))} == {""}
    archive.erase_patient(case().patient.id, "she asked for it")
    assert archive.audit(Wanted(event="export"))[0].given == ""


def test_who_and_from_where_and_only_the_newest(archive: Archive) -> None:
    archive.commit(case(), "Begin")
    everything = archive.audit(Wanted())
    device = everything[0].device
    assert archive.audit(Wanted(who="Dr Ada", device=device[:8], last=3))[0].seq == everything[-1].seq - 1
    assert archive.audit(Wanted(who="Dr Bob")) == ()
    assert archive.audit(Wanted(device="_")) == ()
    known = archive.audit_choices()
    assert (known.people, known.devices) == (("Dr Ada",), (device,))
    assert {"create", "open", "change", "view-audit"} <= set(known.events)
