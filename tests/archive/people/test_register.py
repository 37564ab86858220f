"""Several people in one archive: each gets in as themselves, and may do what their roles say, no more."""

from collections.abc import Callable
from pathlib import Path

import pytest
from builders import case as sample_case
from builders import solved_case
from vaults import CHEAP, PASSPHRASE, agree, audit_rows, forge

from clinic.archive import audit, second_secret
from clinic.archive.errors import ArchiveError, WrongPassphrase
from clinic.archive.people import register
from clinic.archive.people.errors import (
    LastOfRole,
    MustChangePassphrase,
    NameNeeded,
    NameTaken,
    NoRole,
    NotAllowed,
    NotAName,
    SamePassphrase,
    TooManyGuesses,
    UnknownPerson,
)
from clinic.archive.people.roles import ALL_RIGHTS, Right, Role, rights
from clinic.archive.store import Archive
from clinic.archive.trail import Wanted
from clinic.case import Case, Patient
from clinic.jobs import Progress

OWN = "four other unrelated words"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "calibrated", lambda: CHEAP)


def joined(folder: Path, login: str, *roles: Role) -> None:
    """Let somebody in, who then chooses a passphrase."""
    with Archive.open(folder, PASSPHRASE, login="Dr Ada") as owner:
        first = register.add(owner, PASSPHRASE, login, roles)
    with Archive.open(folder, first, login=login) as theirs:
        theirs.change_passphrase(first, OWN)


def identity(archive: Archive, login: str) -> str:
    return next(person.id for person in register.people(archive) if person.login == login)


@pytest.fixture
def shared(archive: Archive, folder: Path) -> Path:
    """An archive with a solved case, its owner, and Bob, an assistant."""
    archive.commit(solved_case(), "Simulate")
    agree(archive)
    archive.close()
    joined(folder, "Bob", Role.ASSISTANT)
    return folder


def test_whoever_is_alone_needs_no_name_and_may_do_everything(archive: Archive, folder: Path) -> None:
    assert archive.rights() == ALL_RIGHTS
    archive.close()
    Archive.open(folder, PASSPHRASE).close()
    Archive.open(folder, PASSPHRASE, login="whatever").close()


def test_each_person_comes_in_by_name_as_themselves(shared: Path) -> None:
    with pytest.raises(NameNeeded):
        Archive.open(shared, OWN)
    for name, passphrase in (("Bob", PASSPHRASE), ("Dr Ada", OWN), ("Eve", OWN)):
        with pytest.raises(WrongPassphrase):
            Archive.open(shared, passphrase, login=name)
    with Archive.open(shared, OWN, login="  bOB ") as bob:
        assert bob.user == "Bob"
        last = audit_rows(bob)[-1]
        assert (last["event"], last["role"]) == ("open", "assistant")
        assert bob.rights() == rights([Role.ASSISTANT])
    with Archive.open(shared, PASSPHRASE, login="Dr Ada") as owner:
        assert owner.rights() == rights(register.OWNER)


def test_two_people_with_the_same_passphrase_are_told_apart(shared: Path) -> None:
    joined(shared, "Carol", Role.FRONT_DESK)
    for name in ("Bob", "Carol"):
        with Archive.open(shared, OWN, login=name) as archive:
            assert archive.user == name


def test_a_first_time_passphrase_opens_nothing_until_it_is_changed(archive: Archive, folder: Path) -> None:
    archive.commit(sample_case(), "Take a photo")
    first = register.add(archive, PASSPHRASE, "Bob", [Role.SURGEON])
    with Archive.open(folder, first, login="Bob") as bob:
        assert bob.must_change_passphrase
        assert bob.rights() == frozenset()
        for act in (bob.cases, lambda: bob.new_recovery_key(first), lambda: second_secret.bind(bob, first)):
            with pytest.raises(MustChangePassphrase):
                act()
        with pytest.raises(SamePassphrase):
            bob.change_passphrase(first, first)
        bob.change_passphrase(first, OWN)
        assert not bob.must_change_passphrase
        assert len(bob.cases()) == 1
    with pytest.raises(WrongPassphrase):
        Archive.open(folder, first, login="Bob")


