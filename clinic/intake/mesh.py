"""Reads one mesh file from outside."""

from pathlib import Path

from clinic.intake import files, sandbox
from clinic.intake.errors import UnreadableMesh, UnsupportedFile
from clinic.jobs import Progress
from clinic.mesh_files import MeshFile, MeshPart, UnusableMeshFile


def read(path: Path, progress: Progress) -> MeshFile:
    """Return the mesh in the file's own unit and axes.

    Raises FileNotReadable, FileTooLarge, UnsupportedFile, UnreadableMesh or ReaderStopped.
    """
    file = files.load(path)
    if file.kind is None or file.kind.family != "mesh":
        what = "is not a 3D file" if file.kind is None else f"is {file.kind.words}, not a 3D file"
        raise UnsupportedFile(file.name, f"{what}. GLB, PLY, OBJ and STL are taken.")
    progress.report(0.0, "Reading the 3D file")
    try:
        return _mesh(sandbox.parse("mesh", file, progress))
    except sandbox.Refused as refused:
        raise UnreadableMesh(file.name, str(refused.facts.get("reason", "it is damaged"))) from refused
    except UnusableMeshFile as unusable:
        raise UnreadableMesh(file.name, unusable.reason) from unusable


def _mesh(parsed: sandbox.Parsed) -> MeshFile:
    facts, arrays = parsed.facts, parsed.arrays
    parts = tuple(
        MeshPart(name, arrays[f"{number}.points"], arrays[f"{number}.triangles"], arrays[f"{number}.colours"])
        for number, name in enumerate(facts["parts"])
    )
    return MeshFile(
        arrays["points"],
        arrays["triangles"],
        unit=facts["unit"],
        frame=facts["frame"],
        name=facts["name"],
        uv=arrays.get("uv"),
        texture=arrays.get("texture"),
        colours=arrays.get("colours"),
        normals=arrays.get("normals"),
        parts=parts,
        extras=facts["extras"],
    )
