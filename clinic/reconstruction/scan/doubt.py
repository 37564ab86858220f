"""How far a point on the skin of a face from a scan may be off; the surface itself is nearer than its points."""

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import Floats, Mask, Points

_CAMERA_MM = 0.3  # of 3D cameras for faces, per axis, as their makers state it
# How far along the skin a point of the face may be from its own place on the scan, per axis: so far off lay five points
# that were set by hand on a real scan.
_ALONG_MM = 1.4
# Beside what is shown, and more with every mm away from it: on drawn heads of which only the mask between the ears was
# given, the rest was off by 1.4 mm at 10, 2 mm at 20 and 5 mm at 100; told is half as much again.
_INFERRED_MM, _PER_MM, _MOST_MM = 0.5, 0.08, 10.0


def doubt_mm(skin: Points, shown: Mask) -> Floats:
    """Return (n,) one standard deviation per display vertex, per axis; shown: (n,) where the scan shows the skin."""
    doubt = np.full(len(skin), np.hypot(_CAMERA_MM, _ALONG_MM))
    hidden = ~shown
    if hidden.any() and shown.any():
        away = cKDTree(skin[shown]).query(skin[hidden])[0]
        doubt[hidden] = np.minimum(np.hypot(doubt[hidden], _INFERRED_MM + _PER_MM * away), _MOST_MM)
    return doubt
