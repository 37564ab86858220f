"""Perspective cameras: what a photo says about its lens, a first pose, and small turns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Photo, Points

FULL_FRAME_DIAGONAL_MM = 43.27
_EXIF_SIGMA = 0.05  # of log f: rounding of the entry and small crops
_FREE_SIGMA = 0.20
# Without EXIF: a telephone's main camera and a short telephoto lens, focal length over the picture's longer side.
_FREE_STARTS = (0.8, 2.2)


@dataclass(frozen=True, slots=True)
class Lens:
    """What is believed of a focal length before the face is seen: a normal distribution of its logarithm."""

    focal_px: float
    sigma: float


def lenses(photo: Photo) -> tuple[Lens, ...]:
    """Return the lenses worth trying for a photo: one if EXIF names it, else a short and a long one."""
    if photo.focal_35mm:
        diagonal = float(np.hypot(photo.width, photo.height))
        return (Lens(photo.focal_35mm * diagonal / FULL_FRAME_DIAGONAL_MM, _EXIF_SIGMA),)
    return tuple(Lens(start * max(photo.width, photo.height), _FREE_SIGMA) for start in _FREE_STARTS)


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
