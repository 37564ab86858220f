"""Reads a surface scan from outside, and the picture of the skin that lies beside it."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from clinic.case import Pixels
from clinic.intake import files, mesh, sandbox
from clinic.intake.errors import ImportRejected
from clinic.jobs import Progress
from clinic.mesh_files import MeshFile
from clinic.words import say

_PICTURES = (".png", ".jpg", ".jpeg")
_LIBRARY_BYTES = 2**20


@dataclass(frozen=True, slots=True, eq=False)
class ScanFile:
    """sha256: of the mesh file, hex. remarks: what of its colours could not be read, one sentence each."""

    mesh: MeshFile
    sha256: str
    remarks: tuple[str, ...] = ()


def read(path: Path, progress: Progress) -> ScanFile:
    """Return the surface in the file's own unit and axes, with its texture where there is one.

    Only files in the same folder are looked for. Raises as `mesh.read` for the surface; a picture that is missing or
    damaged costs the colours alone.
    """
    file = files.load(path)
    found, beside = mesh.parse(file, progress)
    sha256 = hashlib.sha256(file.data).hexdigest()
    if found.uv is None or found.texture is not None:
        return ScanFile(found, sha256)
    pictures, remarks = _named(path, beside, progress)
    if len(pictures) > 1:
        remarks.append(say("The scan's colours are spread over several pictures; it is shown without colour."))
        return ScanFile(found, sha256, tuple(remarks))
    for picture in pictures or _namesakes(path):
        texture = _pixels(path.with_name(picture), progress)
        if texture is not None:
            return ScanFile(replace(found, texture=texture), sha256, tuple(remarks))
        remarks.append(say("The picture with the scan's colours is missing or damaged; it is shown without colour."))
        break
    return ScanFile(found, sha256, tuple(remarks))


def _named(path: Path, beside: tuple[str, ...], progress: Progress) -> tuple[list[str], list[str]]:
    """Return the pictures that the mesh file and its material libraries name, and remarks."""
    pictures: dict[str, None] = {}
    remarks: list[str] = []
    for name in beside:
        if name.lower().endswith(_PICTURES):
            pictures[name] = None
            continue
        try:
            library = files.load(path.with_name(name))
            if len(library.data) <= _LIBRARY_BYTES:
                answer = sandbox.parse("material", library, progress)
                pictures |= dict.fromkeys(str(picture) for picture in answer.facts.get("pictures", ()))
        except (ImportRejected, sandbox.Refused):
            remarks.append(say("The file that names the scan's colours is missing or damaged."))
    return list(pictures), remarks


def _namesakes(path: Path) -> list[str]:
    """Return pictures of the same name, for files that cannot name any."""
    return [path.stem + suffix for suffix in _PICTURES if path.with_suffix(suffix).is_file()]


def _pixels(path: Path, progress: Progress) -> Pixels | None:
    try:
        return sandbox.parse("material", files.load(path), progress).arrays.get("pixels")
    except (ImportRejected, sandbox.Refused):
        return None
