"""The outer skin of a face as a closed surface: linings cut out, the openings they leave capped."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Ints, Mask, Points, Triangles
from clinic.case.arrays import freeze


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A closed surface, outward-facing. points: (n, 3) mm, patient frame. triangles: (m, 3)."""

    points: Points
    triangles: Triangles

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, -1, 3), triangles=(np.int32, -1, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """Head with eyeballs, open at the neck alone.

    outer: (n,) vertices of skin that air touches, away from openings and the neck. nostrils: (2, 3) where they open.
    """

    surface: Surface
    outer: Mask
    nostrils: Points


def outer_skin(face: FaceModel, lowest_mm: float) -> Skin:
    """Return the skin of a face; what lies below `lowest_mm` does not count as outer."""
    hidden = _share(face, "interior") > 0.5
    kept = face.topology.triangles[~hidden[face.topology.triangles].all(axis=1)]
    loops = [loop for loop in _loops(kept) if face.points[loop, 2].mean() > lowest_mm]
    points, triangles = [face.points], [kept]
    for loop in loops:
        centre = sum(map(len, points))
        points.append(face.points[loop].mean(axis=0, keepdims=True))
        # Borders run with their triangles, so a cap's edges run against them.
        triangles.append(np.column_stack([np.roll(loop, -1), loop, np.full(len(loop), centre)]))
    for part in (part for part in face.parts if part.name.startswith("eye")):
        triangles.append(part.triangles + sum(map(len, points)))
        points.append(part.points)
    surface = Surface(np.concatenate(points), np.concatenate(triangles))
    outer = np.zeros(len(surface.points), bool)
    inner = _share(face, "interior") + _share(face, "lids")
    outer[: len(inner)] = (inner < 1e-6) & (face.points[:, 2] > lowest_mm + 4.0)
    return Skin(surface, outer, _nostrils(face, loops))


def _share(face: FaceModel, region: str) -> Floats:
    """Return how far each vertex belongs to a region, 0 to 1."""
    return face.topology.subdivide(face.topology.region(region).astype(np.float64)[:, None])[:, 0]


def _loops(triangles: Triangles) -> list[Ints]:
    """Return the borders of a surface, each in the direction of its triangles."""
    edges = triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    known = {(int(a), int(b)) for a, b in edges}
    follows = {a: b for a, b in known if (b, a) not in known}
    loops = []
    while follows:
        start, at = follows.popitem()
        loop = [start]
        while at != start:
            loop.append(at)
            at = follows.pop(at)
        loops.append(np.array(loop, np.int32))
    return loops


def _nostrils(face: FaceModel, loops: list[Ints]) -> Points:
    centres = np.array([face.points[loop].mean(axis=0) for loop in loops])
    away = np.linalg.norm(centres - face.landmarks()["subnasale"], axis=1)
    return centres[np.argsort(away)[:2]]
