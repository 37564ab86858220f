"""Which way up a head is in a photo.

The landmark network reads an upside-down face too, with the eyes on the chin, and is nearly as sure of it: 0.65 to
0.9999 where a face that it reads rightly gives more than 0.999999. So a doubtful reading is compared with those of the
picture turned by quarters.
"""

import numpy as np

from clinic.case import Pixels
from clinic.reconstruction import landmarks
from clinic.reconstruction.landmarks import Detection

_SURE = 1 - 1e-6  # presence
_EYES, _MOUTH = (33, 263), (61, 291)  # outer corners


def tilt_deg(pixels: Pixels, faces: tuple[Detection, ...]) -> float:
    """Return how far the largest head is tilted from upright, degrees clockwise in -180…180; 0 if there is none.

    faces: what `landmarks.detect` found in `pixels`, the largest first. Raises `resources.MissingModelFile`.
    """
    best = (faces[0].presence, _tilt_deg(faces[0])) if faces else (0.0, 0.0)
    if best[0] < _SURE:
        for quarters in (2, 1, 3):  # counter-clockwise
            turned = landmarks.detect(np.ascontiguousarray(np.rot90(pixels, quarters)))
            sure = [(face.presence, _tilt_deg(face) + 90 * quarters) for face in turned if face.presence >= _SURE]
            best = max([best, *sure[:1]])
    return (best[1] + 180) % 360 - 180


def _tilt_deg(face: Detection) -> float:
    """Return the angle of the line from the mouth up to the eyes, degrees clockwise from upright."""
    eyes, mouth = (face.points[list(ends), :2].mean(axis=0) for ends in (_EYES, _MOUTH))
    right, down = eyes - mouth
    return float(np.degrees(np.arctan2(right, -down)))
