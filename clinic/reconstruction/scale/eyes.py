"""The eyes as a measure: pupils measured on the patient, or the width of the irises in the photos."""

from collections.abc import Sequence

import numpy as np

from clinic.case import Points
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.scale.sight import Reading, Sight
from clinic.words import say

PUPILS, IRIS = say("interpupillary distance"), "iris"
_PUPILS_SIGMA = 0.008  # ± 0.5 mm on 63 mm: reading a ruler
# Visible iris, horizontal: 11.7 ± 0.5 mm in adults (Rüfer et al. 2005, Cornea 24:259, white-to-white 11.71 ± 0.42).
_IRIS_MM, _IRIS_SIGMA_MM = 11.7, 0.5
_EDGES = ((469, 471), (474, 476))  # both ends of the horizontal diameter, person's right and left


def from_pupils(eyes: Points, interpupillary_mm: float) -> Reading:
    """Return the size that puts the eyeballs (2, 3) as far apart as the pupils were measured, looking far."""
    return Reading(PUPILS, interpupillary_mm / float(np.linalg.norm(eyes[1] - eyes[0])), _PUPILS_SIGMA)


def from_irises(
    sights: Sequence[Sight], faces: Sequence[Detection | None], eyes: Points, eye_radius: float
) -> Reading | None:
    """Return the size at which the irises are 11.7 mm wide in the photo that looks straightest into the face.

    Turned away, an iris is an ellipse and its width says nothing. None if no photo shows the eyes.
    """
    shown = [(sight, face) for sight, face in zip(sights, faces, strict=True) if face is not None]
    if not shown:
        return None
    # the face looks along −y of the face space; the camera looks along its third axis
    sight, face = max(shown, key=lambda pair: float(pair[0].camera.rotation[2, 1]))
    depths = sight.camera.to_camera(eyes)[:, 2] - eye_radius
    points = face.points[:, :2]
    widths_px = [float(np.linalg.norm(points[a] - points[b])) for a, b in _EDGES]
    width = float(np.mean(widths_px * depths)) / sight.camera.focal_px
    return Reading(IRIS, _IRIS_MM / width, _IRIS_SIGMA_MM / _IRIS_MM)
