"""Perspective cameras: what a photo says about its lens, a first pose, and small turns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Photo, Points

FULL_FRAME_DIAGONAL_MM = 43.27
_EXIF_SIGMA = 0.02  # of log f: rounding of the entry, focusing
# Without EXIF the picture may be a telephone's, a portrait lens's or a crop of either: 0.5 to 5 times the longer side.
_FREE_START, _FREE_SIGMA = 1.6, 0.7
# People are photographed from 0.4 to 2.5 m. The size of the face ties distance and focal length to each other, so of
# an unknown lens this says more than the picture's format does.
DISTANCE_MM, LOG_DISTANCE_SIGMA = 950.0, 0.45


@dataclass(frozen=True, slots=True)
class Lens:
    """What is believed of a focal length before the face is seen: a normal distribution of its logarithm."""

    focal_px: float
    sigma: float


def believed_lens(photo: Photo) -> Lens:
    """Return what a photo's file says about its lens."""
    if photo.focal_35mm:
        diagonal = float(np.hypot(photo.width, photo.height))
        return Lens(photo.focal_35mm * diagonal / FULL_FRAME_DIAGONAL_MM, _EXIF_SIGMA)
    return Lens(_FREE_START * max(photo.width, photo.height), _FREE_SIGMA)


def same_lens(photos: Sequence[Photo]) -> tuple[int, ...]:
    """Return for each photo the number of its lens; equal format and equal EXIF entry are one lens."""
    keys = [(photo.focal_35mm, photo.width, photo.height) for photo in photos]
    known = list(dict.fromkeys(keys))
    return tuple(known.index(key) for key in keys)


def turn(vector: Floats) -> Floats:
    """Return the (3, 3) rotation by |vector| radians about a (3,) vector (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3) + skew(vector)
    axis = skew(vector / angle)
    rotation: Floats = np.eye(3) + np.sin(angle) * axis + (1 - np.cos(angle)) * axis @ axis
    return rotation


def skew(vector: Floats) -> Floats:
    """Return the (3, 3) matrix of the cross product with a (3,) vector."""
    x, y, z = vector
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])


def first_pose(points: Points, image: Floats, focal_px: float, centre: Floats) -> tuple[Floats, Floats]:
    """Return rotation (3, 3) and translation (3,) mm that put points (n, 3) mm on image points (n, 2) px.

    Scaled orthography: exact for a far camera, a start for a near one.
    """
    middle, seen = points.mean(axis=0), image.mean(axis=0)
    affine = np.linalg.lstsq(points - middle, image - seen, rcond=None)[0].T
    left, scales, right = np.linalg.svd(affine, full_matrices=False)
    across = left @ right
    rotation = np.vstack([across, np.cross(across[0], across[1])])
    depth = focal_px / float(scales.mean())
    ray = np.append((seen - centre) / focal_px, 1.0)
    return rotation, depth * ray - rotation @ middle
