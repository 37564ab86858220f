"""PLY (Turk 1994): points with colour or texture coordinates, and polygons."""

import numpy as np

from clinic.case import Floats, Pixels
from clinic.mesh_files import outside
from clinic.mesh_files.mesh import MeshFile, UnusableMeshFile
from clinic.words import say

_TRIANGLE = np.dtype([("count", "u1"), ("corners", "<i4", 3)])


def to_bytes(mesh: MeshFile) -> bytes:
    """Return a binary little-endian PLY; colours and texture coordinates where the mesh has them."""
    columns: list[tuple[str, str, Floats | Pixels]] = []
    columns += [(name, "<f4", mesh.points[:, k]) for k, name in enumerate("xyz")]
    if mesh.uv is not None:
        columns += [(name, "<f4", mesh.uv[:, k]) for k, name in enumerate("st")]
    if mesh.colours is not None:
        columns += [(name, "u1", mesh.colours[:, k]) for k, name in enumerate(("red", "green", "blue"))]
    vertices = np.zeros(len(mesh.points), [(name, kind) for name, kind, _ in columns])
    for name, _, values in columns:
        vertices[name] = values
    faces = np.zeros(len(mesh.triangles), _TRIANGLE)
    faces["count"], faces["corners"] = 3, mesh.triangles
    header = _header(mesh, [(name, "float" if kind == "<f4" else "uchar") for name, kind, _ in columns])
    return header.encode("ascii") + vertices.tobytes() + faces.tobytes()


def _header(mesh: MeshFile, properties: list[tuple[str, str]]) -> str:
    lines = ["ply", "format binary_little_endian 1.0", f"comment unit {mesh.unit}", f"comment frame {mesh.frame}"]
    lines.append(f"element vertex {len(mesh.points)}")
    lines += [f"property {kind} {name}" for name, kind in properties]
    lines += [f"element face {len(mesh.triangles)}", "property list uchar int vertex_indices", "end_header", ""]
    return "\n".join(lines)


def decode(data: bytes) -> MeshFile | None:
    """Return the mesh, polygons cut into triangles; None if this is no PLY. Raises UnusableMeshFile."""
    if not data.startswith((b"ply\n", b"ply\r")):
        return None
    header = data[: data.find(b"end_header")]
    if b"element vertex" not in header or b"element face" not in header:
        raise UnusableMeshFile(say("it holds no surface"))
    return outside.decode(data, "ply", "mm" if b"comment unit mm" in header else "")
