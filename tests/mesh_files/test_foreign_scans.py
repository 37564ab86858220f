"""Surfaces as cameras and other programs write them."""

import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image
from vtkmodules.vtkFiltersSources import vtkSphereSource
from vtkmodules.vtkIOXML import vtkXMLPolyDataWriter

from clinic import mesh_files
from clinic.mesh_files import UnusableMeshFile, beside, counts, glb, gltf_nodes, ply, stl

SEAM = b"""# two squares, of three materials
mtllib a.mtl
v 0 0 0 1 0 0
v 1 0 0 0 1 0
v 1 1 0 0 0 1
v 0 1 0 1 1 1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
vt 0.5 0.5
f 1/1/1 2/2/1 3/3/1
f 1/5 3/3 4/4
f -4/1 -3/2 -2/3 -1/4
"""


def test_obj_points_stand_once_for_each_of_their_texture_coordinates() -> None:
    """Five pairs of place and texture; the square is cut in two; colours stand behind the places."""
    found = mesh_files.decode(SEAM)
    assert len(found.points) == 5
    assert len(found.triangles) == 4
    assert found.uv is not None
    assert found.colours is not None
    split = np.flatnonzero((found.points == 0).all(axis=1))
    assert sorted(found.uv[split, 0].tolist()) == [0.0, 0.5]
    assert (found.colours[split] == (255, 0, 0)).all()
    assert np.allclose(found.points[found.triangles[2]], [[0, 0, 0], [1, 0, 0], [1, 1, 0]])


def test_obj_of_several_bodies_counts_backwards_from_where_it_stands() -> None:
    one = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf -3 -2 -1\n"
    found = mesh_files.decode(b"# a\n" + one + one.replace(b" 0 0\n", b" 0 5\n"))
    assert found.triangles.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found.points[3, 2] == 5.0


@pytest.mark.parametrize(
    "spoilt",
    [b"# a\nv 0 0\nf 1 1 1\n", b"# a\nv 0 0 x\nf 1 1 1\n", b"# a\nv 0 0 0\nf 1 2 3\n", b"# a\nv 0 0 0\nv 1 0 0\n",
     b"# a\nv 0 0 0\nv 1 0 0\nv nan 1 0\nf 1 2 3\n", b"# a\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 z\n"],
)  # fmt: skip
def test_obj_that_says_what_cannot_be_is_refused(spoilt: bytes) -> None:
    with pytest.raises(UnusableMeshFile):
        mesh_files.decode(spoilt)


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_vtp_as_text_base64_and_appended(tmp_path: Path, mode: int) -> None:
    ball = vtkSphereSource()
    ball.SetRadius(90)
    ball.Update()
    writer = vtkXMLPolyDataWriter()
    writer.SetInputData(ball.GetOutput())
    writer.SetDataMode(mode)
    writer.SetFileName(str(tmp_path / "a.vtp"))
    writer.Write()
    data = (tmp_path / "a.vtp").read_bytes()
    found = mesh_files.decode(data)
    assert len(found.triangles) == ball.GetOutput().GetNumberOfPolys()
    assert np.allclose(np.linalg.norm(found.points, axis=1), 90, atol=0.01)
    assert counts.declared(data) == len(found.triangles)
    with pytest.raises(UnusableMeshFile, match="cut short"):
        mesh_files.decode(data[: len(data) // 2])


def test_files_beside_a_mesh_are_bare_names() -> None:
    """A path in a file must not lead out of its folder."""
    assert beside.named_in_mesh(SEAM) == ("a.mtl",)
    library = b"newmtl a\nmap_Kd -s 1 1 1 ../../etc/skin one.png\nnewmtl b\nmap_Kd C:\\scans\\skin.png\nmap_Kd ..\n"
    assert beside.named_in_materials(library) == ("one.png", "skin.png")
    cloud = b"ply\nformat ascii 1.0\ncomment TextureFile /tmp/skin.jpg\nelement vertex 1\nend_header\n"
    assert beside.named_in_mesh(cloud) == ("skin.jpg",)


@pytest.mark.parametrize(
    "head",
    [
        b"ply\nformat binary_little_endian 1.0\nelement vertex 9\nelement face 50000000\nend_header\n",
        b'<?xml version="1.0"?>\n<VTKFile type="PolyData"><PolyData><Piece NumberOfPolys="50000000">',
    ],
)
def test_fifty_million_triangles_are_refused_by_what_the_file_declares(head: bytes) -> None:
    with pytest.raises(UnusableMeshFile, match="50 million triangles"):
        counts.check_count(head)


def test_the_triangles_of_every_format_are_counted() -> None:
    triangle = mesh_files.MeshFile(np.eye(3), np.array([[0, 1, 2]]), "m", mesh_files.FRAME_GLTF)
    for data in (SEAM, stl.to_bytes(triangle), glb.to_bytes(triangle), ply.to_bytes(triangle)):
        assert counts.declared(data) in (1, 3)


def test_glb_from_elsewhere_is_joined_where_its_nodes_put_it() -> None:
    """Two boxes of 2 cm written by another program, one scaled to 20 mm, turned and shifted by its node."""
    box = trimesh.creation.box((2.0, 4.0, 6.0))
    scene = trimesh.Scene()
    turned = trimesh.transformations.rotation_matrix(np.pi / 2, (0, 0, 1))
    turned[:3, :3] *= 10
    turned[:3, 3] = (100, 0, 0)
    scene.add_geometry(box, node_name="a", geom_name="a")
    scene.add_geometry(box.copy(), node_name="b", geom_name="b", transform=turned)
    found = mesh_files.decode(scene.export(file_type="glb"))
    assert len(found.triangles) == 24
    assert found.parts == ()
    second = found.points[found.points[:, 0] > 50]
    assert np.allclose(np.ptp(second, axis=0), (40, 20, 60), atol=1e-4)
    assert np.allclose(second.mean(axis=0), (100, 0, 0), atol=1e-4)
    first = found.points[found.points[:, 0] < 50]
    assert np.allclose(np.ptp(first, axis=0), (2, 4, 6), atol=1e-5)


def test_glb_with_one_picture_on_all_its_surfaces_keeps_it() -> None:
    picture = Image.fromarray(np.full((4, 4, 3), (9, 99, 199), np.uint8))
    box = trimesh.creation.box((2.0, 4.0, 6.0))
    box.visual = trimesh.visual.TextureVisuals(uv=np.zeros((8, 2)), image=picture)
    found = mesh_files.decode(trimesh.Scene([box]).export(file_type="glb"))
    assert found.uv is not None
    assert found.texture is not None
    assert found.texture[0, 0].tolist() == [9, 99, 199]


def test_glb_whose_nodes_go_round_in_circles_is_refused() -> None:
    scene = trimesh.Scene([trimesh.creation.box((2.0, 4.0, 6.0))]).export(file_type="glb")
    document = json.loads(scene[20 : 20 + int.from_bytes(scene[12:16], "little")])
    document["nodes"] = [{"children": [0]}]
    document["scenes"], document["scene"] = [{"nodes": [0]}], 0
    with pytest.raises(ValueError, match="circles"):
        gltf_nodes.placed(document)
