"""Several people at the command line: by name, with a code, and no further than their roles go."""

from pathlib import Path

import pytest
from builders import case
from vaults import CHEAP, PASSPHRASE

from clinic import cli
from clinic.archive import clock
from clinic.archive.errors import WrongPassphrase
from clinic.archive.people import register, second_factor, totp
from clinic.archive.people.roles import Right, Role
from clinic.archive.store import Archive
from clinic.archive.trail import Entry, Wanted
from clinic.bench import BENCHES

OWN = "four other unrelated words"
SECRET = bytes(range(20))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Dr Ada's archive, which Bob, an assistant, shares; he has just been let in."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "home"))
    for room in ("clinic.archive.store", "clinic.archive.people.register"):
        monkeypatch.setattr(f"{room}.calibrated", lambda: CHEAP)
    with Archive.create(tmp_path / "archive", PASSPHRASE, "Dr Ada") as archive:
        archive.commit(case(), "Begin")
        first = register.add(archive, PASSPHRASE, "Bob", [Role.ASSISTANT])
    (tmp_path / "first.txt").write_text(first)
    return tmp_path / "archive"


def run(monkeypatch: pytest.MonkeyPatch, passphrase: str, *words: object) -> int:
    monkeypatch.setenv("CLINIC_PASSPHRASE", passphrase)
    return cli.main([str(word) for word in words], BENCHES)


def test_everybody_says_who_they_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    show = ("audit", "show", "--archive", folder)
    assert run(monkeypatch, PASSPHRASE, *show) == 2
    assert "--user NAME" in capsys.readouterr().err
    assert run(monkeypatch, PASSPHRASE, *show, "--user", "dr ada", "--who", "Dr Ada") == 0
    assert "add-person" in capsys.readouterr().out
    assert run(monkeypatch, PASSPHRASE, "audit", "verify", "--archive", folder, "--user", "Dr Ada") == 0


def test_who_was_let_in_changes_the_passphrase_first_and_is_held_to_the_role(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = (folder.parent / "first.txt").read_text()
    as_bob = ("--archive", folder, "--user", "Bob")
    assert run(monkeypatch, first, "archive", "backup", *as_bob, "--to", folder.parent / "b") == 2
    assert "clinic archive passphrase" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: OWN)
    assert run(monkeypatch, first, "archive", "passphrase", *as_bob) == 0
    assert run(monkeypatch, OWN, "archive", "backup", *as_bob, "--to", folder.parent / "b") == 2
    assert "You may not make a backup: that is for administrator." in capsys.readouterr().err
    assert not (folder.parent / "b").exists()


def test_the_code_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def code(steps: int) -> str:
        return totp.code_at(SECRET, totp.step_at(clock.now().utc) + steps)

    with Archive.open(folder, PASSPHRASE, login="Dr Ada") as archive:
        second_factor.set_up(archive, PASSPHRASE, SECRET, code(0))
    show = ("audit", "show", "--archive", folder, "--user", "Dr Ada")
    assert run(monkeypatch, PASSPHRASE, *show) == 2
    assert "authenticator" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: code(1))
    assert run(monkeypatch, PASSPHRASE, *show) == 0


def test_people_come_get_roles_lose_their_code_and_leave(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def as_ada(*words: str) -> list[str]:
        act = ("people", words[0], "--archive", folder, "--user", "Dr Ada", *words[1:])
        assert run(monkeypatch, PASSPHRASE, *act) == 0
        return capsys.readouterr().out.splitlines()

    assert as_ada("list") == ["Bob  assistant", "Dr Ada  administrator, auditor, surgeon"]
    first = as_ada("add", "Carol Doe", "--role", "front desk", "--role", "auditor")[1]
    with Archive.open(folder, first, login="carol doe") as carol:
        carol.change_passphrase(first, OWN)
        second_factor.set_up(carol, OWN, SECRET, totp.code_at(SECRET, totp.step_at(clock.now().utc)))
    assert "Carol Doe  auditor, front desk  code" in as_ada("list")
    as_ada("reset-code", "carol doe")
    as_ada("roles", "Carol Doe", "--role", "surgeon")
    with Archive.open(folder, OWN, login="Carol Doe") as carol:
        assert Right.EXPORT in carol.rights()
    again = as_ada("passphrase", "Carol Doe")[1]
    Archive.open(folder, again, login="Carol Doe").close()
    as_ada("remove", "Carol Doe")
    with pytest.raises(WrongPassphrase):
        Archive.open(folder, again, login="Carol Doe")
    assert "Carol Doe  left" in as_ada("list")
    told = {entry.event for entry in _audit(folder)}
    assert {"add-person", "change-roles", "second-factor", "new-passphrase", "remove-person"} <= told


def test_nobody_but_an_administrator_manages_people_and_names_are_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Archive.open(folder, (folder.parent / "first.txt").read_text(), login="Bob") as bob:
        bob.change_passphrase((folder.parent / "first.txt").read_text(), OWN)
    assert run(monkeypatch, OWN, "people", "list", "--archive", folder, "--user", "Bob") == 2
    assert "You may not manage who works here" in capsys.readouterr().err
    as_ada = ("--archive", folder, "--user", "Dr Ada")
    assert run(monkeypatch, PASSPHRASE, "people", "remove", *as_ada, "Nobody") == 2
    assert run(monkeypatch, PASSPHRASE, "people", "remove", *as_ada, "Dr Ada") == 2
    assert "Nobody would be left" in capsys.readouterr().err


def _audit(folder: Path) -> tuple[Entry, ...]:
    with Archive.open(folder, PASSPHRASE, login="Dr Ada") as archive:
        return archive.audit(Wanted())
