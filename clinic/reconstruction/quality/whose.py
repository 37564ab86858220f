"""Which of the faces in a photo is the patient's."""

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.profile import ProfileDetection
from clinic.reconstruction.quality.refusals import (
    LEAST_EYES_PX,
    LEAST_PHOTO_PX,
    FaceTooSmall,
    NoFaceFound,
    NoFaceThere,
    PhotoNotUpright,
    PhotoTooSmall,
    SeveralFaces,
)
from clinic.reconstruction.upright import tilt_deg

_COMPARABLE = 3.0  # a second face counts if it is at least a third as large
_OWN_EAR = 0.6  # a smaller face that touches a larger one is its ear or its ornament
_CLICKED = 2.0  # times half the box
_SURELY = 0.999  # presence
_TILTED_DEG = 65.0  # from upright
# A face from the side is marked from the hair line to the neck; about twice the distance of the outer eye corners.
_PROFILE_OVER_EYES = 2.1


def the_face(photo: Photo, detections: tuple[Detection, ...]) -> Detection:
    """Return the one face to build: the chosen one, or the only one of its size.

    Raises PhotoTooSmall, PhotoNotUpright, NoFaceFound, SeveralFaces, NoFaceThere or FaceTooSmall.
    """
    if min(photo.width, photo.height) < LEAST_PHOTO_PX:
        raise PhotoTooSmall(photo)
    candidates = comparable(detections) if photo.face_at is None else _chosen(photo, detections)
    tilt = tilt_deg(photo.pixels, candidates)
    if abs(tilt) > _TILTED_DEG:
        raise PhotoNotUpright(photo, tilt)
    if not candidates:
        raise NoFaceFound(photo) if not detections else NoFaceThere(photo)
    if len(candidates) > 1:
        raise SeveralFaces(photo, tuple(face.box for face in candidates))
    face = candidates[0]
    if face.eye_corners_px < LEAST_EYES_PX:
        raise FaceTooSmall(photo, face.eye_corners_px)
    return face


def the_profile(photo: Photo, face: ProfileDetection | None) -> ProfileDetection:
    """Return the face seen from the side. Raises NoFaceFound or FaceTooSmall."""
    if face is None:
        raise NoFaceFound(photo)
    if profile_eyes_px(face) < LEAST_EYES_PX:
        raise FaceTooSmall(photo, profile_eyes_px(face))
    return face


def profile_eyes_px(face: ProfileDetection) -> float:
    """Return the pixels that would lie between the outer eye corners of that face, seen from the front."""
    return face.size_px / _PROFILE_OVER_EYES


def comparable(detections: tuple[Detection, ...]) -> tuple[Detection, ...]:
    """Return the faces that may be the patient's, the largest first: not those far behind, no fold of cloth, no ear."""
    # A fold of cloth may look a little like a face; beside one that surely is, it is none.
    sure = tuple(face for face in detections if face.presence >= _SURELY) or detections
    return tuple(
        face
        for face in sure
        if face.size_px * _COMPARABLE >= sure[0].size_px and not any(_is_ear(face, other) for other in sure)
    )


def _is_ear(face: Detection, head: Detection) -> bool:
    touch = bool(np.all(face.box[:2] < head.box[2:]) and np.all(head.box[:2] < face.box[2:]))
    return touch and face.size_px < _OWN_EAR * head.size_px


def _chosen(photo: Photo, detections: tuple[Detection, ...]) -> tuple[Detection, ...]:
    """Return the face that was clicked on, none if there is none; of two that overlap the one whose middle is nearer.

    A click on the hair or the neck is meant for the face as well: the box of the points ends at brows and chin.
    """
    assert photo.face_at is not None
    at = np.multiply(photo.face_at, (photo.width, photo.height))

    def off(face: Detection) -> float:
        """How far from the middle of the box, over half its size."""
        return float(np.abs((at - _middle(face)) / ((face.box[2:] - face.box[:2]) / 2)).max())

    return tuple(sorted((face for face in detections if off(face) < _CLICKED), key=off)[:1])


def _middle(face: Detection) -> Floats:
    middle: Floats = (face.box[:2] + face.box[2:]) / 2
    return middle
