"""Turns detected landmarks into what the fit sees: which points, and how sure."""

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction import profile
from clinic.reconstruction.detector_error import detector_error
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import Erring, Observation
from clinic.reconstruction.landmarks import BLENDSHAPE_NAMES, Detection
from clinic.reconstruction.markers import Markers
from clinic.reconstruction.pose import pose
from clinic.reconstruction.profile import ProfileDetection

_OPENING = 0.004  # standard deviation of how far lids or lips are open, over the width of the face
_REST = {"eyeSquintLeft": 0.35, "eyeSquintRight": 0.35}  # what the detector reads off a resting face
_WIDTH = (234, 454)
# In views from the side the detector's points of cheek, temple and jaw slide towards the ear, and those of the far side
# keep to the outline: up to 15 mm on rendered heads of another family.
_TURNED_DEG, _LATERAL_MM, _HIDDEN, _GUESSED_MM = (15.0, 35.0), 38.0, 0.15, 12.0
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
    mean = known.model.points.mean
    px_per_mm = width_px / float(np.linalg.norm(mean[right] - mean[left]))
    turned, used = pose(photo, face), known.used
    error = detector_error(turned.yaw_deg, turned.roll_deg)
    return Observation(
        image=face.points[used, :2] - px_per_mm * error.mean[used],
        sigma_px=np.hypot(error.noise[used], _guessed_mm(known, turned.yaw_deg)) * px_per_mm,
        erring=Erring(px_per_mm * error.response[used] @ known.shapes, px_per_mm * error.drift[used]),
        pair_sigma_px=_OPENING * width_px,
        expression=_expression(face, known.expression_names),
        centre=np.array([photo.width / 2, photo.height / 2]),
        lens=lens,
    )


def observe_side(
    photo: Photo, face: ProfileDetection, known: Markers, lens: int, focal_px: float, space: FaceSpace
) -> Observation:
    """Return what is known of a photo from the side before its own points: a first pose, nothing of the markers."""
    centre = np.array([photo.width / 2, photo.height / 2])
    nothing = np.zeros(len(known.expression_names))
    return Observation(
        image=np.tile(centre, (len(known.used), 1)),
        sigma_px=np.full(len(known.used), np.inf),
        erring=Erring.nowhere(len(known.used), known.shapes.shape[1], detector_error(0.0, 0.0).drift.shape[2]),
        pair_sigma_px=np.inf,
        expression=nothing,
        centre=centre,
        lens=lens,
        first=profile.pose(face, space, focal_px, centre),
    )


def _guessed_mm(known: Markers, yaw_deg: float) -> Floats:
    """Return (l,) the noise of markers that a view hides or shows flat; yaw_deg: + where it shows the left side."""
    yaw = np.radians(yaw_deg)
    facing = known.normals @ (np.sin(yaw), -np.cos(yaw), 0.0)
    lateral = np.abs(known.model.points.mean[:, 0]) > _LATERAL_MM
    guessed = np.maximum(_turned(yaw_deg) * lateral, facing < _HIDDEN)
    return np.asarray(guessed * _GUESSED_MM)


def _turned(yaw_deg: float) -> float:
    """Return 0 for a view from the front, 1 for one from the side."""
    least, most = _TURNED_DEG
    return float(np.clip((abs(yaw_deg) - least) / (most - least), 0, 1))


def _expression(face: Detection, names: tuple[str, ...]) -> Floats:
    """Return the detected weights in the order of the face space, counted from rest; what is never detected is 0."""
    detected = dict(zip(BLENDSHAPE_NAMES, face.blendshapes, strict=True))
    rest = np.array([_REST.get(name, 0.0) for name in names])
    weights = np.array([float(detected.get(name, 0.0)) for name in names])
    counted: Floats = np.clip((weights - rest) / (1 - rest), 0, 1)
    return counted
