"""How often the truth lies within the ± that was given."""

import numpy as np

from clinic.bench.reconstruction.family import Family, lengths
from clinic.case import Floats, Points
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.shaping import Shape

WIDE = 1.645  # standard deviations on each side of a 90 % interval


def points_within(family: Family, space: FaceSpace, found: Shape, aligned: Points, true: Points) -> float:
    """Return the share of coordinates of points (s, 3) that lie within their 90 % intervals.

    aligned: (s, 3) the face found, brought onto the true one; the ± of scale and place are not part of it.
    """
    sigma = family.carried(space, found.sigma_mm)
    return float((np.abs(aligned - true) <= WIDE * sigma[:, None]).mean())


def lengths_within(space: FaceSpace, found: Shape, size: float, true: Floats) -> Floats | None:
    """Return (l,) 1 for each clinical length that lies within its 90 % interval, 0 for the others.

    size: what brings the face found to the size of the true one. None if the fit gives no modes of error.
    """
    if found.error_modes is None:
        return None
    topology = space.topology
    told = lengths(topology.landmarks_on(found.control))
    moved = [lengths(topology.landmarks_on(found.control + mode)) - told for mode in found.error_modes]
    sigma = np.sqrt((np.array(moved) ** 2).sum(axis=0))
    return np.asarray(np.abs(size * told - true) <= WIDE * size * sigma, np.float64)
