"""Whether a face that the 478 points were put on is really one seen from the side.

From 70° on, the landmark network reads a half-hidden face wrongly, or takes the ear for a small one, and is sure of it.
"""

import numpy as np

from clinic.case import Pixels
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.profile.detect import ProfileDetection, detect
from clinic.reconstruction.profile.names import NAMES

# A face that is surely read from the front: turned less, as large a part of the photo, and nothing doubtful.
_TURNED_DEG = 50.0
_LEAST_SHARE = 0.25  # of the photo's shorter side
_SURE = 1 - 1e-6  # presence
_ASIDE_DEG = 70.0  # turned farther, a side view is read better as one, wherever both put the same spots
_EAR = 0.6  # a face smaller than that within one seen from the side is its ear
_APART = 0.08  # of the side view's box: further apart, the two have not read the same
_EYES = (33, 263)
# The 478 points that both mark: tip of the nose, then outer corner of the eye and of the mouth on either side.
_TIP = 4
_NEAR = {"r": {"exocanthion": 33, "cheilion": 61}, "l": {"exocanthion": 263, "cheilion": 291}}


def instead(pixels: Pixels, face: Detection) -> ProfileDetection | None:
    """Return the face seen from the side that `face` is a wrong reading of; None if `face` may be used.

    Raises `resources.MissingModelFile` and `predictor.DamagedPredictor`.
    """
    if _surely_read(pixels, face):
        return None
    side = detect(pixels)
    if side is None:
        return None
    misread = _turned_deg(face) > _ASIDE_DEG or _is_ear(face, side) or _apart(face, side) > _APART
    return side if misread else None


def _surely_read(pixels: Pixels, face: Detection) -> bool:
    large = face.size_px > _LEAST_SHARE * min(pixels.shape[:2])
    return _turned_deg(face) < _TURNED_DEG and large and face.presence > _SURE


def _turned_deg(face: Detection) -> float:
    across = face.points[_EYES[1]] - face.points[_EYES[0]]
    return float(np.degrees(np.arctan2(abs(across[2]), abs(across[0]))))


def _is_ear(face: Detection, side: ProfileDetection) -> bool:
    centre = (face.box[:2] + face.box[2:]) / 2
    within = (centre > side.box[:2]).all() and (centre < side.box[2:]).all()
    return bool(within and face.size_px < _EAR * side.size_px)


def _apart(face: Detection, side: ProfileDetection) -> float:
    """Return how far the two put the same spots apart, in shares of the side view's box."""
    marked = dict(zip(NAMES, side.points, strict=True))
    both = {"pronasale": _TIP, **_NEAR[side.side]}
    apart = [np.linalg.norm(face.points[number, :2] - marked[name]) for name, number in both.items()]
    return float(np.median(apart)) / side.size_px
