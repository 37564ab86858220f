"""What a mesh file holds, whatever its format."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from clinic.case import Floats, Pixels, Points, Triangles
from clinic.case.arrays import freeze
from clinic.errors import ClinicError
from clinic.words import say

FRAME_PATIENT = "patient, LPS: x to the patient's left, y back, z up"
FRAME_GLTF = "glTF: x to the patient's left, y up, z forward"
FRAME_UNKNOWN = "unknown"

# (x, y, z) in LPS is (x, z, −y) in glTF: y up, the face looking along +z.
_TO_GLTF = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])


class UnusableMeshFile(ClinicError):
    """A mesh file is damaged, or says things that cannot be."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("The 3D file cannot be used: {reason!t}. Nothing was changed. Export it again.", reason=reason)
        )
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class MeshPart:
    """A further surface in the same file, coloured per vertex: an eyeball, teeth.

    points: (n, 3) in the file's unit and axes. triangles: (m, 3). colours: (n, 3) sRGB. normals: (n, 3) unit; without
    them a viewer shows facets. roughness: 0 is a mirror, 1 is chalk.
    """

    name: str
    points: Points
    triangles: Triangles
    colours: Pixels
    normals: Points | None = None
    roughness: float = 0.5

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, -1, 3), triangles=(np.int32, -1, 3), colours=(np.uint8, -1, 3))
        if self.normals is not None:
            freeze(self, normals=(np.float64, len(self.points), 3))


@dataclass(frozen=True, slots=True, eq=False)
class MeshFile:
    """One triangulated surface as a file has it, in the file's own unit and axes.

    points: (n, 3). triangles: (m, 3). uv: (n, 2), v upwards. texture: (h, w, 3) sRGB, row 0 is v = 1. colours: (n, 3)
    sRGB. normals: (n, 3) unit. unit: "mm", "m", or "" where the format does not say. extras: JSON values under the key
    of the program that wrote them. beside: a second surface of the same, for programs that ask for it; viewers show the
    first. Raises UnusableMeshFile if a triangle names a vertex that is not there, or a number
    is not finite.
    """

    points: Points
    triangles: Triangles
    unit: str
    frame: str
    name: str = "skin"
    uv: Floats | None = None
    texture: Pixels | None = None
    colours: Pixels | None = None
    normals: Points | None = None
    parts: tuple[MeshPart, ...] = ()
    extras: dict[str, Any] = field(default_factory=dict)
    beside: "MeshFile | None" = None

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, -1, 3), triangles=(np.int32, -1, 3))
        count = len(self.points)
        if self.uv is not None:
            freeze(self, uv=(np.float64, count, 2))
        if self.texture is not None:
            freeze(self, texture=(np.uint8, -1, -1, 3))
        if self.colours is not None:
            freeze(self, colours=(np.uint8, count, 3))
        if self.normals is not None:
            freeze(self, normals=(np.float64, count, 3))
        check(self.points, self.triangles)
        for part in self.parts:
            check(part.points, part.triangles)


def check(points: Points, triangles: Triangles) -> None:
    """Raise UnusableMeshFile unless the triangles make a surface of these points."""
    if len(points) == 0 or len(triangles) == 0:
        raise UnusableMeshFile(say("it holds no surface"))
    if not np.isfinite(points).all():
        raise UnusableMeshFile(say("some of its coordinates are not numbers"))
    if triangles.min() < 0 or triangles.max() >= len(points):
        raise UnusableMeshFile(say("its triangles name points that are not there"))


def in_gltf_axes(mesh: MeshFile) -> MeshFile:
    """Return a mesh in patient millimetres as glTF wants it: metres, y up, z forward."""
    return _carried(mesh, _TO_GLTF, 1e-3, "m", FRAME_GLTF)


def in_patient_axes(mesh: MeshFile) -> MeshFile:
    """Return a mesh in glTF's metres and axes in millimetres, LPS axes."""
    return _carried(mesh, _TO_GLTF.T, 1e3, "mm", FRAME_PATIENT)


def _carried(mesh: MeshFile, rotation: Floats, factor: float, unit: str, frame: str) -> MeshFile:
    turn = rotation.T * factor
    return replace(
        mesh,
        points=mesh.points @ turn,
        normals=_turned(mesh.normals, rotation),
        parts=tuple(
            replace(part, points=part.points @ turn, normals=_turned(part.normals, rotation)) for part in mesh.parts
        ),
        unit=unit,
        frame=frame,
        beside=None if mesh.beside is None else _carried(mesh.beside, rotation, factor, unit, frame),
    )


def _turned(normals: Points | None, rotation: Floats) -> Points | None:
    return None if normals is None else normals @ rotation.T
