"""How the position map network misreads faces: measured on rendered heads of other renderers than it learned from.

A network that has to guess is drawn towards the average face, takes some style of skin and light for shape, and what it
gets wrong of a person it gets wrong in all photos. `training.pmn.reading_error` measures all three, for a row of yaw
angles.
"""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats
from clinic.case.arrays import freeze
from clinic.reconstruction.network.weights import content

FILE = "{}-error.npz"


@dataclass(frozen=True, slots=True, eq=False)
class ReadingError:
    """What readings of shape look like, in coordinates along `shapes`.

    size: texels along a side of the maps here, which are coarser than the network's. shapes: (q, size · size, 3) mm,
    the shapes in which faces differ most, one standard deviation each. inside: (size · size,) what texels count.
    yaw_deg: (y,). mean: (y, q), response: (y, q, q): a face at true coordinates c is read at mean + response · c.
    noise: (y, q, q) covariance of what is left, shared: (q, q) of what is left alike in two photos of one person.
    """

    size: int
    shapes: Floats
    inside: Floats
    yaw_deg: Floats
    mean: Floats
    response: Floats
    noise: Floats
    shared: Floats

    def __post_init__(self) -> None:
        q, y = len(self.shapes), len(self.yaw_deg)
        freeze(
            self,
            shapes=(np.float64, q, self.size**2, 3),
            inside=(np.float64, self.size**2),
            mean=(np.float64, y, q),
            response=(np.float64, y, q, q),
            noise=(np.float64, y, q, q),
            shared=(np.float64, q, q),
        )

    def coordinates(self, fields: Floats) -> Floats:
        """Return (…, q) where fields (…, size · size, 3) mm lie along the shapes."""
        weights = np.sqrt(self.inside)[:, None]
        flat = (self.shapes * weights).reshape(len(self.shapes), -1)
        found: Floats = (fields * weights).reshape(*fields.shape[:-2], -1) @ np.linalg.pinv(flat)
        return found

    def at(self, yaw_deg: float) -> tuple[Floats, Floats, Floats]:
        """Return mean, response and noise at an angle; beyond the last that was measured the last one counts."""
        place = float(np.interp(yaw_deg, self.yaw_deg, np.arange(len(self.yaw_deg))))
        low = min(int(place), len(self.yaw_deg) - 2)
        share = place - low
        mean, response, noise = (
            (1 - share) * table[low] + share * table[low + 1] for table in (self.mean, self.response, self.noise)
        )
        return mean, response, noise


def coarser(maps: NDArray[Any], size: int) -> Floats:
    """Return (b, size · size, k): maps (b, k, m, m) averaged over squares of texels."""
    b, k, m, _ = maps.shape
    squares = maps.reshape(b, k, size, m // size, size, m // size).mean(axis=(3, 5))
    averaged: Floats = squares.reshape(b, k, -1).transpose(0, 2, 1).astype(float)
    return averaged


@cache
def reading_error(name: str) -> ReadingError:
    """Return what was measured of a network. Raises Untrained or DamagedNetwork."""
    with np.load(io.BytesIO(content(name, FILE)), allow_pickle=False) as arrays:
        table = {key: arrays[key].astype(np.float64) for key in arrays.files}
    return ReadingError(size=int(table.pop("size")), **table)
