"""Whole stories by command line, as a script would tell them: real files, exit codes, words.

What must be a program of its own (the demo, one reconstruction, the passphrase) runs as one; the rest calls `main`,
which saves a start per test.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import skimage
import trimesh
from PIL import Image

from clinic import cli

ASTRONAUT = Path(skimage.__file__).parent / "data" / "astronaut.png"
PICTURES = ["before", "after", "photo_before", "photo_after", "before_after", "heatmap", "wipe"]
PASSPHRASE = "correct horse battery staple"
PLAN = """name = "Plan A"

[[edit]]
procedure = "dorsal_hump"
amount_mm = -2.0

[[edit]]
procedure = "genioplasty"
forward_mm = 4.0

[[edit]]
procedure = "malar_filler"
amount_cc = 1.0
"""
Capture = pytest.CaptureFixture[str]


def program(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "CLINIC_PASSPHRASE"} | environment
    command = [sys.executable, "-m", "clinic", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean, timeout=600)


def clinic(*words: object) -> int:
    return cli.main([str(word) for word in words], {})


def refusal(capsys: Capture, *words: object) -> str:
    """Return the sentence of a refusal: the last line on standard error."""
    assert clinic(*words) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "unexpected" not in told
    return told.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "Ünder score"
    done = program("demo", "--out", folder, CLINIC_PASSPHRASE=PASSPHRASE)
    assert done.returncode == 0, done.stderr
    assert PASSPHRASE not in done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("face") / "my fäce.glb"
    done = program("reconstruct", ASTRONAUT, "--out", path, "--ipd-mm", "62", "--json", path.with_suffix(".json"))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


def test_the_demo_leaves_the_whole_consultation(demo: Path) -> None:
    names = {path.name for path in demo.iterdir()}
    meshes = {"before.glb", "after.glb", "after.stl"}
    assert {f"{name}.png" for name in PICTURES} | meshes | {"report.pdf", "archive", "record.json"} <= names
    assert not [name for name in names if name.startswith(".")]  # nothing that was only on the way


def test_before_and_after_are_pictures_of_a_lit_person_and_differ_where_planned(demo: Path) -> None:
    before, after = (np.asarray(Image.open(demo / f"{name}.png").convert("RGB"), float) for name in ("before", "after"))
    assert before.shape == after.shape
    assert before.std() > 20
    changed = np.abs(before - after).max(axis=2) > 8
    assert 0.001 < changed.mean() < 0.25


def test_the_record_tells_asked_and_reached(demo: Path) -> None:
    record = json.loads((demo / "record.json").read_text())
    edits = {edit["label"]: edit for edit in record["simulation"]["edits"]}
    assert len(edits) == 4  # hump, chin, filler on two sides
    for edit in edits.values():
        assert np.sign(edit["reached"]) == np.sign(edit["asked"])
    fillers = [edit for edit in edits.values() if edit["unit"] == "cc"]
    assert [edit["reached"] for edit in fillers] == pytest.approx([1.0, 1.0], abs=0.1)
    assert record["simulation"]["solver"]["min_det_f"] > 0


def test_the_demos_records_are_whole_sealed_and_private(demo: Path) -> None:
    done = program("audit", "verify", "--archive", demo / "archive", "--full", CLINIC_PASSPHRASE=PASSPHRASE)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = program("audit", "verify", "--archive", demo / "archive", CLINIC_PASSPHRASE="wrong horse battery staple")
    assert wrong.returncode == 2
    assert "passphrase" in wrong.stderr
    again = program("audit", "verify", "--archive", demo / "archive", CLINIC_PASSPHRASE=PASSPHRASE)
    assert again.returncode == 0
    for path in (demo / "archive").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
        assert path.is_dir() or PASSPHRASE.encode() not in path.read_bytes()


def test_an_altered_record_is_found(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    copy = shutil.copytree(demo / "archive", tmp_path / "archive")
    large = max((path for path in (copy / "blobs").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    content = bytearray(large.read_bytes())
    content[len(content) // 2] ^= 1
    large.write_bytes(content)
    monkeypatch.setenv("CLINIC_PASSPHRASE", PASSPHRASE)
    assert clinic("audit", "verify", "--archive", copy, "--full") == 1


def test_simulating_the_demos_file_gives_the_demos_skin(demo: Path, plan: Path, tmp_path: Path) -> None:
    after = tmp_path / "after.stl"
    assert clinic("simulate", demo / "before.glb", "--plan", plan, "--out", after, "--json", tmp_path / "j.json") == 0
    ours, theirs = (trimesh.load(path, process=False) for path in (after, demo / "after.stl"))
    np.testing.assert_allclose(ours.triangles, theirs.triangles, atol=0.01)
    assert 150 < ours.extents[2] < 400  # mm, z up
    figures = json.loads((tmp_path / "j.json").read_text())
    assert figures["max_mm"] > 2


def test_the_face_carries_named_landmarks_and_the_scale_that_was_given(face: Path) -> None:
    marks = json.loads(face.with_suffix(".lm.json").read_text())
    assert marks["unit"] == "m"
    points = {name: np.array(place) for name, place in marks["landmarks"].items()}
    assert 0.075 < np.linalg.norm(points["exocanthion_l"] - points["exocanthion_r"]) < 0.105
    assert points["exocanthion_l"][0] > points["exocanthion_r"][0]  # glTF's x is the patient's left too
    assert points["pronasale"][1] > points["pogonion"][1]  # y is up
    scale = json.loads(face.with_suffix(".json").read_text())["scale"]
    assert scale["source"].startswith("interpupillary")
    assert scale["relative_sigma"] == pytest.approx(0.008, abs=0.001)


def test_simulate_refuses_a_foreign_glb_and_says_how_to_get_one(plan: Path, tmp_path: Path, capsys: Capture) -> None:
    trimesh.creation.box().export(tmp_path / "box.glb")
    out = tmp_path / "after.ply"
    assert "clinic reconstruct" in refusal(capsys, "simulate", tmp_path / "box.glb", "--plan", plan, "--out", out)
    assert not out.exists()


@pytest.mark.parametrize("picture", ["chelsea", "coffee", "rocket"])
def test_a_picture_without_a_face_is_refused(tmp_path: Path, capsys: Capture, picture: str) -> None:
    import skimage.data

    Image.fromarray(getattr(skimage.data, picture)()).save(tmp_path / "photo.png")
    _refused(capsys, tmp_path / "photo.png", "face")


def test_two_faces_are_refused(tmp_path: Path, capsys: Capture) -> None:
    one = np.asarray(Image.open(ASTRONAUT))
    Image.fromarray(np.hstack([one, one[:, ::-1]])).save(tmp_path / "photo.png")
    _refused(capsys, tmp_path / "photo.png", "faces")


def test_a_face_too_small_to_measure_is_refused(tmp_path: Path, capsys: Capture) -> None:
    Image.open(ASTRONAUT).resize((300, 300)).save(tmp_path / "photo.png")
    _refused(capsys, tmp_path / "photo.png", "pixels")


def test_a_tiny_picture_is_refused(tmp_path: Path, capsys: Capture) -> None:
    Image.open(ASTRONAUT).resize((20, 20)).save(tmp_path / "photo.png")
    _refused(capsys, tmp_path / "photo.png", "64 pixels")


def test_a_truncated_photo_is_refused(tmp_path: Path, capsys: Capture) -> None:
    Image.open(ASTRONAUT).convert("RGB").save(tmp_path / "photo.jpg")
    whole = (tmp_path / "photo.jpg").read_bytes()
    (tmp_path / "photo.jpg").write_bytes(whole[: len(whole) // 2])
    _refused(capsys, tmp_path / "photo.jpg", "damaged")


def test_a_missing_photo_and_a_folder_are_refused(tmp_path: Path, capsys: Capture) -> None:
    _refused(capsys, tmp_path / "nobody.jpg", "does not exist")
    (tmp_path / "album").mkdir()
    _refused(capsys, tmp_path / "album", "folder")


def _refused(capsys: Capture, photo: Path, word: str) -> None:
    """One plain sentence or two on one line, nothing written."""
    out = photo.parent / "face.ply"
    assert word in refusal(capsys, "reconstruct", photo, "--out", out)
    assert list(photo.parent.glob("face*")) == []
