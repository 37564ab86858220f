"""Whole stories by command line, as a script would tell them: real programs, real files, exit codes."""

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

ASTRONAUT = Path(skimage.__file__).parent / "data" / "astronaut.png"
PICTURES = ["before", "after", "photo_before", "photo_after", "before_after", "heatmap", "wipe"]
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


def clinic(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "CLINIC_PASSPHRASE"} | environment
    command = [sys.executable, "-m", "clinic", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean, timeout=600)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    done = clinic("demo", "--out", folder, CLINIC_PASSPHRASE="correct horse battery staple")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("face") / "face.glb"
    done = clinic("reconstruct", ASTRONAUT, "--out", path, "--ipd-mm", "62", "--json", path.with_suffix(".json"))
    assert done.returncode == 0, done.stderr
    return path


def test_the_demo_leaves_the_whole_consultation(demo: Path) -> None:
    names = {path.name for path in demo.iterdir()}
    meshes = {"before.glb", "after.glb", "after.stl"}
    assert {f"{name}.png" for name in PICTURES} | meshes | {"report.pdf", "archive", "record.json"} <= names


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


def test_the_demos_records_are_whole_and_sealed(demo: Path) -> None:
    done = clinic("audit", "verify", "--archive", demo / "archive", CLINIC_PASSPHRASE="correct horse battery staple")
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = clinic("audit", "verify", "--archive", demo / "archive", CLINIC_PASSPHRASE="wrong horse battery staple")
    assert wrong.returncode == 2
    assert "passphrase" in wrong.stderr
    again = clinic("audit", "verify", "--archive", demo / "archive", CLINIC_PASSPHRASE="correct horse battery staple")
    assert again.returncode == 0


def test_a_second_demo_keeps_the_first_archive(demo: Path) -> None:
    before = (demo / "archive" / "vault.db").read_bytes()
    done = clinic("demo", "--out", demo)
    assert done.returncode == 0, done.stderr
    assert "shown this once" in done.stdout
    assert (demo / "archive.1" / "vault.db").read_bytes() == before


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


@pytest.mark.parametrize("suffix", [".ply", ".stl"])
def test_a_plan_file_moves_the_skin(face: Path, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "plan.toml").write_text(PLAN)
    after = tmp_path / f"after{suffix}"
    done = clinic("simulate", face, "--plan", tmp_path / "plan.toml", "--out", after, "--json", tmp_path / "j.json")
    assert done.returncode == 0, done.stderr
    mesh = trimesh.load(after)
    assert 150 < mesh.extents[2] < 400  # mm, z up
    figures = json.loads((tmp_path / "j.json").read_text())
    assert figures["max_mm"] > 2


def test_simulate_refuses_a_foreign_glb_and_says_how_to_get_one(tmp_path: Path) -> None:
    trimesh.creation.box().export(tmp_path / "box.glb")
    (tmp_path / "plan.toml").write_text(PLAN)
    out = tmp_path / "after.ply"
    done = clinic("simulate", tmp_path / "box.glb", "--plan", tmp_path / "plan.toml", "--out", out)
    assert done.returncode == 2
    assert "clinic reconstruct" in done.stderr
    assert not out.exists()


@pytest.mark.parametrize("picture", ["chelsea", "coffee", "rocket"])
def test_a_picture_without_a_face_is_refused(tmp_path: Path, picture: str) -> None:
    import skimage.data

    Image.fromarray(getattr(skimage.data, picture)()).save(tmp_path / "photo.png")
    _refused(tmp_path / "photo.png", "face")


def test_two_faces_are_refused(tmp_path: Path) -> None:
    one = np.asarray(Image.open(ASTRONAUT))
    Image.fromarray(np.hstack([one, one[:, ::-1]])).save(tmp_path / "photo.png")
    _refused(tmp_path / "photo.png", "faces")


def test_a_face_too_small_to_measure_is_refused(tmp_path: Path) -> None:
    Image.open(ASTRONAUT).resize((300, 300)).save(tmp_path / "photo.png")
    _refused(tmp_path / "photo.png", "pixels")


def test_a_tiny_picture_is_refused(tmp_path: Path) -> None:
    Image.open(ASTRONAUT).resize((20, 20)).save(tmp_path / "photo.png")
    _refused(tmp_path / "photo.png", "64 pixels")


def test_a_truncated_photo_is_refused(tmp_path: Path) -> None:
    Image.open(ASTRONAUT).convert("RGB").save(tmp_path / "photo.jpg")
    whole = (tmp_path / "photo.jpg").read_bytes()
    (tmp_path / "photo.jpg").write_bytes(whole[: len(whole) // 2])
    _refused(tmp_path / "photo.jpg", "")


def test_a_missing_photo_is_refused(tmp_path: Path) -> None:
    _refused(tmp_path / "nobody.jpg", "")


def test_an_unknown_result_format_is_refused_before_any_work(tmp_path: Path) -> None:
    done = clinic("reconstruct", ASTRONAUT, "--out", tmp_path / "face.fbx")
    assert done.returncode == 2
    assert ".glb" in done.stderr
    done = clinic("reconstruct", ASTRONAUT, "--out", tmp_path / "nowhere" / "face.glb")
    assert done.returncode == 2


def test_models_lists_licence_and_hash() -> None:
    done = clinic("models")
    assert done.returncode == 0
    assert "Apache-2.0" in done.stdout
    assert "64184e229b263107" in done.stdout


def _refused(photo: Path, word: str) -> None:
    """Exit code 2, one plain sentence or two on one line, nothing written."""
    out = photo.parent / "face.ply"
    done = clinic("reconstruct", photo, "--out", out)
    assert done.returncode == 2, done.stdout
    last = done.stderr.strip().splitlines()[-1]
    assert word in last
    assert "Traceback" not in done.stderr
    assert list(photo.parent.glob("face*")) == []
