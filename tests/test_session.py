from dataclasses import replace
from pathlib import Path

import pytest
from builders import case as sample_case
from builders import solved_case

from clinic.archive.audit import verify
from clinic.archive.consent import EVERYTHING, Consent, NoConsent
from clinic.archive.crypto import Argon2Cost
from clinic.archive.errors import ArchiveClosed, DiskFull, WrongPassphrase
from clinic.archive.people import register
from clinic.archive.people.roles import Right, Role
from clinic.archive.store import Archive
from clinic.case import Case, Edit, Plan, digest
from clinic.session import NoArchive, NothingToLock, Session

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr("clinic.archive.store.calibrated", lambda: Argon2Cost(2, 19 * 1024))


def planned(amount: float) -> Case:
    return replace(sample_case(), plan=Plan((Edit("chin", (("forward_mm", amount),)),)))


def amount(session: Session) -> float:
    assert session.case is not None
    return session.case.plan.edits[0].amount("forward_mm")


@pytest.fixture(params=["archive", "memory"])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Session:
    if request.param == "memory":
        return Session(user="Dr Ada")
    return Session.create(tmp_path / "archive", PASSPHRASE, "Dr Ada")


def test_undo_and_redo_walk_through_the_states(session: Session) -> None:
    with session:
        for value in (1.0, 2.0, 3.0):
            session.commit(planned(value), f"Advance chin by {value} mm")
        assert (session.can_undo, session.can_redo, session.undo_words) == (True, False, "Advance chin by 3.0 mm")
        session.undo()
        assert amount(session) == 2.0
        assert session.redo_words == "Advance chin by 3.0 mm"
        session.undo()
        assert (amount(session), session.can_undo) == (1.0, False)
        session.undo()
        assert amount(session) == 1.0
        session.redo()
        session.redo()
        assert (amount(session), session.can_redo) == (3.0, False)


def test_a_change_after_an_undo_is_what_redo_goes_to(session: Session) -> None:
    with session:
        for value in (1.0, 2.0):
            session.commit(planned(value), "Advance chin")
        session.undo()
        session.commit(planned(7.0), "Advance chin further")
        assert not session.can_redo
        session.undo()
        assert amount(session) == 1.0
        session.redo()
        assert amount(session) == 7.0


def test_an_undo_gives_back_the_very_object(session: Session) -> None:
    with session:
        first = planned(1.0)
        session.commit(first, "Advance chin")
        session.commit(replace(first, plan=Plan()), "Clear the plan")
        session.undo()
        assert session.case is first


def test_listeners_hear_before_and_after(session: Session) -> None:
    heard: list[tuple[Case | None, Case | None]] = []
    with session:
        forget = session.listen(lambda before, after: heard.append((before, after)))
        first, second = planned(1.0), planned(2.0)
        session.commit(first, "Advance chin")
        session.commit(second, "Advance chin")
        session.undo()
        forget()
        session.redo()
    assert heard == [(None, first), (first, second), (second, first)]


def test_undo_and_redo_survive_a_restart(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a", PASSPHRASE, "Dr Ada") as session:
        for value in (1.0, 2.0, 3.0):
            session.commit(planned(value), f"Advance chin by {value} mm")
        session.undo()
        session.undo()
    with Session.open(tmp_path / "a", PASSPHRASE) as session:
        session.open_case(session.cases()[0].id)
        assert amount(session) == 1.0
        session.redo()
        assert (amount(session), session.redo_words) == (2.0, "Advance chin by 3.0 mm")
        session.undo()
        assert amount(session) == 1.0
    assert verify(tmp_path / "a", PASSPHRASE, full=True).faults == ()


def test_what_cannot_be_recorded_does_not_happen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Case | None] = []
    with Session.create(tmp_path / "a", PASSPHRASE, "Dr Ada") as session:
        first = planned(1.0)
        session.commit(first, "Advance chin")
        session.listen(lambda _, after: heard.append(after))
        monkeypatch.setattr("clinic.archive.transaction.ROOM_BYTES", 1 << 62)
        with pytest.raises(DiskFull):
            session.commit(solved_case(), "Simulate")
        assert session.case is first
        assert not session.can_undo
        assert heard == []


def test_lock_drops_everything_and_unlock_brings_the_same_case_back(tmp_path: Path) -> None:
    heard: list[Case | None] = []
    with Session.create(tmp_path / "a", PASSPHRASE, "Dr Ada") as session:
        session.commit(sample_case(), "Take a photo")
        session.commit(solved_case(), "Simulate")
        session.listen(lambda _, after: heard.append(after))
        session.lock()
        assert (session.locked, session.case, heard) == (True, None, [None])
        with pytest.raises(ArchiveClosed):
            session.commit(sample_case(), "Take another photo")
        with pytest.raises(WrongPassphrase):
            session.unlock("some other passphrase")
        assert session.locked
        session.unlock(PASSPHRASE)
        assert digest(session.case) == digest(solved_case())
        assert session.undo_words == "Simulate"


def test_without_an_archive_nothing_is_locked_or_listed() -> None:
    session = Session(user="Dr Ada")
    session.commit(sample_case(), "Take a photo")
    with pytest.raises(NothingToLock):
        session.lock()
    with pytest.raises(NoArchive):
        session.open_case("c-0001")
    assert session.case is not None
    assert session.cases() == ()


def test_a_case_that_the_archive_holds_already_keeps_its_history(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a", PASSPHRASE, "Dr Ada") as session:
        session.commit(planned(1.0), "Advance chin")
    with Session(Archive.open(tmp_path / "a", PASSPHRASE)) as session:
        session.commit(planned(2.0), "Advance chin more")
        session.undo()
        assert amount(session) == 1.0


def test_somebody_else_who_unlocks_begins_with_no_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.archive.people.register.calibrated", lambda: Argon2Cost(2, 19 * 1024))
    own = "four other unrelated words"
    with Session.create(tmp_path / "a", PASSPHRASE, "Dr Ada") as session:
        first = register.add(session.archive, PASSPHRASE, "Bob", [Role.ASSISTANT])
        with Archive.open(tmp_path / "a", first, login="Bob") as bob:
            bob.change_passphrase(first, own)
        session.commit(planned(1.0), "Advance chin")
        session.lock()
        session.unlock(own, "Bob")
        assert (session.user, session.case) == ("Bob", None)
        assert Right.EXPORT not in session.rights
        session.open_case("c-0001")
        session.lock()
        session.unlock(PASSPHRASE, "Dr Ada")
        assert session.case is None


def test_consent_is_kept_and_asked_for_where_an_archive_is(session: Session) -> None:
    with session:
        session.commit(planned(1.0), "Advance chin")
        if session.folder is None:
            assert session.consent.scopes == EVERYTHING
        else:
            with pytest.raises(NoConsent):
                session.record("export", "Export")
            session.give_consent(Consent(EVERYTHING))
        session.record("export", "Export")
