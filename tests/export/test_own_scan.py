from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pygltflib
import pytest
from builders import face as synthetic
from people import person
from scipy.spatial.transform import Rotation

from clinic import mesh_files
from clinic.case import Acquisition, FaceModel, Scan, ScanFit
from clinic.export import mesh
from clinic.export.own_scan import own_scan
from clinic.reconstruction.face_space import FaceSpace

TURN = Rotation.from_euler("xyz", (3, -2, 10), degrees=True).as_matrix()
SHIFT, OUT = np.array([4.0, -2.0, 9.0]), np.array([0, 0.4, 0])


def same(found: Any, wanted: Any, tolerance: float = 0.0) -> bool:
    return found is not None and wanted is not None and np.allclose(found, wanted, rtol=0, atol=tolerance)


def scanned() -> tuple[FaceModel, Acquisition]:
    """A face with a scan of its own skin, 0.4 mm outside, textured, lying turned; and a detail no face space makes."""
    whole = person(7)
    texture = np.random.default_rng(1).integers(0, 255, (32, 32, 3)).astype(np.uint8)
    there = (whole.points - OUT - SHIFT) @ TURN
    scan = Scan(there, whole.topology.triangles, "mm", uv=whole.topology.uv, texture=texture)
    rough = np.random.default_rng(2).normal(0, 0.2, whole.points.shape)
    control = whole.control + np.random.default_rng(3).normal(0, 0.3, whole.control.shape)
    shifted = tuple(replace(part, points=part.points + OUT) for part in FaceSpace.load().parts(whole.identity))
    return (
        replace(
            whole,
            control=control,
            detail=rough,
            parts=shifted,
            scan=ScanFit(scan.id, TURN, SHIFT, 0.1, 0.3),
            made_from=(scan.id,),
        ),
        Acquisition(scan=scan),
    )


def test_the_scan_is_in_the_glb_as_it_was_with_its_picture(tmp_path: Path) -> None:
    face, taken = scanned()
    assert taken.scan is not None
    (tmp_path / "face.glb").write_bytes(mesh.face_file(".glb", face, own=own_scan(face, taken)))
    back = mesh_files.in_patient_axes(mesh_files.read(tmp_path / "face.glb"))
    assert back.beside is not None
    assert same(back.beside.points, taken.scan.points @ TURN.T + SHIFT, 1e-4)
    assert same(back.beside.triangles, taken.scan.triangles)
    assert same(back.beside.texture, taken.scan.texture)
    assert same(back.beside.uv, taken.scan.uv, 1e-6)
    assert {part.name for part in back.parts} == {part.name for part in face.parts}


def test_other_programs_show_the_face_and_find_the_scan_in_a_scene_of_its_own(tmp_path: Path) -> None:
    face, taken = scanned()
    (tmp_path / "face.glb").write_bytes(mesh.face_file(".glb", face, own=own_scan(face, taken)))
    found = pygltflib.GLTF2().load(str(tmp_path / "face.glb"))
    assert found.scene == 0
    assert found.scenes[1].name == "scan"
    names = [found.meshes[found.nodes[node].mesh].name for node in found.scenes[0].nodes]
    assert "scan" not in names
    assert names[0] == "skin"


def test_the_scan_moves_with_the_skin() -> None:
    """The chin goes 4 mm forward, and so does what the camera saw of it."""
    face, taken = scanned()
    assert taken.scan is not None
    bump = np.exp(-((face.points - face.landmarks()["pogonion"]) ** 2).sum(axis=1) / (2 * 12.0**2))
    moved = bump[:, None] * np.array([0.0, -4.0, 0.0])
    before, after = own_scan(face, taken), own_scan(face, taken, moved)
    assert before is not None
    assert after is not None
    assert np.allclose(after.points - before.points, moved, atol=0.4)
    assert same(after.texture, taken.scan.texture)


def test_a_scan_of_another_face_is_left_out() -> None:
    face, taken = scanned()
    assert own_scan(synthetic(), taken) is None
    assert own_scan(face, Acquisition()) is None


def test_a_face_from_a_scan_opens_again_as_it_was(tmp_path: Path) -> None:
    face, _ = scanned()
    (tmp_path / "face.glb").write_bytes(mesh.face_file(".glb", face))
    back = mesh.open_face(tmp_path / "face.glb")
    assert np.array_equal(back.points, face.points)
    assert back.scan is not None
    assert back.scan.scan_id == face.made_from[0]
    for one, other in zip(back.parts, face.parts, strict=True):
        assert one.points.mean(axis=0) == pytest.approx(other.points.mean(axis=0), abs=1e-6)
