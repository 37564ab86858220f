"""Decodes a mesh from outside. Runs in the child process."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic import mesh_files
from clinic.intake.refusal import Refusal
from clinic.mesh_files.beside import named_in_mesh
from clinic.mesh_files.counts import check_count

_FIELDS = ("points", "triangles", "uv", "texture", "colours", "normals")


def decode(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return facts (unit, frame, name, parts, extras, beside) and the arrays of a mesh file. Raises Refusal."""
    try:
        check_count(data)
        mesh = mesh_files.decode(data)
    except mesh_files.UnusableMeshFile as unusable:
        raise Refusal("unusable", reason=unusable.reason) from unusable
    arrays = {name: array for name in _FIELDS if (array := getattr(mesh, name)) is not None}
    for number, part in enumerate(mesh.parts):
        fields: dict[str, NDArray[Any]] = {"points": part.points, "triangles": part.triangles, "colours": part.colours}
        arrays |= {f"{number}.{name}": np.asarray(array) for name, array in fields.items()}
    facts = {name: getattr(mesh, name) for name in ("unit", "frame", "name", "extras")}
    named = {"parts": [part.name for part in mesh.parts], "beside": list(named_in_mesh(data))}
    return facts | named, arrays
