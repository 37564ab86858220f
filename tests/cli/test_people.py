"""Several people at the command line: by name, with a code, and no further than their roles go."""

from pathlib import Path

import pytest
from builders import case
from vaults import CHEAP, PASSPHRASE

from clinic import cli
from clinic.archive import clock
from clinic.archive.people import register, second_factor, totp
from clinic.archive.people.roles import Role
from clinic.archive.store import Archive
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
