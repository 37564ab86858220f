"""`clinic intake`: from slices to two PLY files, and nobody's name in them."""

import json
from pathlib import Path

import numpy as np
import pytest
from dicoms import IDENTIFIERS, ball, planted, series
from heads import phantom_head

from clinic import cli, mesh_files
from clinic.bench import BENCHES

Capture = pytest.CaptureFixture[str]


def head_in(folder: Path) -> None:
    volume = phantom_head().volume
    series(folder, volume.values, spacing=tuple(volume.spacing), origin=tuple(volume.origin), change=planted)


def test_a_head_becomes_skin_and_bone_in_the_scanner_frame_without_identifiers(tmp_path: Path, capsys: Capture) -> None:
    head_in(tmp_path / "ct")
    out = tmp_path / "out"
    out.mkdir()
    given = [
        "intake",
        tmp_path / "ct",
        "--skin",
        out / "skin.ply",
        "--bone",
        out / "bone.ply",
        "--json",
        out / "a.json",
    ]
    assert cli.main([str(word) for word in given], BENCHES) == 0
    said = capsys.readouterr()
    assert len(IDENTIFIERS) == 36
    written = [path.read_bytes() for path in out.iterdir()]
    assert len(written) == 3
    assert all(b"CANARY" not in content for content in written)
    assert "CANARY" not in said.out + said.err
    figures = json.loads((out / "a.json").read_text())
    assert figures["modality"] == "CT"
    assert figures["voxels"] == [140, 140, 100]
    skin = mesh_files.read(out / "skin.ply")
    assert skin.unit == "mm"
    outer = phantom_head().skin.surface.points
    np.testing.assert_allclose(skin.points.min(axis=0)[:2], outer.min(axis=0)[:2], atol=3.0)
    np.testing.assert_allclose(skin.points.max(axis=0)[2], outer.max(axis=0)[2], atol=3.0)


def refusal(capsys: Capture, *words: object) -> str:
    assert cli.main([str(word) for word in words], BENCHES) == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_names_that_cannot_be_written_are_refused_before_any_work(tmp_path: Path, capsys: Capture) -> None:
    assert "as PLY" in refusal(capsys, "intake", tmp_path, "--skin", tmp_path / "a.stl")
    same = tmp_path / "a.ply"
    assert "two results" in refusal(capsys, "intake", tmp_path, "--skin", same, "--bone", same)
    assert "does not exist" in refusal(capsys, "intake", tmp_path, "--skin", tmp_path / "no" / "a.ply")


def test_series_are_listed_and_a_wrong_number_is_refused(tmp_path: Path, capsys: Capture) -> None:
    series(tmp_path / "a", ball(), uid="1")
    series(tmp_path / "b", ball()[:12], uid="2")
    words = refusal(capsys, "intake", tmp_path, "--skin", tmp_path / "a.ply", "--series", 3)
    assert "no series 3" in words
    refusal(capsys, "intake", tmp_path, "--skin", tmp_path / "a.ply", "--series", 2)  # a ball is no head


def test_a_scan_without_a_head_says_so(tmp_path: Path, capsys: Capture) -> None:
    series(tmp_path / "a", ball())
    assert "No head was found" in refusal(capsys, "intake", tmp_path / "a", "--skin", tmp_path / "a.ply")
    assert not (tmp_path / "a.ply").exists()
