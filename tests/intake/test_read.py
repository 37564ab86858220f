"""The table of readers: a file is what its content says."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clinic.intake.errors import UnsupportedFile
from clinic.intake.kinds import kind_of
from clinic.intake.read import read
from clinic.jobs import Progress


def test_a_photo_with_a_wrong_suffix_is_a_photo(tmp_path: Path) -> None:
    Image.fromarray(np.full((80, 80, 3), 99, np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.dcm")
    assert read(tmp_path / "a.dcm", Progress(), "photo 2").name == "photo 2"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (bytes(128) + b"DICM" + bytes(40), "DICOM image.*Open the folder"),
        (b"glTF\x02\0\0\0", "binary glTF model.*not take that yet"),
        (b"\0\0\0\x18ftypmp42", "video.*not take that yet"),
        (b"PK\x03\x04" + bytes(40), "ZIP archive.*cannot be used"),
        (b"\x01\x02\x03 nothing", "not a file that can be used"),
    ],
)
def test_other_kinds_are_named_and_what_is_taken_said(tmp_path: Path, head: bytes, words: str) -> None:
    (tmp_path / "a.jpg").write_bytes(head)
    with pytest.raises(UnsupportedFile, match=f"(?s){words}.*JPEG"):
        read(tmp_path / "a.jpg", Progress(), "photo 1")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"# Blender\nmtllib a.mtl\nv 1 2 3\n", "OBJ"),
        (b"solid name\nfacet normal", "STL"),
        (b"ply\nformat ascii 1.0", "PLY"),
        (b"\0\0\0\x18ftypheic", "HEIF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WEBP"),
        (b"MM\0*", "TIFF"),
    ],
)
def test_kinds(head: bytes, name: str) -> None:
    kind = kind_of(head)
    assert kind is not None
    assert kind.name == name


def test_noise_is_called_nothing() -> None:
    """Of 2,000 heads of random bytes hardly any is twelve reasonable numbers: binary STL has no other mark."""
    random = np.random.default_rng(0)
    found = [kind_of(random.bytes(512)) for _ in range(2000)]
    assert sum(kind is not None and kind.name == "STL" for kind in found) < 10
