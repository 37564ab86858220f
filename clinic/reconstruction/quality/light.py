"""How a face is lit: burnt out, dark, or from one side."""

import numpy as np

from clinic.reconstruction.pose import Pose
from clinic.reconstruction.quality.close_up import CloseUp

_BURNT, _BURNT_SHARE = 250, 0.10
_DARK = 80  # grey value that the brightest twentieth of the face does not reach
_UNEVEN = 3.0  # light on one cheek over the other; a portrait's main and fill light are 2 to 2.6
_LEAST_GREY = 10.0  # skin cannot be darker than that and still be told from its shadow
_BOTH_CHEEKS_DEG = 25.0
# The outline of the face, in order.
_OUTLINE = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)


def is_burnt_out(face: CloseUp) -> bool:
    """Return whether a tenth of the face has lost its drawing to too much light."""
    return float(np.mean(face.grey[face.within(*_OUTLINE)] > _BURNT)) > _BURNT_SHARE


def is_dark(face: CloseUp) -> bool:
    """Return whether even the bright parts of the face are dark."""
    return float(np.percentile(face.grey[face.within(*_OUTLINE)], 95)) < _DARK


def is_uneven(face: CloseUp, seen: Pose) -> bool:
    """Return whether one cheek lies in shadow; a head that is turned shows only one of them well."""
    if abs(seen.yaw_deg) > _BOTH_CHEEKS_DEG:
        return False
    floor = (_LEAST_GREY / 255) ** 2.2
    cheeks = [float(np.median(face.luminance[face.patch(name)])) + floor for name in ("cheek_r", "cheek_l")]
    return bool(max(cheeks) > _UNEVEN * min(cheeks))
