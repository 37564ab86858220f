"""Reads one mesh file from outside."""

from pathlib import Path

from clinic.intake import files, sandbox
from clinic.intake.errors import UnreadableMesh, UnsupportedFile
from clinic.jobs import Progress
from clinic.mesh_files import MeshFile, MeshPart, UnusableMeshFile
from clinic.words import say


def read(path: Path, progress: Progress) -> MeshFile:
    """Return the mesh in the file's own unit and axes.

    Raises FileNotReadable, FileTooLarge, UnsupportedFile, UnreadableMesh or ReaderStopped.
    """
    return parse(files.load(path), progress)[0]


def parse(file: files.Outside, progress: Progress) -> tuple[MeshFile, tuple[str, ...]]:
    """Return the mesh, and the names of the files beside it that it names. Raises as `read`."""
    if file.kind is None or file.kind.family != "mesh":
        what = (
            say("is not a 3D file") if file.kind is None else say("is {words!t}, not a 3D file", words=file.kind.words)
        )
        raise UnsupportedFile(file.name, say("{what!t}. GLB, PLY, OBJ, STL and VTP are taken.", what=what))
    progress.report(0.0, say("Reading the 3D file"))
    try:
        parsed = sandbox.parse("mesh", file, progress)
        return _mesh(parsed), tuple(str(name) for name in parsed.facts["beside"])
    except sandbox.Refused as refused:
        raise UnreadableMesh(file.name, str(refused.facts.get("reason", say("it is damaged")))) from refused
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
