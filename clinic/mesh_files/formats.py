"""Finds the format of a mesh file by its content."""

from collections.abc import Callable
from pathlib import Path

from clinic.mesh_files import glb, obj, ply, stl, vtp
from clinic.mesh_files.mesh import MeshFile, UnusableMeshFile
from clinic.words import say

# STL last: a binary one has no mark of its own.
_READERS: tuple[Callable[[bytes], MeshFile | None], ...] = (glb.decode, ply.decode, vtp.decode, obj.decode, stl.decode)


def read(path: Path) -> MeshFile:
    """Return the mesh in a file of ours; files from outside go through `intake`. Raises UnusableMeshFile, OSError."""
    return decode(path.read_bytes())


def decode(data: bytes) -> MeshFile:
    """Return the mesh in the bytes of a GLB, PLY, VTP, OBJ or STL file. Raises UnusableMeshFile."""
    for reader in _READERS:
        mesh = reader(data)
        if mesh is not None:
            return mesh
    raise UnusableMeshFile(say("it is neither GLB, PLY, OBJ, STL nor VTP"))
