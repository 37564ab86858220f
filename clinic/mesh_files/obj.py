"""Wavefront OBJ with its MTL and PNG beside it: text, for programs that read nothing else."""

import io

import numpy as np

from clinic.mesh_files import outside
from clinic.mesh_files.mesh import MeshFile
from clinic.mesh_files.texture import png

_FIRST_WORDS = (b"#", b"v ", b"vt ", b"vn ", b"o ", b"g ", b"s ", b"mtllib ", b"usemtl ")


def to_files(mesh: MeshFile, stem: str) -> dict[str, bytes]:
    """Return the bytes of each file by name: `stem`.obj, and with a texture `stem`.mtl and `stem`.skin.png."""
    files: dict[str, bytes] = {}
    textured = mesh.uv is not None and mesh.texture is not None
    text = io.BytesIO()
    text.write(f"# Clinic; unit {mesh.unit}; frame {mesh.frame}\n".encode("ascii"))
    if textured:
        text.write(f"mtllib {stem}.mtl\nusemtl skin\n".encode())
    # 0.01 µm: below what single precision would keep
    np.savetxt(text, mesh.points, fmt="v %.5f %.5f %.5f")
    corners = mesh.triangles + 1
    if mesh.uv is not None:
        np.savetxt(text, mesh.uv, fmt="vt %.6f %.6f")
        np.savetxt(text, np.repeat(corners, 2, axis=1), fmt="f %d/%d %d/%d %d/%d")
    else:
        np.savetxt(text, corners, fmt="f %d %d %d")
    files[f"{stem}.obj"] = text.getvalue()
    if textured and mesh.texture is not None:
        files[f"{stem}.mtl"] = f"newmtl skin\nKd 1 1 1\nKs 0 0 0\nillum 1\nmap_Kd {stem}.skin.png\n".encode()
        files[f"{stem}.skin.png"] = png(mesh.texture)
    return files


def decode(data: bytes) -> MeshFile | None:
    """Return the surface without its material; None if this is no OBJ. Raises UnusableMeshFile."""
    start = data[:4096].lstrip()
    if not start.startswith(_FIRST_WORDS) or b"\nf " not in data:
        return None
    return outside.decode(data, "obj", "mm" if b"unit mm" in data[:200] else "")
