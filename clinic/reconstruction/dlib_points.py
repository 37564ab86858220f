"""A second opinion on where a face's features are: dlib's face detector and our 68 points, against the 478.

The two are never averaged: where they disagree, the photo is hard to read and the surgeon is told.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from clinic.case import Floats, Ints, Pixels, Points
from clinic.reconstruction import predictor
from clinic.reconstruction.camera import first_pose
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.predictor import BOX, SIDE, Crop

FILE = "frontal_68.npz"
_OUTLINE = 17  # points of the jaw come first and slide along it
_EYES = (33, 263)
_FAR = 1e5  # px, the focal length of a camera far away
_ROUNDS = 2
_SEEN_MIDDLE = 0.35  # a box of dlib's detector belongs to the face if its middle lies so near, in sides of the box
# From dlib's box to that of the 68 points, in shares of its side: medians of renders.
_SHIFT, _GROWN = np.array([0.0, 0.09]), 0.93
UNCERTAIN = 0.12  # disagreement: shares of the distance of the outer eye corners


def read_68(pixels: Pixels, face: Detection) -> Floats:
    """Return Multi-PIE's 68 points (68, 2) px of a face, read without the 478 ones but for where to look.

    Raises `predictor.DamagedPredictor`.
    """
    centre, side, angle = _look(face)
    cut = predictor.crop(pixels, centre, side, angle)
    found = _detected(cut)
    if found is not None:
        cut = predictor.crop(pixels, cut.outside(found[0][None])[0], found[1] * side / BOX, angle)
    for _ in range(_ROUNDS):
        points = predictor.read(FILE, cut)
        local = cut.inside(points)
        low, high = local.min(axis=0), local.max(axis=0)
        side_px = float((high - low).max()) * float(np.sqrt(np.linalg.det(cut.matrix)))
        cut = predictor.crop(pixels, cut.outside((low + high)[None] / 2)[0], side_px, angle)
    return predictor.read(FILE, cut)


def disagreement(pixels: Pixels, face: Detection) -> float:
    """Return how far the two readings lie apart, in shares of the distance of the outer eye corners.

    The median over brows, nose, eyes and lips. Raises `predictor.DamagedPredictor`.
    """
    apart = (read_68(pixels, face) - expected_68(face))[_OUTLINE:]
    return float(np.median(np.linalg.norm(apart, axis=1))) / face.eye_corners_px


def expected_68(face: Detection) -> Floats:
    """Return where the 68 points (68, 2) px should be by the 478: each beside the nearest of these.

    How far beside is known on the mean face, turned as the photo shows it.
    """
    known = _relation()
    seen = face.points[known.used, :2]
    rotation, shift = first_pose(known.points, seen, _FAR, np.zeros(2))
    px_per_mm = _FAR / float((rotation @ known.points.mean(axis=0) + shift)[2])
    beside: Floats = seen[known.nearest] + px_per_mm * known.beside @ rotation[:2].T
    return beside


@dataclass(frozen=True, slots=True, eq=False)
class _Relation:
    """used: which of the 478 points lie on the skin. points: theirs on the mean face, mm.

    nearest: (68,) which of these is nearest to each of the 68; beside: (68, 3) mm from there to it.
    """

    used: Ints
    points: Points
    nearest: Ints
    beside: Floats


@cache
def _relation() -> _Relation:
    space = FaceSpace.load()
    skin, triangles = space.topology.subdivide(space.mean), space.topology.triangles
    used = np.flatnonzero(np.isfinite(space.landmarks_478_sigma)).astype(np.int32)
    points = space.landmarks_478.on(skin, triangles)[used]
    goal = space.landmarks_68.on(skin, triangles)
    nearest = np.linalg.norm(goal[:, None] - points[None], axis=2).argmin(axis=1).astype(np.int32)
    return _Relation(used, points, nearest, goal - points[nearest])


def _look(face: Detection) -> tuple[Floats, float, float]:
    """Return centre, side (px) and turn (radians) of the box of the face's 68 points."""
    points = expected_68(face)
    along = face.points[_EYES[1], :2] - face.points[_EYES[0], :2]
    angle = float(np.arctan2(along[1], along[0]))
    level = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = points @ level.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    return level.T @ ((low + high) / 2), float((high - low).max()), angle


def _detected(cut: Crop) -> tuple[Floats, float] | None:
    """Return centre (2,) and side of the box of the 68 points in a crop, as dlib's detector sees it."""
    boxes = _detector()(cut.grey, 0)
    for box in boxes:
        side = float(box.width())
        centre = np.array([box.left() + box.right() + 1, box.top() + box.bottom() + 1]) / 2
        if np.abs(centre - SIDE / 2).max() < _SEEN_MIDDLE * side:
            return centre + _SHIFT * side, _GROWN * side
    return None


@cache
def _detector() -> Any:
    import dlib

    return dlib.get_frontal_face_detector()
