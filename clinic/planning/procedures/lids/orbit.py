"""One eye with its lids and brow in its own lengths, in which procedures say where they act."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Points

UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Orbit:
    """Where places lie around one eye.

    outwards: unit vector (3,), away from the midline. inner, outer: the corners of the lids, (3,) mm. brow_mm: how high
    the brow lies above their line.
    """

    outwards: Points
    inner: Points
    outer: Points
    brow_mm: float

    def across(self, points: Points) -> Floats:
        """Return (n,) 0 above or below the inner corner of the lids, 1 at the outer one."""
        width = (self.outer - self.inner) @ self.outwards
        shares: Floats = (points - self.inner) @ self.outwards / width
        return shares

    def height(self, points: Points) -> Floats:
        """Return (n,) 0 on the line through the corners of the lids, 1 at the brow; negative below."""
        line = self.inner[2] + np.clip(self.across(points), 0.0, 1.0) * (self.outer - self.inner)[2]
        heights: Floats = (points[:, 2] - line) / self.brow_mm
        return heights


def orbit(face: FaceModel, side: str) -> Orbit:
    """Measure around the "left" or "right" eye."""
    at, end, sign = face.landmarks(), side[0], 1.0 if side == "left" else -1.0
    inner, outer = at[f"endocanthion_{end}"], at[f"exocanthion_{end}"]
    return Orbit(np.array([sign, 0.0, 0.0]), inner, outer, float(at["glabella"][2] - at["nasion"][2]))
