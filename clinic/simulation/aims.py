"""How much of a demand it takes until the skin does what was asked."""

from dataclasses import dataclass

import numpy as np

from clinic.case import FaceModel, Floats, Points
from clinic.case.arrays import freeze
from clinic.case.numbers import brief, plain, with_unit
from clinic.errors import ClinicError
from clinic.geometry import reached
from clinic.simulation.loading import Demand
from clinic.words import say

_TRIED_MM = 2.0
_FARTHEST_MM = 60.0  # no plan moves skin further


class NotReached(ClinicError):
    """The skin cannot be brought to do what was asked."""

    def __init__(self, demand: Demand, got: float) -> None:
        gauge, asked = demand.gauges[0], demand.asked
        if demand.grows:
            words = say("{asked:g} cc cannot be brought to the skin there, only {got:.2f} cc", asked=asked, got=got)
        else:
            words = say(
                "the skin cannot be moved by {asked!t} in this way, only by {got!t}",
                asked=brief(asked, gauge.unit),
                got=with_unit(plain(got, 1), gauge.unit),
            )
        super().__init__(
            say(
                "{label!t}: {words!t}. No result is shown. Reduce the amount, or remove edits that work "
                "against it, and simulate again.",
                label=gauge.label,
                words=words,
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """What the gauges of a demand read: Σ gains_k (amount / scale)^k, k = 1, 2, 3; for volumes that is exact.

    least: the smallest amount that is possible.
    """

    gains: Floats
    scale: float
    least: float

    def __post_init__(self) -> None:
        freeze(self, gains=(np.float64, 3))

    def amount(self, demand: Demand) -> float:
        """Return the amount of a demand that brings what it asks, or the smallest possible. Raises NotReached."""
        powers, most = np.arange(1, 4), _FARTHEST_MM / _TRIED_MM
        if abs(demand.asked) > most * abs(float(self.gains[0])):
            raise NotReached(demand, np.copysign(most * abs(float(self.gains[0])), demand.asked))
        found = demand.asked / float(self.gains[0])
        for _ in range(12):
            slope = float(self.gains @ (powers * found ** (powers - 1)))
            found -= (float(self.gains @ found**powers) - demand.asked) / slope
        return max(found * self.scale, self.least)


def reading(face: FaceModel, points: Points, demand: Demand, display: Points) -> float:
    """Return what the gauges of a demand read together off a displacement of the display vertices (n, 3)."""
    return sum(reached(gauge, face.topology, points, display) for gauge in demand.gauges)


def gain(face: FaceModel, points: Points, demand: Demand, display: Points, least: float) -> Gain:
    """Return what the gauges of a demand read when `display` is the answer to one unit of it."""
    scale = _TRIED_MM / max(float(abs(display).max()), 1e-12)
    tried = np.array([-0.5, 0.5, 1.0])
    read = [reading(face, points, demand, share * scale * display) for share in tried]
    gains = np.linalg.solve(tried[:, None] ** np.arange(1, 4), read)
    return Gain(gains.astype(np.float64), scale, least)
