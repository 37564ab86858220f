"""Reads PLY and OBJ as other programs write them, through trimesh: the formats have more dialects than rules."""

import io
from typing import Any

import numpy as np

from clinic.case import Floats, Pixels
from clinic.mesh_files.mesh import FRAME_UNKNOWN, MeshFile, UnusableMeshFile
from clinic.words import say


def decode(data: bytes, file_type: str, unit: str) -> MeshFile:
    """Return the surface with its points in the file's order. Raises UnusableMeshFile."""
    import trimesh

    try:
        loaded = trimesh.load_mesh(
            io.BytesIO(data), file_type=file_type, process=False, maintain_order=True, skip_materials=True
        )
    except MemoryError:
        raise
    except Exception as error:
        # trimesh raises whatever its parser stumbles over.
        raise UnusableMeshFile(say("it is damaged or cut short")) from error
    if not isinstance(loaded, trimesh.Trimesh):
        raise UnusableMeshFile(say("it holds no surface"))
    points = np.asarray(loaded.vertices)
    return MeshFile(
        points, loaded.faces, unit, FRAME_UNKNOWN, uv=_uv(loaded, len(points)), colours=_colours(loaded.visual)
    )


def _uv(loaded: Any, count: int) -> Floats | None:
    uv = getattr(loaded.visual, "uv", None)
    return None if uv is None or np.shape(uv) != (count, 2) else np.asarray(uv, np.float64)


def _colours(visual: Any) -> Pixels | None:
    return np.asarray(visual.vertex_colors)[:, :3] if visual.kind == "vertex" else None
