"""From where a photo looks at a head: a quick fit of the mean face, before anything is known of the patient.

On rendered heads of another family (ICT FaceKit) yaw errs by 1° (one standard deviation) up to 60° and by 8° at 75°,
pitch by 2° up to 50°, with and without a lens in EXIF.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from clinic.case import Floats, Ints, Photo, Points
from clinic.reconstruction import profile
from clinic.reconstruction.camera import believed_lens
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.profile import ProfileDetection

_ROUNDS = 6
_FIRM_MM = 2.5  # points that the detector places less firmly than that slide over the head as it turns
_NEAREST = 0.3  # least factor by which a point may be nearer than the middle of the face


@dataclass(frozen=True, slots=True)
class Pose:
    """How a camera stands to a head.

    yaw_deg: + where it shows the patient's left side. pitch_deg: + where it looks from above. roll_deg: + where the
    head leans clockwise in the picture.
    """

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


def pose(photo: Photo, face: Detection) -> Pose:
    """Return how the head of a detection is turned."""
    number, points = _firm_points()
    lens = believed_lens(photo)
    rotation, towards = _camera(points, (face.points[number, :2] - _centre(photo)) / lens.focal_px)
    return _pose(rotation, towards)


def profile_pose(photo: Photo, face: ProfileDetection) -> Pose:
    """Return how a head is turned that is seen from the side."""
    focal_px = believed_lens(photo).focal_px
    rotation, translation = profile.pose(face, FaceSpace.load(), focal_px, _centre(photo))
    position = -rotation.T @ translation
    return _pose(rotation, position / np.linalg.norm(position))


def _pose(rotation: Floats, towards: Floats) -> Pose:
    right, back, up = towards
    head_up = rotation[:, 2]
    return Pose(
        yaw_deg=float(np.degrees(np.arctan2(right, -back))),
        pitch_deg=float(np.degrees(np.arcsin(up))),
        roll_deg=float(np.degrees(np.arctan2(head_up[0], -head_up[1]))),
    )


def _centre(photo: Photo) -> Floats:
    return np.array([photo.width / 2, photo.height / 2])


@cache
def _firm_points() -> tuple[Ints, Points]:
    """Return which of the detector's points lie firmly on a head, and where they lie on the mean face."""
    space = FaceSpace.load()
    placed = space.landmarks_478.on(space.topology.subdivide(space.mean), space.topology.triangles)
    firm = np.flatnonzero(space.landmarks_478_sigma < _FIRM_MM).astype(np.int32)
    return firm, placed[firm]


def _camera(points: Points, rays: Floats) -> tuple[Floats, Floats]:
    """Return the rotation (3, 3) into camera axes and the unit vector (3,) from the points towards the camera.

    points: (n, 3) mm. rays: (n, 2) image points over the focal length. Scaled orthography, repeated on image points
    with their perspective taken out (DeMenthon and Davis 1995, POSIT).
    """
    middle = points.mean(axis=0)
    nearness = np.ones(len(points))
    for _ in range(_ROUNDS):
        flat = rays * nearness[:, None]
        affine, offset = _affine(points - middle, flat)
        left, scales, right = np.linalg.svd(affine, full_matrices=False)
        across = left @ right
        rotation = np.vstack([across, np.cross(across[0], across[1])])
        depth_mm = 1 / float(scales.mean())
        nearness = np.maximum(1 + (points - middle) @ rotation[2] / depth_mm, _NEAREST)
    ray = np.append(offset, 1.0)
    towards: Floats = -rotation.T @ ray / np.linalg.norm(ray)
    return np.asarray(rotation, np.float64), towards


def _affine(points: Points, image: Floats) -> tuple[Floats, Floats]:
    """Return matrix (2, 3) and offset (2,) that take the points closest to their images."""
    solved = np.linalg.lstsq(np.column_stack([points, np.ones(len(points))]), image, rcond=None)[0]
    return np.asarray(solved[:3].T), np.asarray(solved[3])
