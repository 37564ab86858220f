"""Turns detected landmarks into what the fit sees: which points, how sure, in which direction."""

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction.fitting import Observation
from clinic.reconstruction.landmarks import BLENDSHAPE_NAMES, COUNT, Detection
from clinic.reconstruction.markers import Markers

_OPENING = 0.004  # standard deviation of how far lids or lips are open, over the width of the face
# 478 points of one network err together: they are worth this many independent ones.
_INDEPENDENT = 400
_REST = {"eyeSquintLeft": 0.35, "eyeSquintRight": 0.35}  # what the detector reads off a resting face
_ALONG = 3.0  # how much less an outline point says along the outline than across it
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
    sigma_px = known.sigma_mm * width_px / width_mm * np.sqrt(len(known.used) / _INDEPENDENT)
    whiten = np.eye(2) / sigma_px[:, None, None]
    whiten[np.isin(known.used, OVAL)] = _outline(face, known, sigma_px)
    return Observation(
        image=face.points[known.used, :2],
        whiten=whiten,
        pair_sigma_px=_OPENING * width_px,
        expression=_expression(face, known.expression_names),
        centre=np.array([photo.width / 2, photo.height / 2]),
        lens=lens,
    )


def _outline(face: Detection, known: Markers, sigma_px: Floats) -> Floats:
    """Return (o, 2, 2) whitening of the outline points, strict across the outline and slack along it."""
    ring = face.points[OVAL, :2]
    along = np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    across = np.stack([along[:, 1], -along[:, 0]], axis=1)
    slack = across[:, :, None] * across[:, None, :] + along[:, :, None] * along[:, None, :] / _ALONG
    by_point = np.zeros((COUNT, 2, 2))
    by_point[OVAL] = slack
    rows = np.isin(known.used, OVAL)
    whitened: Floats = by_point[known.used[rows]] / sigma_px[rows, None, None]
    return whitened


def _expression(face: Detection, names: tuple[str, ...]) -> Floats:
    """Return the detected weights in the order of the face space, counted from rest; what is never detected is 0."""
    detected = dict(zip(BLENDSHAPE_NAMES, face.blendshapes, strict=True))
    rest = np.array([_REST.get(name, 0.0) for name in names])
    weights = np.array([float(detected.get(name, 0.0)) for name in names])
    counted: Floats = np.clip((weights - rest) / (1 - rest), 0, 1)
    return counted
