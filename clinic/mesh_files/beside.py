"""The files that a mesh file names: material libraries and pictures that should lie beside it."""

import re

_HEAD = 256 * 1024  # bytes in which a file says so
_MATERIALS = re.compile(rb"^[ \t]*mtllib[ \t]+([^\r\n]+)", re.M)
_PICTURE_OF_PLY = re.compile(rb"^comment[ \t]+TextureFile[ \t]+([^\r\n]+)", re.M)
_PICTURE_OF_MATERIAL = re.compile(rb"^[ \t]*map_Kd[ \t]+([^\r\n]+)", re.M)
_LONGEST = 255


def named_in_mesh(data: bytes) -> tuple[str, ...]:
    """Return the material libraries of an OBJ, or the pictures of a PLY."""
    if data.startswith(b"ply"):
        return _names(_PICTURE_OF_PLY.findall(data[: data.find(b"end_header")]))
    if data.startswith(b"glTF"):
        return ()
    return _names(_MATERIALS.findall(data[:_HEAD]))


def named_in_materials(data: bytes) -> tuple[str, ...]:
    """Return the pictures of a material library, each once."""
    return _names(_PICTURE_OF_MATERIAL.findall(data))


def _names(found: list[bytes]) -> tuple[str, ...]:
    """Return bare file names: a path may not lead out of the folder."""
    names: dict[str, None] = {}
    for entry in found:
        text = entry.decode("utf-8", "replace").strip().strip('"')
        if text.startswith("-"):  # options stand before the name
            text = text.split()[-1]
        name = re.split(r"[\\/]", text)[-1].strip()
        if name and len(name) <= _LONGEST and name not in (".", ".."):
            names[name] = None
    return tuple(names)
