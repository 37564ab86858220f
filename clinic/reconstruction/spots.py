"""Spots of the skin that were found in a photo: what every dense cue hands to the fit."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Ints
from clinic.case.arrays import freeze


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Points of the display mesh and where one photo shows them.

    triangle: (s,) triangle number; weights: (s, 3) barycentric. image: (s, 2) px. whiten: (s, 2, 2), so that
    whiten · (projected − image) counts standard deviations; of rank one where only the way across an edge is known.
    track: (s,) number of the patch of skin that several photos show, the same in each of them, with the same triangle
    and weights: its photos say where the skin lies, not which spot of the mesh it is, so the fit lets it slide along
    the surface. Negative, or no tracks at all: the spot itself was recognised.
    """

    triangle: Ints
    weights: Floats
    image: Floats
    whiten: Floats
    track: Ints | None = None

    def __post_init__(self) -> None:
        s = len(self.image)
        freeze(
            self,
            triangle=(np.int32, s),
            weights=(np.float64, s, 3),
            image=(np.float64, s, 2),
            whiten=(np.float64, s, 2, 2),
        )
        if self.track is not None:
            freeze(self, track=(np.int32, s))
