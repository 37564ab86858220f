"""What the face is drawn to: the scan's surface, asked for the skin that belongs to each vertex of the face."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.geometry import rim_vertices
from clinic.geometry.nearest import Places, Surface
from clinic.reconstruction.scan.weld import welded

LEAST_COSINE = 0.5  # skin that faces more than 60° away is another skin


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """vertex: (k,) those that found skin. goal, normal: (k, 3) there. away: (k,) mm."""

    vertex: Ints
    goal: Points
    normal: Points
    away: Floats


class Target:
    """A scan in face space, mm. Its triangles keep their order and their corners' order."""

    def __init__(self, points: Points, triangles: Triangles, closed: int = 0) -> None:
        """closed: the last so many points only close holes, and show no skin."""
        first, number = welded(points)
        self.surface = Surface(points[first], number[triangles])
        self._rim = rim_vertices(self.surface.triangles, len(first))
        self._closing = np.zeros(len(first), bool)
        self._closing[number[len(points) - closed :]] = True

    def drawn(self, points: Points, normals: Points, asked: Ints, trim_mm: float) -> Drawn:
        """Return the skin of the scan for some vertices of the face: no farther than the trim, facing the same way.

        Places on the rim of the scan are nobody's: what lies beyond a hole is not drawn to its edge.
        """
        found = self.surface.nearest(points[asked], normals[asked], LEAST_COSINE)
        off = found.points - points[asked]
        away = np.linalg.norm(off, axis=1)
        faces = (found.normals * normals[asked]).sum(axis=1) > LEAST_COSINE
        kept = (away < trim_mm) & faces & ~self._on_rim(found)
        return Drawn(asked[kept], found.points[kept], found.normals[kept], away[kept])

    def _on_rim(self, found: Places) -> Mask:
        corners = self.surface.triangles[found.triangle]
        rim = self._rim[corners]
        off_rim: Floats = np.where(rim, 0.0, found.weights).sum(axis=1)
        return (off_rim < 1e-9) | self._closing[corners].any(axis=1)
