"""Where the detector puts its points on a turned head: not on the skin where it puts them from the front.

Points of cheek, temple and jaw slide over the skin as the head turns, and those of the far side keep to the outline.
`training.turned_points` measures by how much on rendered heads, as means and spreads for a row of yaw angles.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from clinic import resources
from clinic.case import Floats
from clinic.case.arrays import freeze

FILE = "turned_points.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Slide:
    """mm in the plane of a picture of a head that is upright: (478, 2) to the right and down; spread: (478,) of it."""

    mm: Floats
    spread_mm: Floats

    def __post_init__(self) -> None:
        freeze(self, mm=(np.float64, -1, 2), spread_mm=(np.float64, -1))


def slide(yaw_deg: float, roll_deg: float) -> Slide:
    """Return how far each point lies from its place on the face, on top of what it does seen from the front.

    Beyond the last angle that was measured (60°) the last one counts. roll_deg: + where the head leans clockwise.
    """
    yaws, shifts, spreads = _table()
    at = np.interp(yaw_deg, yaws, np.arange(len(yaws)))
    low = min(int(at), len(yaws) - 2)
    share = at - low
    mm = (1 - share) * shifts[low] + share * shifts[low + 1]
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    spread = (1 - share) * spreads[low] + share * spreads[low + 1]
    return Slide(mm @ np.array([[c, s], [-s, c]]), spread)


@cache
def _table() -> tuple[Floats, Floats, Floats]:
    """Return yaw angles (y,), degrees, ascending; shifts (y, 478, 2) and spreads (y, 478), mm."""
    with np.load(resources.folder("face_space") / FILE, allow_pickle=False) as arrays:
        return tuple(arrays[name].astype(np.float64) for name in ("yaw_deg", "shift_mm", "spread_mm"))
