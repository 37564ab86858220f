"""Consent gates what it is for, from the day it is given to the day it ends."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from builders import solved_case
from vaults import PASSPHRASE, audit_rows, forge

from clinic.archive import audit, consent
from clinic.archive.consent import EVERYTHING, NONE, Consent, NoConsent, Scope
from clinic.archive.errors import UnknownCase
from clinic.archive.schema import CONSENT
from clinic.archive.store import Archive

TODAY = date.today()


@pytest.fixture
def planned(archive: Archive) -> Archive:
    archive.commit(solved_case(), "Simulate")
    return archive


@pytest.mark.parametrize("scope", list(Scope))
def test_each_action_needs_its_own_consent(planned: Archive, scope: Scope) -> None:
    consent.give(planned, "p-0001", Consent(EVERYTHING - {scope}))
    for event in Scope:
        if event is scope:
            with pytest.raises(NoConsent, match="is not recorded"):
                planned.record(event.value, "Try", "c-0001")
        else:
            planned.record(event.value, "Try", "c-0001")


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (1, True)])
def test_it_holds_up_to_its_last_day(planned: Archive, days: int, holds: bool) -> None:
    until = (TODAY + timedelta(days=days)).isoformat()
    consent.give(planned, "p-0001", Consent(EVERYTHING, until))
    if holds:
        planned.record("export", "Export", "c-0001")
    else:
        with pytest.raises(NoConsent, match=f"ended on {until}"):
            planned.record("export", "Export", "c-0001")
    planned.open_case("c-0001")  # the records themselves stay


def test_what_was_agreed_comes_back_and_can_be_withdrawn(planned: Archive, folder: Path) -> None:
    given = Consent(frozenset({Scope.SHOW}), "2031-05-06", "form signed in the presence of Mr Doe")
    assert consent.of(planned, "p-0001") == NONE
    consent.give(planned, "p-0001", given)
    planned.close()
    with Archive.open(folder, PASSPHRASE) as again:
        assert consent.of(again, "p-0001") == given
        consent.give(again, "p-0001", NONE)
        with pytest.raises(NoConsent):
            again.record("show", "Show", "c-0001")
        words = [row["reason"] for row in audit_rows(again) if row["event"] == "consent"]
    assert words == ["show until 2031-05-06", "withdrawn"]  # and not what the note says
    assert audit.verify(folder, PASSPHRASE, full=True).faults == ()


def test_nobody_agrees_for_a_patient_who_is_not_there(archive: Archive) -> None:
    with pytest.raises(UnknownCase):
        consent.give(archive, "p-0001", Consent(EVERYTHING))


def test_consent_that_was_forged_or_put_back_is_found(planned: Archive, folder: Path) -> None:
    consent.give(planned, "p-0001", Consent(EVERYTHING))
    with planned.transaction() as transaction:
        old = bytes(transaction.found(CONSENT, "p-0001")["enc"])
    consent.give(planned, "p-0001", NONE)
    planned.close()
    forge(folder, f"UPDATE consent SET enc = x'{old.hex()}', version = 1")
    assert audit.verify(folder, PASSPHRASE).faults == (
        "the consent p-0001 is not as it was recorded: altered, or an old state",
    )


@pytest.mark.parametrize("until", ["tomorrow", "2026-13-01", "06.05.2031"])
def test_a_last_day_is_a_day(until: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Consent(EVERYTHING, until)
