"""The red of the lips, as weights on the control vertices."""

import numpy as np

from clinic.case import FaceModel, Floats
from clinic.planning.procedures.fields import ease
from clinic.planning.procedures.fillers.depot import from_polyline

_FRONT = [0, 2]  # x and z: the lips are laid out as seen from the front, since they bend around the teeth
_AT_CORNER_MM, _BEYOND_MM = 3.0, 2.0  # reach at the corners; how far the border of the red swells with it
_BELOW_FULLEST = 0.3  # of the way to the mentolabial fold: the red of the lower lip goes on below its fullest point
_EDGE = 0.8  # of the reach, over which the filler thins out


def vermilion(face: FaceModel, lip: str) -> Floats:
    """Return (c,) weights of the "upper" or "lower" lip: 1 along the middle of its red, 0 beyond its border.

    The red is taken from corner to corner and as high as between its border and the line of the mouth in the middle.
    """
    at = face.landmarks()
    lower = at["labiale_inferius"] + _BELOW_FULLEST * (at["sublabiale"] - at["labiale_inferius"])
    border = at["labiale_superius"] if lip == "upper" else lower
    middle = 0.5 * (border + at["stomion"])
    reach = 0.5 * abs(float((border - at["stomion"])[2])) + _BEYOND_MM
    corners = np.array([at["cheilion_r"], middle, at["cheilion_l"]])[:, _FRONT]
    away = from_polyline(face.control[:, _FRONT], corners, np.array([_AT_CORNER_MM, reach, _AT_CORNER_MM]))
    skin = face.topology.region("face") & face.topology.region(f"{lip}_lip")
    return np.where(skin, ease((1.0 - away) / _EDGE), 0.0)
