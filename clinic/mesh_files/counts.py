"""How many triangles a mesh file says it has, before memory is given for them."""

import json
import struct
from typing import Any

from clinic.mesh_files import vtp
from clinic.mesh_files.mesh import UnusableMeshFile
from clinic.words import say

MOST_TRIANGLES = 2_000_000  # five times what a 3D camera for faces gives, and read within 1 GiB


def check_count(data: bytes) -> None:
    """Raise UnusableMeshFile if the file declares more triangles than can be used."""
    count = declared(data)
    if count > MOST_TRIANGLES:
        raise UnusableMeshFile(
            say(
                "it has {count:.0f} million triangles, and at most {most_triangles:.0f} million are taken. "
                "Reduce their number in the camera's program",
                count=count / 1e6,
                most_triangles=MOST_TRIANGLES / 1e6,
            )
        )


def declared(data: bytes) -> int:
    """Return the number of triangles or polygons that a file declares; 0 where it does not say."""
    if data.startswith(b"glTF"):
        return _glb(data)
    if data.startswith(b"ply"):
        return _ply(data[: data.find(b"end_header")])
    if b"<VTKFile" in data[:4096]:
        return vtp.declared(data)
    binary = (len(data) - 84) // 50
    if len(data) > 84 and struct.unpack_from("<I", data, 80)[0] == binary and (len(data) - 84) % 50 == 0:
        return binary
    return max(data.count(b"\nf "), data.count(b"endfacet"))


def _ply(header: bytes) -> int:
    for line in header.splitlines():
        words = line.split()
        if words[:2] == [b"element", b"face"] and len(words) == 3 and words[2].isdigit():
            return int(words[2])
    return 0


def _glb(data: bytes) -> int:
    try:
        document: dict[str, Any] = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
        accessors = document["accessors"]
        primitives = [primitive for mesh in document["meshes"] for primitive in mesh["primitives"]]
        return (
            sum(int(accessors[primitive["indices"]]["count"]) for primitive in primitives if "indices" in primitive)
            // 3
        )
    except (ValueError, KeyError, IndexError, TypeError, struct.error, RecursionError):
        return 0  # the reader will say what is wrong with it
