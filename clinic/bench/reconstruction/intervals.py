"""How often the truth lies within the ± that was given."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.bench.reconstruction.family import lengths
from clinic.case import Floats, Points, Topology

WIDE = 1.645  # standard deviations on each side of a 90 % interval


def points_within(sigma: Floats, aligned: Points, true: Points) -> float:
    """Return the share of coordinates of points (s, 3) that lie within their 90 % intervals.

    sigma: (s,) mm. aligned: the face found, brought onto the true one; the ± of scale and place are not part of it.
    """
    return float((np.abs(aligned - true) <= WIDE * sigma[:, None]).mean())


def lengths_within(
    topology: Topology, control: Points, modes: NDArray[np.floating[Any]], size: float, true: Floats
) -> Floats:
    """Return (l,) 1 for each clinical length that lies within its 90 % interval, 0 for the others.

    control: (c, 3) the face found. modes: (r, c, 3) mm, in which it may be off, one standard deviation each. size:
    what brings it to the size of the true one. true: (l,) mm.
    """
    told = lengths(topology.landmarks_on(control))
    moved = np.array([lengths(topology.landmarks_on(control + mode)) - told for mode in modes])
    sigma = np.sqrt((moved**2).sum(axis=0))
    return np.asarray(np.abs(size * told - true) <= WIDE * size * sigma, np.float64)
