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
    """

    triangle: Ints
    weights: Floats
    image: Floats
    whiten: Floats

    def __post_init__(self) -> None:
        s = len(self.image)
        freeze(
            self,
            triangle=(np.int32, s),
            weights=(np.float64, s, 3),
            image=(np.float64, s, 2),
            whiten=(np.float64, s, 2, 2),
        )
