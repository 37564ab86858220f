"""What the command line refuses before any work: impossible numbers, names that cannot be written, odd plan files."""

import os
from pathlib import Path

import pytest

from clinic import cli
from clinic.bench import BENCHES
from clinic.cli import demo

Capture = pytest.CaptureFixture[str]


def refusal(capsys: Capture, *words: object) -> str:
    assert cli.main([str(word) for word in words], BENCHES) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1  # no stage was begun, and no traceback
    assert "unexpected" not in told[0]
    return told[0]


@pytest.mark.parametrize("given", ["0", "-5", "20", "200", "nan", "inf"])
def test_a_pupil_distance_that_nobody_has_is_refused(tmp_path: Path, capsys: Capture, given: str) -> None:
    words = refusal(capsys, "reconstruct", "photo.jpg", "--out", tmp_path / "face.glb", f"--ipd-mm={given}")
    assert "40 to 80 mm" in words


@pytest.mark.parametrize("given", ["0", "-5", "1000", "nan"])
def test_a_marker_card_of_no_size_is_refused(tmp_path: Path, capsys: Capture, given: str) -> None:
    words = refusal(capsys, "reconstruct", "photo.jpg", "--out", tmp_path / "face.glb", f"--card-mm={given}")
    assert "5 to 200 mm" in words


def test_an_unknown_result_format_is_refused(tmp_path: Path, capsys: Capture) -> None:
    assert ".glb" in refusal(capsys, "reconstruct", "photo.jpg", "--out", tmp_path / "face.fbx")


def test_a_result_without_a_place_is_refused(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "dir.ply").mkdir()
    for words in (
        refusal(capsys, "reconstruct", "photo.jpg", "--out", tmp_path / "nowhere" / "face.glb"),
        refusal(capsys, "reconstruct", "photo.jpg", "--out", tmp_path / "dir.ply"),
        refusal(capsys, "reconstruct", "photo.jpg", "--out", tmp_path / "f.ply", "--json", tmp_path / "no" / "j.json"),
        refusal(capsys, "bench", "story", "--json", tmp_path / "no" / "j.json"),
    ):
        assert "folder" in words


def test_figures_do_not_overwrite_the_result(tmp_path: Path, capsys: Capture) -> None:
    for taken in ("face.glb", "face.lm.json"):
        words = refusal(capsys, "reconstruct", "a.jpg", "--out", tmp_path / "face.glb", "--json", tmp_path / taken)
        assert "--json" in words


@pytest.mark.parametrize("content", [os.urandom(64) + b"\xff", "ä".encode("utf-16"), b"#" * 1_000_000])
def test_a_plan_that_is_no_text_is_refused(tmp_path: Path, capsys: Capture, content: bytes) -> None:
    (tmp_path / "plan.toml").write_bytes(content)
    command = ("simulate", "face.glb", "--plan", tmp_path / "plan.toml", "--out", tmp_path / "after.ply")
    assert "plan.toml" in refusal(capsys, *command)


def test_a_plan_may_begin_with_a_byte_order_mark(tmp_path: Path, capsys: Capture) -> None:
    text = '\ufeff[[edit]]\nprocedure = "nothing_known"\namount_mm = 1.0\n'
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    command = ("simulate", "face.glb", "--plan", tmp_path / "plan.toml", "--out", tmp_path / "after.ply")
    assert "nothing_known" in refusal(capsys, *command)


def test_a_weak_passphrase_makes_nothing(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_PASSPHRASE", "short")
    assert "15 characters" in refusal(capsys, "demo", "--out", tmp_path / "demo")
    assert list(tmp_path.iterdir()) == []


def test_a_demo_where_a_file_is_in_the_way_is_refused(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "file").write_text("mine")
    assert "folder" in refusal(capsys, "demo", "--out", tmp_path / "file" / "demo")
    assert (tmp_path / "file").read_text() == "mine"


def test_an_archive_needs_a_passphrase_and_to_exist(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLINIC_PASSPHRASE", raising=False)
    assert "CLINIC_PASSPHRASE" in refusal(capsys, "audit", "verify", "--archive", tmp_path)
    monkeypatch.setenv("CLINIC_PASSPHRASE", "correct horse battery staple")
    assert "no archive" in refusal(capsys, "audit", "verify", "--archive", tmp_path)


def test_processes_started_later_do_not_inherit_the_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_PASSPHRASE", "correct horse battery staple")
    assert cli.main(["models"], {}) == 0
    assert "CLINIC_PASSPHRASE" not in os.environ


def test_models_lists_licence_and_hash(capsys: Capture) -> None:
    assert cli.main(["models"], {}) == 0
    told = capsys.readouterr().out
    assert "Apache-2.0" in told
    assert "64184e229b263107" in told


def test_ctrl_c_ends_a_verb_with_130(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("clinic.resources.model_files", interrupted)
    assert cli.main(["models"], {}) == 130
    assert "Stopped" in capsys.readouterr().err


def test_an_earlier_archive_is_kept_and_an_unfinished_one_is_not(tmp_path: Path) -> None:
    for text in ("first", "second", "third"):
        with demo._building(tmp_path) as building:
            building.mkdir()
            (building / "who").write_text(text)
    with pytest.raises(KeyboardInterrupt):
        _interrupted(tmp_path)
    kept = {path.parent.name: path.read_text() for path in tmp_path.glob("*/who")}
    assert kept == {"archive": "third", "archive.1": "first", "archive.2": "second"}
    assert len(list(tmp_path.iterdir())) == 3


def _interrupted(folder: Path) -> None:
    with demo._building(folder) as building:
        building.mkdir()
        raise KeyboardInterrupt


def test_two_demos_at_once_do_not_meet(tmp_path: Path) -> None:
    with demo._building(tmp_path) as one, demo._building(tmp_path) as other:
        for building, text in ((one, "one"), (other, "other")):
            building.mkdir()
            (building / "who").write_text(text)
    assert (tmp_path / "archive" / "who").read_text() == "one"
    assert (tmp_path / "archive.1" / "who").read_text() == "other"
