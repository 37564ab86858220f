"""Decodes what belongs to a mesh from outside: a material library or a picture. Runs in the child process."""

from typing import Any

from numpy.typing import NDArray

from clinic.intake.refusal import Refusal
from clinic.mesh_files.beside import named_in_materials
from clinic.mesh_files.texture import pixels


def decode(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the names of the pictures in a material library, or the pixels (h, w, 3) of a picture. Raises Refusal."""
    if not data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return {"pictures": list(named_in_materials(data))}, {}
    try:
        found = pixels(data)
    except ValueError as error:
        raise Refusal("damaged") from error
    return {}, {"pixels": found if found.ndim == 3 else found[:, :, None].repeat(3, axis=2)}