def test_letting_somebody_in_needs_the_passphrase_once_more(archive: Archive) -> None:
    with pytest.raises(WrongPassphrase):
        register.add(archive, OWN, "Bob", [Role.ASSISTANT])
    assert [person.login for person in register.people(archive)] == ["Dr Ada"]


@pytest.mark.parametrize(
    ("login", "roles", "error"),
    [("dr  ADA", [Role.ASSISTANT], NameTaken), ("", [Role.ASSISTANT], NotAName), ("x" * 65, [Role.ASSISTANT], NotAName),
     ("a\u202eb", [Role.ASSISTANT], NotAName), ("Bob", [], NoRole)],
)  # fmt: skip
def test_strange_names_and_no_roles_are_refused(
    archive: Archive, login: str, roles: list[Role], error: type[ArchiveError]
) -> None:
    with pytest.raises(error):
        register.add(archive, PASSPHRASE, login, roles)
    assert len(register.people(archive)) == 1


Act = Callable[[Archive, Path], object]
ACTS: dict[Right, Act] = {
    Right.LIST: lambda archive, _: archive.cases(),
    Right.REGISTER: lambda archive, _: archive.commit(Case("c-0009", Patient("p-0009", "Roe")), "Begin the case"),
    Right.CONSENT: lambda archive, _: agree(archive),
    Right.VIEW: lambda archive, _: archive.open_case("c-0001"),
    Right.CHANGE: lambda archive, _: archive.move("c-0001", 1, "Undo", "undo"),
    Right.EXPORT: lambda archive, _: archive.record("export", "Export pictures", "c-0001"),
    Right.READ_AUDIT: lambda archive, _: archive.audit(Wanted()),
    Right.VERIFY: lambda archive, _: archive.verify(full=False),
    Right.MANAGE_PEOPLE: lambda archive, _: register.people(archive),
    Right.BACK_UP: lambda archive, folder: archive.back_up(folder.parent / f"backup {archive.user}", Progress()),
    Right.ERASE: lambda archive, _: archive.erase_patient("p-0001", "she asked for it"),
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_it_holds_and_nothing_else(shared: Path, role: Role) -> None:
    """Every right is tried; those that a role does not hold are refused in words, and nothing changes."""
    joined(shared, "Carol", role)
    with Archive.open(shared, OWN, login="Carol") as archive:
        for right, act in ACTS.items():
            if right in rights([role]):
                act(archive, shared)
            else:
                before = len(audit_rows(archive))
                with pytest.raises(NotAllowed, match=right.value):
                    act(archive, shared)
                assert len(audit_rows(archive)) == before


def test_a_change_is_not_passed_off_as_a_registration(shared: Path) -> None:
    """The front desk may begin an empty case; it may not empty one that is there, nor begin one with pictures."""
    joined(shared, "Carol", Role.FRONT_DESK)
    with Archive.open(shared, OWN, login="Carol") as desk:
        for case in (Case("c-0001", solved_case().patient), sample_case()):
            with pytest.raises(NotAllowed):
                desk.commit(case, "Begin the case")


def test_other_roles_count_at_once_also_where_the_window_is_open(shared: Path) -> None:
    with Archive.open(shared, OWN, login="Bob") as bob, Archive.open(shared, PASSPHRASE, login="Dr Ada") as owner:
        bob.open_case("c-0001")
        register.give_roles(owner, identity(owner, "Bob"), [Role.AUDITOR])
        with pytest.raises(NotAllowed):
            bob.open_case("c-0001")
        assert bob.verify(full=False).faults == ()


def test_who_leaves_gets_in_no_more_and_stays_in_the_audit(shared: Path) -> None:
    with Archive.open(shared, OWN, login="Bob") as bob, Archive.open(shared, PASSPHRASE, login="Dr Ada") as owner:
        gone = identity(owner, "Bob")
        register.remove(owner, gone)
        with pytest.raises(NotAllowed):
            bob.cases()
        assert "Bob" in {entry.who for entry in owner.audit(Wanted())}
        with pytest.raises(UnknownPerson):
            register.give_roles(owner, gone, [Role.SURGEON])
        with pytest.raises(NameTaken):
            register.add(owner, PASSPHRASE, "Bob", [Role.ASSISTANT])
    with pytest.raises(WrongPassphrase):
        Archive.open(shared, OWN, login="Bob")
    with Archive.open(shared, PASSPHRASE) as owner:  # alone once more, so no name; but not with every right
        assert owner.rights() == rights(register.OWNER)


def test_who_sends_all_the_others_away_does_not_come_to_see_patients(shared: Path) -> None:
    """Whoever is left alone is not the first and only one, and keeps to the role."""
    joined(shared, "Carol", Role.ADMINISTRATOR, Role.AUDITOR)
    with Archive.open(shared, OWN, login="Carol") as carol:
        for login in ("Bob", "Dr Ada"):
            register.remove(carol, identity(carol, login))
    with Archive.open(shared, OWN) as carol:
        assert Right.VIEW not in carol.rights()
        with pytest.raises(NotAllowed):
            carol.open_case("c-0001")


def test_the_last_administrator_and_the_last_auditor_stay(shared: Path) -> None:
    with Archive.open(shared, PASSPHRASE, login="Dr Ada") as owner:
        own = identity(owner, "Dr Ada")
        for roles in ([Role.SURGEON, Role.AUDITOR], [Role.ADMINISTRATOR]):
            with pytest.raises(LastOfRole):
                register.give_roles(owner, own, roles)
        with pytest.raises(LastOfRole):
            register.remove(owner, own)
        assert owner.rights() == rights(register.OWNER)


def test_a_lost_passphrase_is_replaced_and_the_old_one_dies(shared: Path) -> None:
    with Archive.open(shared, OWN, login="Bob") as bob:
        recovery = bob.new_recovery_key(OWN)
    with Archive.open(shared, PASSPHRASE, login="Dr Ada") as owner:
        first = register.renew(owner, PASSPHRASE, identity(owner, "Bob"))
    for old in (OWN, recovery):
        with pytest.raises(WrongPassphrase):
            Archive.open(shared, old, login="Bob")
    with Archive.open(shared, first, login="Bob") as bob:
        bob.change_passphrase(first, OWN)
        bob.open_case("c-0001")


def test_an_auditor_proves_the_whole_audit_with_an_own_key(shared: Path) -> None:
    joined(shared, "Carol", Role.AUDITOR)
    assert audit.verify(shared, OWN, full=True, login="Carol").faults == ()
    forge(shared, "UPDATE audit SET reason = 'nothing' WHERE seq = 3", login="Dr Ada")
    assert "audit row 3 was altered" in audit.verify(shared, OWN, login="Carol").faults


def test_a_role_that_was_forged_is_found(shared: Path) -> None:
    forge(shared, "UPDATE user SET role = 'surgeon+administrator' WHERE login = 'Bob'", login="Dr Ada")
    faults = audit.verify(shared, PASSPHRASE, login="Dr Ada").faults
    assert len(faults) == 1
    assert faults[0].startswith("the user ")


def test_five_wrong_passphrases_in_a_row_have_to_wait_also_after_a_restart(shared: Path) -> None:
    for _ in range(4):
        with pytest.raises(WrongPassphrase):
            Archive.open(shared, "some other passphrase", login="Bob")
    for passphrase in ("another passphrase", OWN):
        with pytest.raises(TooManyGuesses, match=r"Wait 1\d seconds"):
            Archive.open(shared, passphrase, login="Bob")
    with Archive.open(shared, PASSPHRASE, login="Dr Ada") as owner:
        assert owner.user == "Dr Ada"


def test_the_key_file_names_nobody(shared: Path) -> None:
    assert not any(name in (shared / "slots.json").read_bytes() for name in (b"Bob", b"Ada", b"assistant"))
