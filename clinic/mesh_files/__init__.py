"""Mesh files both ways: OBJ, PLY, STL and GLB, side by side; VTP is read alone.

    format  unit and axes here                    carries
    PLY     millimetres, patient frame (LPS)      colour per vertex, texture coordinates
    OBJ     millimetres, patient frame (LPS)      texture (with MTL and PNG)
    STL     millimetres, patient frame (LPS)      shape alone
    GLB     metres, glTF's axes (y up, z forward) texture, parts, extras
    VTP     read alone                            colour per vertex, texture coordinates

A format module turns a `MeshFile` into bytes and back and moves nothing: `in_gltf_axes` and `in_patient_axes` do that
visibly. Only `export.write` opens files for writing. Readers check every count against the bytes that are there before
they give memory for it, because they also read files from outside (in `intake`'s child process).
"""

from clinic.mesh_files.formats import decode, read
from clinic.mesh_files.mesh import (
    FRAME_GLTF,
    FRAME_PATIENT,
    MeshFile,
    MeshPart,
    UnusableMeshFile,
    in_gltf_axes,
    in_patient_axes,
)

__all__ = [
    "FRAME_GLTF",
    "FRAME_PATIENT",
    "MeshFile",
    "MeshPart",
    "UnusableMeshFile",
    "decode",
    "in_gltf_axes",
    "in_patient_axes",
    "read",
]
