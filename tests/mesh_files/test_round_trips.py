"""Every format read back by itself, and by programs that are not ours."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pygltflib
import pytest
import trimesh
from PIL import Image
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOGeometry import vtkGLTFReader, vtkOBJReader, vtkSTLReader
from vtkmodules.vtkIOPLY import vtkPLYReader

from clinic import mesh_files
from clinic.case import Pixels, Points
from clinic.mesh_files import FRAME_PATIENT, MeshFile, MeshPart, UnusableMeshFile, glb, obj, ply, stl


def checkerboard() -> Pixels:
    """Red above (v = 1), blue below, so that a turned texture shows."""
    pixels = np.zeros((32, 64, 3), np.uint8)
    pixels[:16], pixels[16:] = (200, 30, 20), (10, 40, 190)
    return pixels


def tetrahedron(**changed: Any) -> MeshFile:
    """A body with one long axis each way, 20, 30 and 40 mm."""
    points = np.array([[0, 0, 0], [20, 0, 0], [0, 30, 0], [0, 0, 40.0]])
    triangles = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    ball = MeshPart("eye_r", points / 4 + 7, triangles, np.array([[0, 0, 0], [9, 60, 128], [250, 3, 90], [255] * 3]))
    fields: dict[str, Any] = {
        "uv": np.array([[0.1, 0.9], [0.9, 0.9], [0.1, 0.1], [0.9, 0.1]]),
        "texture": checkerboard(),
        "colours": np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [7, 8, 9]]),
        "parts": (ball,),
        "extras": {"clinic": {"format": 1, "words": "häm ± 1"}},
    }
    return MeshFile(points, triangles, "mm", FRAME_PATIENT, **fields | changed)


def same(found: Any, wanted: Any) -> bool:
    return found is not None and wanted is not None and np.array_equal(found, wanted)


def near(found: Any, wanted: Any, tolerance: float = 1e-7) -> bool:
    return found is not None and wanted is not None and np.allclose(found, wanted, atol=tolerance)


def vtk_points(reader: Any) -> Points:
    reader.Update()
    return np.asarray(vtk_to_numpy(reader.GetOutput().GetPoints().GetData()), np.float64)


def test_ply(tmp_path: Path) -> None:
    mesh = tetrahedron()
    (tmp_path / "a.ply").write_bytes(ply.to_bytes(mesh))
    own = mesh_files.read(tmp_path / "a.ply")
    assert own.unit == "mm"
    assert same(own.points, mesh.points)
    assert same(own.triangles, mesh.triangles)
    assert near(own.uv, mesh.uv, 1e-7)
    foreign = trimesh.load_mesh(tmp_path / "a.ply", process=False)
    assert same(foreign.vertices, mesh.points)
    assert foreign.is_watertight
    reader = vtkPLYReader()
    reader.SetFileName(str(tmp_path / "a.ply"))
    assert near(vtk_points(reader), mesh.points)
    assert same(vtk_to_numpy(reader.GetOutput().GetPointData().GetArray("RGB")), mesh.colours)


def test_ply_colours_come_back() -> None:
    mesh = tetrahedron(uv=None)
    own = mesh_files.decode(ply.to_bytes(mesh))
    assert same(own.colours, mesh.colours)


def test_ply_of_other_programs() -> None:
    text = "ply\nformat ascii 1.0\nelement vertex 4\nproperty double x\nproperty double y\nproperty double z\n"
    text += "element face 1\nproperty list uchar int vertex_index\nend_header\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n"
    mesh = mesh_files.decode(text.encode())
    assert mesh.unit == ""
    assert len(mesh.triangles) == 2


def test_obj_with_material_and_texture(tmp_path: Path) -> None:
    mesh = tetrahedron(colours=None)
    for name, content in obj.to_files(mesh, "face").items():
        (tmp_path / name).write_bytes(content)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["face.mtl", "face.obj", "face.skin.png"]
    assert near(mesh_files.read(tmp_path / "face.obj").points, mesh.points)
    foreign = trimesh.load_mesh(tmp_path / "face.obj", process=False, maintain_order=True)
    assert near(foreign.vertices, mesh.points)
    assert near(foreign.visual.uv, mesh.uv)
    assert same(np.asarray(foreign.visual.material.image), mesh.texture)
    reader = vtkOBJReader()
    reader.SetFileName(str(tmp_path / "face.obj"))
    assert near(np.ptp(vtk_points(reader), axis=0), (20, 30, 40))


def test_stl(tmp_path: Path) -> None:
    mesh = tetrahedron()
    (tmp_path / "a.stl").write_bytes(stl.to_bytes(mesh))
    own = mesh_files.read(tmp_path / "a.stl")
    assert len(own.points) == 4
    foreign = trimesh.load_mesh(tmp_path / "a.stl")
    assert foreign.is_watertight
    assert foreign.volume == pytest.approx(20 * 30 * 40 / 6)
    reader = vtkSTLReader()
    reader.SetFileName(str(tmp_path / "a.stl"))
    assert near(np.ptp(vtk_points(reader), axis=0), (20, 30, 40))


def test_stl_as_text() -> None:
    foreign = trimesh.load_mesh(io.BytesIO(stl.to_bytes(tetrahedron())), file_type="stl")
    own = mesh_files.decode(str(foreign.export(file_type="stl_ascii")).encode())
    assert len(own.triangles) == 4
    assert near(np.ptp(own.points, axis=0), (20, 30, 40))


@pytest.mark.parametrize("size", [0.001, 100.0])
def test_stl_is_read_in_any_unit_and_says_none(size: float) -> None:
    """The face that is found on it tells the unit, not the format."""
    mesh = tetrahedron()
    scaled = MeshFile(mesh.points * size, mesh.triangles, "mm", FRAME_PATIENT)
    found = mesh_files.decode(stl.to_bytes(scaled))
    assert near(np.ptp(found.points, axis=0), np.array([20, 30, 40]) * size, 1e-6 * size)
    assert found.unit == ""


def test_glb_comes_back_whole() -> None:
    mesh = tetrahedron()
    back = mesh_files.in_patient_axes(mesh_files.decode(glb.to_bytes(mesh_files.in_gltf_axes(mesh))))
    assert near(back.points, mesh.points, 1e-5)
    assert same(back.triangles, mesh.triangles)
    assert near(back.uv, mesh.uv, 1e-7)
    assert same(back.texture, mesh.texture)
    assert same(back.colours, mesh.colours)
    assert back.extras == mesh.extras
    assert [part.name for part in back.parts] == ["eye_r"]
    assert same(back.parts[0].colours, mesh.parts[0].colours)
    assert near(back.parts[0].points, mesh.parts[0].points, 1e-5)
    assert back.unit == "mm"


def test_glb_stands_upright_in_metres() -> None:
    """What is up in the patient frame is up in glTF, and the face looks along +z there."""
    mesh = mesh_files.in_gltf_axes(tetrahedron())
    assert near(mesh.points[3], (0, 0.040, 0))  # up
    assert near(mesh.points[1], (0.020, 0, 0))  # patient's left
    assert near(mesh.points[2], (0, 0, -0.030))  # back
    with pytest.raises(ValueError, match="metres"):
        glb.to_bytes(tetrahedron())


def test_glb_in_trimesh(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(glb.to_bytes(mesh_files.in_gltf_axes(tetrahedron(colours=None))))
    scene = trimesh.load_scene(tmp_path / "a.glb", process=False)
    assert sorted(scene.geometry) == ["eye_r", "skin"]
    skin = scene.geometry["skin"]
    assert near(skin.extents, (0.020, 0.040, 0.030))
    assert skin.volume > 0
    material = skin.visual.material
    assert same(np.asarray(material.baseColorTexture.convert("RGB")), checkerboard())
    # trimesh turns v back, so that (0, 0) is the lower left corner as here
    assert near(skin.visual.uv, tetrahedron().uv)


def test_glb_in_pygltflib() -> None:
    parsed = pygltflib.GLTF2.load_from_bytes(glb.to_bytes(mesh_files.in_gltf_axes(tetrahedron())))
    assert parsed is not None
    assert parsed.asset.version == "2.0"
    assert parsed.extras == {"clinic": {"format": 1, "words": "häm ± 1"}}
    blob = parsed.binary_blob()
    view = parsed.bufferViews[parsed.images[0].bufferView]
    picture = Image.open(io.BytesIO(blob[view.byteOffset : view.byteOffset + view.byteLength]))
    assert same(np.asarray(picture), checkerboard())
    for accessor in parsed.accessors:
        view = parsed.bufferViews[accessor.bufferView]
        assert view.byteOffset % 4 == 0
        assert view.byteOffset + view.byteLength <= len(blob)


def test_glb_in_vtk(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(glb.to_bytes(mesh_files.in_gltf_axes(tetrahedron())))
    reader = vtkGLTFReader()
    reader.SetFileName(str(tmp_path / "a.glb"))
    reader.Update()
    bounds = np.zeros(6)
    reader.GetOutput().GetBounds(bounds)
    assert near(bounds, (0, 0.020, 0, 0.040, -0.030, 0), 1e-6)
    assert reader.GetNumberOfTextures() == 1


def test_colours_are_linear_in_the_file() -> None:
    """glTF wants linear light: sRGB 128 is 21.6 % of white, not half."""
    data = glb.to_bytes(mesh_files.in_gltf_axes(tetrahedron(colours=np.full((4, 3), 128))))
    document = json.loads(data[20 : 20 + int.from_bytes(data[12:16], "little")])
    start = 28 + int.from_bytes(data[12:16], "little")
    accessor = document["accessors"][document["meshes"][0]["primitives"][0]["attributes"]["COLOR_0"]]
    view = document["bufferViews"][accessor["bufferView"]]
    colours = np.frombuffer(data, "<u2", 4 * 4, start + view["byteOffset"]).reshape(4, 4)
    assert near(colours[:, :3] / 65535, 0.2159, 1e-3)


@pytest.mark.parametrize("cut", [12, 40, 300, -1])
def test_cut_glb_is_refused(cut: int) -> None:
    data = glb.to_bytes(mesh_files.in_gltf_axes(tetrahedron()))
    with pytest.raises(UnusableMeshFile):
        mesh_files.decode(data[:cut])


def test_triangles_of_absent_points_are_refused() -> None:
    with pytest.raises(UnusableMeshFile, match="points that are not there"):
        MeshFile(np.zeros((3, 3)), np.array([[0, 1, 7]]), "mm", FRAME_PATIENT)


def test_unknown_bytes_are_refused() -> None:
    with pytest.raises(UnusableMeshFile, match="neither GLB"):
        mesh_files.decode(b"hello")
