"""What a 3D file is: in which unit, which way up, inside out; and the scan that becomes of it."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Pixels, Points, Scan, Triangles
from clinic.case.arrays import freeze
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.scan.clean import clean
from clinic.reconstruction.scan.coloured import Coloured
from clinic.reconstruction.scan.errors import NoFaceInScan, UnknownUnit
from clinic.reconstruction.scan.upright import find
from clinic.words import say

UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_EYES_MM = (70.0, 110.0)  # between the outer corners: small children to the widest adults, with room (Farkas 1994)
_UPRIGHT_DEG = 2.0  # less needs no words


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A surface as a file has it, fields as of `case.Scan`, in any unit and axes. made_from: SHA-256 of the file."""

    points: Points
    triangles: Triangles
    uv: Floats | None = None
    texture: Pixels | None = None
    colours: Pixels | None = None
    made_from: str = ""
    remarks: tuple[str, ...] = ()  # of reading the file

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, -1, 3), triangles=(np.int32, -1, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A surface on which a face was found. unit: the one in which that face has a possible size, for confirmation.

    eyes_mm: how far the outer corners of the eyes are apart in that unit. rotation: (3, 3), turns the surface upright;
    middle: (3,) then lies between the eyes, in the file's unit.
    """

    surface: Surface
    unit: str
    eyes_mm: float
    inside_out: bool
    rotation: Floats
    middle: Floats

    @property
    def turned_deg(self) -> float:
        """By how much the surface has to be turned from patient axes."""
        return float(np.degrees(np.arccos(np.clip((np.trace(self.rotation) - 1) / 2, -1, 1))))


def look(surface: Surface, progress: Progress) -> Looked:
    """Find the face and the unit. Raises NoFaceInScan, and UnknownUnit if its size is possible in none."""
    if not np.ptp(surface.points, axis=0).max() > 0:
        raise NoFaceInScan
    space = FaceSpace.load()
    seen = Coloured(surface.points, surface.triangles, surface.uv, surface.texture, surface.colours)
    found = find(seen, space, progress)
    apart = _eyes_mm(space) / found.placing.size
    unit = _possible(apart)
    if unit is None:
        raise UnknownUnit(apart)
    placing = found.placing
    middle = -placing.rotation.T @ placing.translation / placing.size
    return Looked(surface, unit, apart * UNITS[unit], found.inside_out, placing.rotation, middle)


def prepare(looked: Looked, unit: str, progress: Progress) -> Scan:
    """Return the clean scan in millimetres and upright, its numbers taken in a unit.

    Raises UnknownUnit if nobody has a face of that size.
    """
    if unit != looked.unit:
        raise UnknownUnit(looked.eyes_mm / UNITS[looked.unit], unit, looked.unit)
    progress.report(0.1, say("Cleaning the scan"))
    surface = looked.surface
    turned = (
        (say("Turned it upright, by {turned_deg:.0f}°.", turned_deg=looked.turned_deg),)
        if looked.turned_deg > _UPRIGHT_DEG
        else ()
    )
    raw = Scan(
        placed(looked),
        surface.triangles,
        unit,
        surface.uv if surface.texture is not None else None,
        surface.texture if surface.uv is not None else None,
        surface.colours if surface.uv is None or surface.texture is None else None,
        cleaned=(*surface.remarks, *turned),
        made_from=surface.made_from,
    )
    return clean(raw, inside_out=looked.inside_out)


def placed(looked: Looked) -> Points:
    """Return the surface upright, mm, between the eyes."""
    upright: Points = UNITS[looked.unit] * (looked.surface.points - looked.middle) @ looked.rotation.T
    return upright


def _possible(apart: float) -> str | None:
    low, high = _EYES_MM
    return next((unit for unit, factor in UNITS.items() if low <= apart * factor <= high), None)


def _eyes_mm(space: FaceSpace) -> float:
    at = space.topology.landmarks_on(space.mean)
    return float(np.linalg.norm(at["exocanthion_r"] - at["exocanthion_l"]))
