"""Audit and backup from the command line."""

import csv
import json
import sys
from pathlib import Path

import pytest
from builders import case
from vaults import CHEAP, PASSPHRASE

from clinic import cli
from clinic.archive.store import Archive
from clinic.bench import BENCHES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "archive", PASSPHRASE, "Dr Ada", cost=CHEAP) as archive:
        archive.commit(case(), "Advance chin by 4 mm")
    return tmp_path / "archive"


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setenv("CLINIC_PASSPHRASE", PASSPHRASE)
    return cli.main([str(word) for word in words], BENCHES)


def test_the_audit_is_shown_and_exported(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "audit", "show", "--archive", folder) == 0
    shown = capsys.readouterr().out
    assert "Advance chin by 4 mm" in shown
    assert case().patient.family_name not in shown
    for name in ("trail.csv", "trail.json"):
        assert run(monkeypatch, "audit", "export", "--archive", folder, "--out", tmp_path / name) == 0
    with (tmp_path / "trail.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    later = json.loads((tmp_path / "trail.json").read_text())
    assert [line["event"] for line in lines] == [row["event"] for row in later[: len(lines)]]
    assert "export-audit" in {row["event"] for row in later}
    assert run(monkeypatch, "audit", "export", "--archive", folder, "--out", tmp_path / "trail.pdf") == 2
    assert ".csv or .json" in capsys.readouterr().err


def test_a_backup_is_made_checked_and_put_back(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    assert run(monkeypatch, "archive", "backup", "--archive", folder, "--to", copy) == 0
    assert run(monkeypatch, "archive", "check", copy) == 0
    assert run(monkeypatch, "archive", "restore", copy, "--to", folder, "--reason", "new disk") == 0
    assert "is kept in" in capsys.readouterr().out
    assert run(monkeypatch, "audit", "verify", "--archive", folder, "--full") == 0
    (copy / "vault.db").unlink()
    assert run(monkeypatch, "archive", "check", copy) == 2
    assert "damaged: vault.db" in capsys.readouterr().err


def test_the_recovery_key_is_printed_and_a_patient_erased(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "archive", "recovery-key", "--archive", folder) == 0
    key = capsys.readouterr().out.splitlines()[0]
    monkeypatch.setenv("CLINIC_PASSPHRASE", key)
    assert cli.main(["audit", "verify", "--archive", str(folder)], BENCHES) == 0
    words = ("archive", "erase", "--archive", folder, "--patient", case().patient.id, "--reason", "asked on paper")
    assert run(monkeypatch, *words) == 0
    with Archive.open(folder, PASSPHRASE) as archive:
        assert archive.cases() == ()


def test_a_passphrase_is_asked_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["four other unrelated words", "four other unrelated word"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    assert run(monkeypatch, "archive", "passphrase", "--archive", folder) == 2
    assert "differ" in capsys.readouterr().err
    Archive.open(folder, PASSPHRASE).close()
    monkeypatch.setattr("getpass.getpass", lambda _: "four other unrelated words")
    assert run(monkeypatch, "archive", "passphrase", "--archive", folder) == 0
    Archive.open(folder, "four other unrelated words").close()


def test_what_is_done_for_ever_has_a_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "archive", "erase", "--archive", folder, "--patient", case().patient.id, "--reason", " ")
    assert "say why" in capsys.readouterr().err


def test_a_patient_is_found_handed_out_and_taken_in(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    patient, sent = case().patient, tmp_path / "sent"
    assert run(monkeypatch, "archive", "search", "--archive", folder, patient.family_name.lower()) == 0
    assert patient.id in capsys.readouterr().out
    secret = "words for the other practice"
    monkeypatch.setattr("clinic.archive.transfer.calibrated", lambda: CHEAP)
    monkeypatch.setenv("CLINIC_EXPORT_PASSPHRASE", secret)
    words = (
        "archive",
        "export-patient",
        "--archive",
        folder,
        "--patient",
        patient.id,
        "--to",
        sent,
        "--reason",
        "moves",
    )
    assert run(monkeypatch, *words) == 0
    Archive.create(tmp_path / "other", PASSPHRASE, "Dr Bob", cost=CHEAP).close()
    monkeypatch.setenv("CLINIC_EXPORT_PASSPHRASE", secret)
    assert run(monkeypatch, "archive", "import-patient", sent, "--archive", tmp_path / "other") == 0
    with Archive.open(tmp_path / "other", PASSPHRASE) as archive:
        assert [one.patient for one in archive.cases()] == [patient.id]
    assert patient.family_name not in capsys.readouterr().out


def test_the_key_is_renewed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (folder / "vault.db").read_bytes()
    assert run(monkeypatch, "archive", "renew-key", "--archive", folder) == 0
    assert run(monkeypatch, "audit", "verify", "--archive", folder, "--full") == 0
    assert (folder / "vault.db").read_bytes()[:16] != before[:16]


def test_a_keyring_that_is_not_there_is_told_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert run(monkeypatch, "archive", "keyring", "--archive", folder) == 2
    assert "recovery key first" in capsys.readouterr().err
    assert run(monkeypatch, "archive", "recovery-key", "--archive", folder) == 0
    assert run(monkeypatch, "archive", "keyring", "--archive", folder) == 2
    assert "no keyring" in capsys.readouterr().err
    Archive.open(folder, PASSPHRASE).close()
