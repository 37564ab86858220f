"""Audit and backup from the command line."""

import csv
import json
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
