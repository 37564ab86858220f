"""How far the skin of a face from a scan may be off."""

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import Floats, Mask, Points

_CAMERA_MM = 0.3  # of 3D cameras for faces, per axis
_INFERRED_MM, _PER_MM, _MOST_MM = 1.0, 0.12, 10.0  # beside what is shown, and more with every mm away from it


def doubt_mm(skin: Points, shown: Mask) -> Floats:
    """Return (n,) one standard deviation per display vertex; shown: (n,) where the scan shows the skin."""
    doubt = np.full(len(skin), _CAMERA_MM)
    hidden = ~shown
    if hidden.any() and shown.any():
        away = cKDTree(skin[shown]).query(skin[hidden])[0]
        doubt[hidden] = np.minimum(_INFERRED_MM + _PER_MM * away, _MOST_MM)
    return doubt
