"""Faces as mesh files, and the way back."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from builders import face, solved_case

from clinic import mesh_files
from clinic.case import FaceModel, Scale, Texture
from clinic.export import mesh
from clinic.export.errors import DamagedClinicGlb, NotAClinicGlb
from clinic.intake.errors import ImportRejected


@pytest.fixture(scope="module")
def person() -> FaceModel:
    """A face of the face space in which no two numbers that must come back are equal."""
    from clinic.reconstruction.reconstruct import rebuild

    random = np.random.default_rng(3)
    seen = np.zeros((64, 48), np.uint8)
    seen[10:30, 5:40] = 255
    return rebuild(
        identity=random.normal(0, 0.5, 92),
        residual=random.normal(0, 0.2, 4326),
        size=2.0 / 3.0,
        rotation=np.linalg.qr(random.normal(size=(3, 3)))[0],
        translation=random.normal(size=3),
        texture=Texture(random.integers(0, 255, (64, 48, 3)).astype(np.uint8), seen),
        scale=Scale("iris", 0.04),
        sigma_mm=random.random(17259),
        seen=random.integers(0, 4, 17259).astype(np.uint8),
        warnings=("The photo shows a smile ± something",),
        made_from=("digest",),
        made_by="weights 1",
        iris_colour=(40, 90, 160),
    )


def test_a_face_opens_as_it_was_bit_for_bit(tmp_path: Path, person: FaceModel) -> None:
    (tmp_path / "face.glb").write_bytes(mesh.face_file(".glb", person))
    found = mesh.open_face(tmp_path / "face.glb")
    for name in ("identity", "residual", "rotation", "translation", "control", "sigma_mm", "seen"):
        assert np.array_equal(getattr(found, name), getattr(person, name)), name
    for name in ("size", "scale", "warnings", "made_from", "made_by"):
        assert getattr(found, name) == getattr(person, name), name
    assert np.array_equal(found.texture.pixels, person.texture.pixels)
    assert np.array_equal(found.texture.seen, person.texture.seen)
    for part, wanted in zip(found.parts, person.parts, strict=True):
        assert np.array_equal(part.colours, wanted.colours), part.name


def test_after_is_moved_but_still_rebuilds_the_face_before(tmp_path: Path, person: FaceModel) -> None:
    moved = np.random.default_rng(4).normal(size=person.points.shape)
    (tmp_path / "after.glb").write_bytes(mesh.face_file(".glb", person, moved))
    after = mesh_files.in_patient_axes(mesh_files.read(tmp_path / "after.glb"))
    assert np.allclose(after.points, person.points + moved, atol=1e-4)
    assert np.array_equal(mesh.open_face(tmp_path / "after.glb").control, person.control)


@pytest.mark.parametrize("suffix", [".ply", ".obj"])
def test_surface_files_are_millimetres_in_the_patient_frame(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"face{suffix}").write_bytes(mesh.face_file(suffix, face()))
    found = trimesh.load_mesh(tmp_path / f"face{suffix}", process=False, maintain_order=True)
    assert np.allclose(found.vertices, face().points, atol=1e-4)
    assert np.array_equal(found.faces, face().topology.triangles)


def test_ply_has_the_skin_s_colour(tmp_path: Path) -> None:
    (tmp_path / "face.ply").write_bytes(mesh.face_file(".ply", face()))
    colours = trimesh.load_mesh(tmp_path / "face.ply", process=False).visual.vertex_colors
    assert np.array_equal(np.unique(colours, axis=0), [[205, 160, 140, 255]])


def test_stl_is_a_watertight_body_in_millimetres(tmp_path: Path) -> None:
    (tmp_path / "face.stl").write_bytes(mesh.face_file(".stl", face()))
    body = trimesh.load_mesh(tmp_path / "face.stl")
    assert body.is_watertight
    assert np.allclose(body.extents, np.ptp(face().points, axis=0), atol=0.1)
    assert body.body_count == 3  # skin and two eyeballs


def test_obj_brings_its_picture(tmp_path: Path) -> None:
    files = mesh.face_files(tmp_path / "jane.obj", face())
    assert set(files) == {tmp_path / "jane.obj", tmp_path / "jane.mtl", tmp_path / "jane.skin.png"}
    for path, content in files.items():
        path.write_bytes(content)
    picture = trimesh.load_mesh(tmp_path / "jane.obj", process=False).visual.material.image
    assert np.array_equal(np.asarray(picture), face().texture.pixels)


def test_other_formats_are_one_file(tmp_path: Path) -> None:
    assert list(mesh.face_files(tmp_path / "jane.STL", face())) == [tmp_path / "jane.STL"]


@pytest.mark.parametrize("suffix", mesh.FACE_SUFFIXES)
def test_landmarks_lie_on_the_mesh_beside_them(suffix: str, tmp_path: Path) -> None:
    case = solved_case()
    assert case.face is not None
    assert case.simulation is not None
    moved = case.simulation.displacement
    (tmp_path / f"after{suffix}").write_bytes(mesh.face_file(suffix, case.face, moved))
    told = json.loads(json.dumps(mesh.landmarks_json(suffix, case.face, moved)))
    surface = mesh_files.read(tmp_path / f"after{suffix}")
    assert told["unit"] == ("m" if suffix == ".glb" else "mm")
    within = 1e-5 if suffix == ".glb" else 1e-2
    for name in ("pogonion", "exocanthion_r", "pronasale", "cheilion_l"):
        away = np.linalg.norm(surface.points - told["landmarks"][name], axis=1).min()
        assert away < within, name
    left = told["landmarks"]["exocanthion_l"][0]
    assert left > 0 > told["landmarks"]["exocanthion_r"][0]


def test_other_meshes_are_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "scan.ply").write_bytes(mesh.face_file(".ply", face()))
    trimesh.creation.icosphere(1).export(tmp_path / "ball.glb")
    for name in ("scan.ply", "ball.glb"):
        with pytest.raises(NotAClinicGlb, match="clinic reconstruct"):
            mesh.open_face(tmp_path / name)
    with pytest.raises(ImportRejected, match="does not exist"):
        mesh.open_face(tmp_path / "absent.glb")


def test_a_mirrored_face_is_refused(tmp_path: Path, person: FaceModel) -> None:
    """All its numbers fit each other, but what is planned on the right would be done on the left."""
    mirror = np.diag([-1.0, 1.0, 1.0])
    rotation, translation = mirror @ person.rotation, mirror @ person.translation
    mirrored = replace(person, rotation=rotation, translation=translation, control=person.control @ mirror)
    (tmp_path / "face.glb").write_bytes(mesh.face_file(".glb", mirrored))
    with pytest.raises(DamagedClinicGlb):
        mesh.open_face(tmp_path / "face.glb")


@pytest.mark.parametrize(
    "broken",
    [
        {"identity": "not base64 !"},
        {"format": 0},
        {"format": 99},
        {"rotation": [1, 2]},
        {"rotation": [[1, 0, 0], [0, 1, 0], [0, 0, 2]]},
        {"size": "big"},
        {"size": 0.0},
        {"texture_seen": ""},
        {"scale": {}},
        {"scale": {"source": "iris", "relative_sigma": -1.0}},
        {"scale": {"source": "iris", "relative_sigma": "nan"}},
        {"residual": mesh._packed(np.full(4326, np.nan))},
        {"identity": mesh._packed(np.full(92, 50.0))},
        {"sigma_mm": mesh._packed(np.full(17259, -1.0))},
        {"sigma_mm": mesh._packed(np.ones(3))},
        {"seen": mesh._packed(np.ones(3, np.uint8))},
        {"topology": "other"},
    ],
    ids=lambda broken: str(broken)[:40],
)
def test_damaged_extras_are_refused(
    tmp_path: Path, person: FaceModel, broken: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mesh._extras
    monkeypatch.setattr(mesh, "_extras", lambda *arguments: real(*arguments) | broken)
    (tmp_path / "face.glb").write_bytes(mesh.face_file(".glb", person))
    with pytest.raises(DamagedClinicGlb):
        mesh.open_face(tmp_path / "face.glb")


def test_a_face_of_another_face_space_is_refused(
    tmp_path: Path, person: FaceModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers are whole, but another face space would make another person of them."""
    from clinic.reconstruction import reconstruct

    (tmp_path / "face.glb").write_bytes(mesh.face_file(".glb", person))
    other = replace(person, control=person.control * 1.01)
    monkeypatch.setattr(reconstruct, "rebuild", lambda **_: other)
    with pytest.raises(DamagedClinicGlb, match="another version"):
        mesh.open_face(tmp_path / "face.glb")


def test_a_face_of_another_size_is_refused(tmp_path: Path) -> None:
    """The synthetic head has 3 modes; the face space has 92."""
    (tmp_path / "face.glb").write_bytes(mesh.face_file(".glb", face()))
    with pytest.raises(DamagedClinicGlb):
        mesh.open_face(tmp_path / "face.glb")
