"""How the detector misplaces its 478 points: in the mean, by the shape of the face, and by person.

A landmark network is drawn towards the faces that it has learned: it shows a wide mouth less wide and a long chin less
long than they are, and points of cheek, temple and jaw slide over the skin as the head turns. `training.detector_error`
measures all this on rendered heads of two renderers, for a row of yaw angles.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from clinic import resources
from clinic.case import Floats
from clinic.case.arrays import freeze

FILE = "detector_error.npz"


@dataclass(frozen=True, slots=True, eq=False)
class DetectorError:
    """mm in the plane of a picture, to the right and down.

    mean: (478, 2). response: (478, 2, q) by each of `shapes`. drift: (478, 2, d) what points share,
    on one person alike in all photos, noise: (478,) of each by itself; one standard deviation each.
    """

    mean: Floats
    response: Floats
    drift: Floats
    noise: Floats

    def __post_init__(self) -> None:
        freeze(
            self,
            mean=(np.float64, 478, 2),
            response=(np.float64, 478, 2, -1),
            drift=(np.float64, 478, 2, -1),
            noise=(np.float64, 478),
        )


def detector_error(yaw_deg: float, roll_deg: float) -> DetectorError:
    """Return how the points err in a view.

    Beyond the last angle that was measured (60°) the last one counts. roll_deg: + where the head leans clockwise.
    """
    table = _table()
    yaws = table["yaw_deg"]
    at = np.interp(yaw_deg, yaws, np.arange(len(yaws)))
    low = min(int(at), len(yaws) - 2)
    share = at - low
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    lean = np.array([[c, s], [-s, c]])

    def between(name: str) -> Floats:
        return np.asarray((1 - share) * table[name][low] + share * table[name][low + 1])

    fields = {name: np.einsum("lc...,ce->le...", between(name), lean) for name in ("mean", "response", "drift")}
    return DetectorError(**fields, noise=between("noise"))


def shapes() -> Floats:
    """Return (478, 3, q) mm: how the points lie off the mean face's on typical faces, one standard deviation each."""
    return _table()["shapes"]


@cache
def _table() -> dict[str, Floats]:
    with np.load(resources.folder("face_space") / FILE, allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float64) for name in arrays.files}
