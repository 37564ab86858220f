import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clinic.case import Pixels
from clinic.intake import scan
from clinic.intake.errors import FileNotReadable, UnreadableMesh, UnsupportedFile
from clinic.jobs import Progress

OBJ = b"mtllib my skin.mtl\nv 0 0 0\nv 90 0 0\nv 0 90 0\nvt 0 0\nvt 1 0\nvt 0 1\nusemtl a\nf 1/1 2/2 3/3\n"


def picture(red: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((4, 6, 3), (red, 40, 60), np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def texture(path: Path) -> Pixels:
    found = scan.read(path, Progress()).mesh.texture
    assert found is not None
    return found


def test_the_picture_that_the_material_names_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_bytes(OBJ)
    (tmp_path / "my skin.mtl").write_text("newmtl a\nmap_Kd somewhere/else/skin.png\n")
    (tmp_path / "skin.png").write_bytes(picture(211))
    assert texture(tmp_path / "a.obj").shape == (4, 6, 3)
    assert texture(tmp_path / "a.obj")[0, 0, 0] == 211


def test_a_picture_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.obj").write_bytes(OBJ)
    (tmp_path / "in" / "my skin.mtl").write_text("newmtl a\nmap_Kd ../skin.png\n")
    (tmp_path / "skin.png").write_bytes(picture(211))
    found = scan.read(tmp_path / "in" / "a.obj", Progress())
    assert found.mesh.texture is None
    assert "without colour" in found.remarks[0]


def test_a_picture_of_the_same_name_belongs_to_a_file_that_can_name_none(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_bytes(OBJ.replace(b"mtllib my skin.mtl\n", b"# bare\n"))
    (tmp_path / "a.png").write_bytes(picture(77))
    assert texture(tmp_path / "a.obj")[0, 0, 0] == 77


@pytest.mark.parametrize("spoilt", [b"", b"\x89PNG\r\n\x1a\nnothing"])
def test_a_damaged_picture_costs_the_colours_alone(tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / "a.obj").write_bytes(OBJ)
    (tmp_path / "my skin.mtl").write_text("newmtl a\nmap_Kd skin.png\n")
    (tmp_path / "skin.png").write_bytes(spoilt)
    found = scan.read(tmp_path / "a.obj", Progress())
    assert found.mesh.texture is None
    assert len(found.mesh.triangles) == 1
    assert "without colour" in found.remarks[0]


def test_colours_on_several_pictures_are_said_to_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_bytes(OBJ)
    (tmp_path / "my skin.mtl").write_text("newmtl a\nmap_Kd a.png\nnewmtl b\nmap_Kd b.png\n")
    assert "several pictures" in scan.read(tmp_path / "a.obj", Progress()).remarks[0]


def test_what_is_no_scan_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_bytes(OBJ[:60])
    with pytest.raises(UnreadableMesh, match="cut short"):
        scan.read(tmp_path / "a.obj", Progress())
    (tmp_path / "a.png").write_bytes(picture(1))
    with pytest.raises(UnsupportedFile, match="a PNG picture, not a 3D file"):
        scan.read(tmp_path / "a.png", Progress())
    with pytest.raises(FileNotReadable):
        scan.read(tmp_path / "none.obj", Progress())
