"""Binary and text STL: triangles without names, units or colours."""

import re

import numpy as np

from clinic.case import Points
from clinic.mesh_files.mesh import FRAME_UNKNOWN, MeshFile, UnusableMeshFile
from clinic.words import say

_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_HEADER, _COUNT = 80, 4
_VERTEX = re.compile(rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)")


def to_bytes(mesh: MeshFile) -> bytes:
    """Return a binary STL in the mesh's own unit and axes, which stand in its header."""
    corners = mesh.points[mesh.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    records = np.zeros(len(corners), _RECORD)
    records["normal"] = np.divide(normal, length, out=np.zeros_like(normal), where=length > 0)
    records["corners"] = corners
    title = f"Clinic, {mesh.unit}, {mesh.frame}".encode("ascii", "replace")[:_HEADER]
    return title.ljust(_HEADER, b" ") + np.uint32(len(records)).tobytes() + records.tobytes()


def decode(data: bytes) -> MeshFile | None:
    """Return the mesh with equal corners joined, None if this is no STL.

    Raises UnusableMeshFile if a number is not finite or there is no triangle.
    """
    corners = _binary(data)
    if corners is None:
        corners = _text(data)
    if corners is None:
        return None
    if not np.isfinite(corners).all():
        raise UnusableMeshFile(say("some of its coordinates are not numbers"))
    if len(corners) == 0:
        raise UnusableMeshFile(say("it holds no surface"))
    points, number = np.unique(corners.reshape(-1, 3), axis=0, return_inverse=True)
    return MeshFile(points, number.reshape(-1, 3).astype(np.int32), "", FRAME_UNKNOWN)


def _binary(data: bytes) -> Points | None:
    if len(data) < _HEADER + _COUNT:
        return None
    count = int.from_bytes(data[_HEADER : _HEADER + _COUNT], "little")
    if len(data) != _HEADER + _COUNT + count * _RECORD.itemsize:
        return None
    return np.frombuffer(data, _RECORD, count, _HEADER + _COUNT)["corners"].astype(np.float64)


def _text(data: bytes) -> Points | None:
    if not data.lstrip().startswith(b"solid"):
        return None
    found = _VERTEX.findall(data)
    if len(found) % 3 or not found:
        raise UnusableMeshFile(say("it is cut short"))
    try:
        return np.array(found, dtype="S").astype(np.float64).reshape(-1, 3, 3)
    except ValueError:
        raise UnusableMeshFile(say("some of its coordinates are not numbers")) from None
