"""Files made to do harm: refused or harmless, and the parent stands."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clinic.intake import mesh
from clinic.intake.errors import ImportRejected
from clinic.intake.read import read
from clinic.jobs import Progress
from clinic.mesh_files import FRAME_PATIENT, MeshFile, glb, in_gltf_axes, ply, stl

SEEDS = range(12)


def encoded(kind: str) -> bytes:
    noise = np.random.default_rng(7).integers(0, 255, (96, 80, 3)).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, kind)
    return stream.getvalue()


def mutated(data: bytes, seed: int) -> bytes:
    """Flip bytes, cut, repeat or insert, most of it near the head where the structure is."""
    random = np.random.default_rng(seed)
    changed = bytearray(data)
    for _ in range(int(random.integers(1, 12))):
        place = int(random.integers(4, min(len(changed), 200 if random.random() < 0.7 else len(changed))))
        match int(random.integers(4)):
            case 0:
                changed[place] = int(random.integers(256))
            case 1:
                changed[place : place + 4] = b"\xff\xff\xff\xff"
            case 2:
                changed = changed[: max(place, 64)]
            case _:
                changed[place:place] = random.bytes(int(random.integers(1, 40)))
    return bytes(changed)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
@pytest.mark.parametrize("seed", SEEDS)
def test_mutated_photos(tmp_path: Path, kind: str, seed: int) -> None:
    (tmp_path / "a").write_bytes(mutated(encoded(kind), seed))
    try:
        found = read(tmp_path / "a", Progress(), "photo 1")
    except ImportRejected:
        return
    assert found.pixels.dtype == np.uint8
    assert min(found.pixels.shape[:2]) >= 64


def small_mesh() -> MeshFile:
    points = np.array([[0, 0, 0], [40, 0, 0], [0, 40, 0], [0, 0, 40.0]])
    triangles = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    texture = np.full((16, 16, 3), 120, np.uint8)
    return MeshFile(points, triangles, "mm", FRAME_PATIENT, uv=np.zeros((4, 2)), texture=texture)


@pytest.mark.parametrize("kind", ["glb", "ply", "stl"])
@pytest.mark.parametrize("seed", range(6))
def test_mutated_meshes(tmp_path: Path, kind: str, seed: int) -> None:
    written = {
        "glb": lambda: glb.to_bytes(in_gltf_axes(small_mesh())),
        "ply": lambda: ply.to_bytes(small_mesh()),
        "stl": lambda: stl.to_bytes(small_mesh()),
    }[kind]()
    (tmp_path / "a").write_bytes(mutated(written, seed))
    try:
        found = mesh.read(tmp_path / "a", Progress())
    except ImportRejected:
        return
    assert np.isfinite(found.points).all()
    assert found.triangles.max() < len(found.points)


def test_counts_that_are_not_there_cost_nothing(tmp_path: Path) -> None:
    """Four thousand million vertices, announced in 200 bytes."""
    header = "ply\nformat binary_little_endian 1.0\nelement vertex 4000000000\nproperty float x\nproperty float y\n"
    header += "property float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n"
    (tmp_path / "a.ply").write_bytes(header.encode() + bytes(40))
    (tmp_path / "a.stl").write_bytes(bytes(80) + b"\xff\xff\xff\xff" + bytes(50))
    for name in ("a.ply", "a.stl"):
        with pytest.raises(ImportRejected):
            mesh.read(tmp_path / name, Progress())


def test_a_glb_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    whole = glb.to_bytes(in_gltf_axes(small_mesh()))
    pointing = whole.replace(b'"buffers":[{"byteLength"', b'"buffers":[{"uri":"/etc/passwd","byteLength"')
    grown = len(pointing) - len(whole)
    pad = -grown % 4
    length = int.from_bytes(whole[12:16], "little") + grown + pad
    end = 20 + int.from_bytes(whole[12:16], "little") + grown
    rebuilt = pointing[:8] + (len(pointing) + pad).to_bytes(4, "little") + length.to_bytes(4, "little")
    (tmp_path / "a.glb").write_bytes(rebuilt + pointing[16:end] + b" " * pad + pointing[end:])
    with pytest.raises(ImportRejected):
        mesh.read(tmp_path / "a.glb", Progress())
