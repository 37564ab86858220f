"""Which way up a head is in a photo.

The landmark network reads an upside-down face too, with the eyes on the chin, and may be sure of it: it doubts 10⁻⁸ to
0.4 of such a reading, where of a face that stands upright it doubts a hundredth of that and less. So a reading is
compared with those of the picture turned by quarters, and where none is sure, with faces seen from the side.
"""

import numpy as np

from clinic.case import Pixels
from clinic.reconstruction import landmarks, profile
from clinic.reconstruction.landmarks import Detection

_NO_DOUBT, _LITTLE_DOUBT, _MUCH_DOUBT = 1e-9, 1e-4, 1e-6  # 1 − presence
_SURER = 100.0
_SURELY_ASIDE = 0.6  # presence of a face from the side in a turned picture
_EYES, _MOUTH = (33, 263), (61, 291)  # outer corners


def tilt_deg(pixels: Pixels, faces: tuple[Detection, ...]) -> float:
    """Return how far the largest head is tilted from upright, degrees clockwise in -180…180; 0 if there is none.

    faces: what `landmarks.detect` found in `pixels`, the largest first. Raises `resources.MissingModelFile` and
    `predictor.DamagedPredictor`.
    """
    doubt, tilt = _read(faces)
    if doubt > _NO_DOUBT:
        turned = [(_read(landmarks.detect(_turned(pixels, quarters))), quarters) for quarters in (2, 1, 3)]
        (least, own), quarters = min(turned)
        if least < min(_LITTLE_DOUBT, doubt / _SURER):
            tilt = own + 90 * quarters
        elif doubt > _MUCH_DOUBT:
            tilt = _from_the_side(pixels, tilt)
    return (tilt + 180) % 360 - 180


def _read(faces: tuple[Detection, ...]) -> tuple[float, float]:
    """Return the doubt of the largest face and its tilt."""
    return (1 - faces[0].presence, _tilt_deg(faces[0])) if faces else (1.0, 0.0)


def _from_the_side(pixels: Pixels, otherwise: float) -> float:
    """Return the tilt of a head that is seen from the side: an ear may have been taken for a tilted face."""
    if profile.detect(pixels) is not None:
        return 0.0
    for quarters in (2, 1, 3):
        side = profile.detect(_turned(pixels, quarters))
        if side is not None and side.presence > _SURELY_ASIDE:
            return 90.0 * quarters
    return otherwise


def _turned(pixels: Pixels, quarters: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(pixels, quarters))  # counter-clockwise


def _tilt_deg(face: Detection) -> float:
    """Return the angle of the line from the mouth up to the eyes, degrees clockwise from upright."""
    eyes, mouth = (face.points[list(ends), :2].mean(axis=0) for ends in (_EYES, _MOUTH))
    right, down = eyes - mouth
    return float(np.degrees(np.arctan2(right, -down)))
