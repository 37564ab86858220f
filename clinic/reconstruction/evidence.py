"""Turns detected landmarks into what the fit sees: which points, and how sure."""

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction.fitting import Observation
from clinic.reconstruction.landmarks import BLENDSHAPE_NAMES, Detection
from clinic.reconstruction.markers import Markers

_OPENING = 0.004  # standard deviation of how far lids or lips are open, over the width of the face
_REST = {"eyeSquintLeft": 0.35, "eyeSquintRight": 0.35}  # what the detector reads off a resting face
_WIDTH = (234, 454)
# Points around the face, in order; on a real face they mark an outline, not spots of skin.
_OVAL = """
10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377
152 148 176 149 150 136 172 58 132 93 234 127 162 21 54 103 67 109
"""
OVAL = np.array([int(number) for number in _OVAL.split()])


def observe(photo: Photo, face: Detection, known: Markers, lens: int) -> Observation:
    """Return what one photo says about the markers."""
    width_px = float(np.linalg.norm(face.points[_WIDTH[0]] - face.points[_WIDTH[1]]))
    right, left = (int(np.flatnonzero(known.used == index)[0]) for index in _WIDTH)
    width_mm = float(np.linalg.norm(known.points.mean[right] - known.points.mean[left]))
    sigma_px = known.sigma_mm * width_px / width_mm
    return Observation(
        image=face.points[known.used, :2],
        sigma_px=sigma_px,
        pair_sigma_px=_OPENING * width_px,
        expression=_expression(face, known.expression_names),
        centre=np.array([photo.width / 2, photo.height / 2]),
        lens=lens,
    )


def _expression(face: Detection, names: tuple[str, ...]) -> Floats:
    """Return the detected weights in the order of the face space, counted from rest; what is never detected is 0."""
    detected = dict(zip(BLENDSHAPE_NAMES, face.blendshapes, strict=True))
    rest = np.array([_REST.get(name, 0.0) for name in names])
    weights = np.array([float(detected.get(name, 0.0)) for name in names])
    counted: Floats = np.clip((weights - rest) / (1 - rest), 0, 1)
    return counted
