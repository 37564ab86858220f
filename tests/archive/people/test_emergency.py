from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import solved_case
from vaults import CHEAP, PASSPHRASE, agree, audit_rows

from clinic.archive import audit, clock, consent
from clinic.archive.errors import UnknownCase
from clinic.archive.people import emergency, register
from clinic.archive.people.errors import NotAllowed, ReasonNeeded
from clinic.archive.people.roles import Role
from clinic.archive.store import Archive

OWN = "four other unrelated words"
WHY = "bleeds, surgeon is not here"


@pytest.fixture
def desk_opens(archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive with a solved case and Carol at the front desk, who sees no pictures."""
    monkeypatch.setattr(register, "calibrated", lambda: CHEAP)
    archive.commit(solved_case(), "Simulate")
    first = register.add(archive, PASSPHRASE, "Carol", [Role.FRONT_DESK])
    archive.close()
    with Archive.open(folder, first, login="Carol") as carol:
        carol.change_passphrase(first, OWN)
    return folder


def _later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    real = clock.now()
    moved = clock.Instant(real.utc + by, real.mono_ns, real.boot_id)
    monkeypatch.setattr(clock, "now", lambda: moved)


def test_the_glass_opens_one_patient_and_is_heard(desk_opens: Path) -> None:
    with Archive.open(desk_opens, OWN, login="Carol") as carol:
        with pytest.raises(NotAllowed):
            carol.open_case("c-0001")
        until = emergency.begin(carol, "p-0001", WHY)
        assert timedelta(minutes=59) < until - datetime.now(UTC) <= timedelta(minutes=60)
        assert carol.open_case("c-0001")[0].face is not None
        with pytest.raises(NotAllowed):
            carol.record("export", "Export pictures", "c-0001")
        told = [(row["event"], row["reason"], row["patient_ref"]) for row in audit_rows(carol)]
        assert ("break-glass", WHY, "p-0001") in told
    with Archive.open(desk_opens, PASSPHRASE, login="Dr Ada") as auditor:
        (one,) = emergency.unseen(auditor)
        assert (one.who, one.patient, one.reason) == ("Carol", "p-0001", WHY)
        emergency.acknowledge(auditor, (one.id,))
        assert emergency.unseen(auditor) == ()
    assert audit.verify(desk_opens, PASSPHRASE, full=True, login="Dr Ada").faults == ()


@pytest.mark.parametrize("by", [timedelta(minutes=61), timedelta(days=-1)])
def test_after_an_hour_or_with_the_clock_turned_back_it_is_shut(
    desk_opens: Path, by: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(desk_opens, OWN, login="Carol") as carol:
        emergency.begin(carol, "p-0001", WHY)
        _later(monkeypatch, by)
        with pytest.raises(NotAllowed):
            carol.open_case("c-0001")


@pytest.mark.parametrize("reason", ["", "   ", "because", "..........."])
def test_it_needs_a_reason(desk_opens: Path, reason: str) -> None:
    with Archive.open(desk_opens, OWN, login="Carol") as carol:
        with pytest.raises(ReasonNeeded):
            emergency.begin(carol, "p-0001", reason)
        with pytest.raises(UnknownCase):
            emergency.begin(carol, "p-9999", WHY)
        with pytest.raises(NotAllowed):
            carol.open_case("c-0001")


def test_it_shows_a_patient_whose_consent_is_missing_and_hands_out_nothing(archive: Archive) -> None:
    archive.commit(solved_case(), "Simulate")
    with pytest.raises(consent.NoConsent):
        archive.record("show", "Show the plan", "c-0001")
    emergency.begin(archive, "p-0001", WHY)
    archive.record("show", "Show the plan", "c-0001")
    with pytest.raises(consent.NoConsent):
        archive.record("export", "Export pictures", "c-0001")


def test_what_was_broken_goes_with_the_patient(archive: Archive, folder: Path) -> None:
    archive.commit(solved_case(), "Simulate")
    agree(archive)
    emergency.begin(archive, "p-0001", WHY)
    archive.erase_patient("p-0001", "she asked for it")
    assert emergency.unseen(archive) == ()
    archive.close()
    assert audit.verify(folder, PASSPHRASE, full=True).faults == ()
