"""A surface scan by command line: from a camera's files to the face, the plan and back."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from people import person

from clinic import cli, mesh_files
from clinic.bench import BENCHES
from clinic.export.mesh import open_face
from clinic.mesh_files import MeshFile, obj


def camera_files(folder: Path) -> tuple[Path, MeshFile]:
    """A generated head as a camera gives it: OBJ in centimetres, y up, with a picture beside it."""
    head = person(7)
    turned = head.points @ np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]) / 10 + (3, 160, -5)
    rows, columns = np.mgrid[0:256, 0:256]
    picture = np.stack([150 + rows // 4, 90 + columns // 4, np.full_like(rows, 80)], axis=2).astype(np.uint8)
    scan = MeshFile(turned, head.topology.triangles, "", "", uv=head.topology.uv, texture=picture)
    for name, content in obj.to_files(scan, "scan").items():
        (folder / name).write_bytes(content)
    return folder / "scan.obj", scan


def run(*words: object) -> int:
    return cli.main([str(word) for word in words], BENCHES)


def test_surface_texture_and_landmarks_of_a_scan_survive_to_a_glb_read_back(tmp_path: Path) -> None:
    path, scan = camera_files(tmp_path)
    out, figures = tmp_path / "face.glb", tmp_path / "face.json"
    assert run("reconstruct", path, "--out", out, "--unit", "cm", "--json", figures) == 0

    told: dict[str, Any] = json.loads(figures.read_text())
    assert told["scan"]["unit"] == "cm"
    assert told["scan"]["fit"]["median_mm"] <= 0.2
    assert told["scale"]["source"] == "scan"

    back = mesh_files.in_patient_axes(mesh_files.read(out))
    assert back.beside is not None
    assert back.beside.texture is not None
    assert scan.texture is not None
    assert np.array_equal(back.beside.texture, scan.texture)
    for one, other in ((0, 5000), (17, 9000), (300, 12000)):  # the surface is the camera's own, in millimetres
        wanted = 10 * np.linalg.norm(scan.points[one] - scan.points[other])
        assert np.linalg.norm(back.beside.points[one] - back.beside.points[other]) == pytest.approx(wanted, abs=0.01)

    face = open_face(out)
    marks = json.loads((tmp_path / "face.lm.json").read_text())["landmarks"]
    placed = face.landmarks()
    assert set(marks) == set(placed)
    x, y, z = 1000 * np.array(marks["pronasale"])
    assert np.allclose((x, -z, y), placed["pronasale"], atol=0.01)
    nose = np.linalg.norm(back.beside.points - placed["pronasale"], axis=1).min()
    assert nose < 1.0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("photo.jpg", "--unit", "mm"), "belongs to a scan"),
        (("a.obj", "b.obj"), "one scan"),
        (("a.obj", "photo.jpg"), "one scan"),
        (("a.stl", "--ipd-mm", "63"), "its own measure"),
        (("absent.obj",), "does not exist"),
    ],
)
def test_what_makes_no_sense_with_a_scan_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert run("reconstruct", *words, "--out", tmp_path / "face.glb") == 2
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
