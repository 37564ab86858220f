"""What a face seen from the side tells the fit: a first pose, and points of the mesh in the photo."""

import numpy as np

from clinic.case import Floats, Points, Topology
from clinic.reconstruction.camera import first_pose, skew, turn
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.profile import names
from clinic.reconstruction.profile.detect import ProfileDetection
from clinic.reconstruction.spots import Spots

# Standard deviation of a point in shares of the box of all points. On renders they err by 1 to 2 %; a real face has a
# hair line, hair over the ear and an angle of the jaw that the renders only guess.
_SIGMA = 0.02
_UNSURE = {
    "trichion": 0.06,
    "ear_top": 0.05,
    "ear_back": 0.05,
    "ear_lobe": 0.04,
    "gonion": 0.05,
    "tragion": 0.035,
    "cervicale": 0.06,
    "orbitale": 0.03,
}
_STEPS = 12


def spots(detection: ProfileDetection, topology: Topology) -> Spots:
    """Return the marked points as points of the mesh, each as sure in both directions."""
    marks = names.embedding(topology, detection.side)
    return Spots(
        triangle=marks.triangle,
        weights=marks.weights,
        image=detection.points,
        whiten=np.eye(2) / _sigma_px(detection)[:, None, None],
    )


def pose(detection: ProfileDetection, space: FaceSpace, focal_px: float, centre: Floats) -> tuple[Floats, Floats]:
    """Return rotation (3, 3) and translation (3,) mm that put the mean face on the marked points.

    focal_px: of the lens. centre: (2,) px, the middle of the photo.
    """
    topology = space.topology
    marks = names.embedding(topology, detection.side)
    placed = marks.on(topology.subdivide(space.mean), topology.triangles)
    rotation, translation = first_pose(placed, detection.points, focal_px, centre)
    weight = 1 / _sigma_px(detection)
    for _ in range(_STEPS):
        step = _step(placed @ rotation.T, translation, (detection.points - centre) / focal_px, weight)
        rotation, translation = turn(step[:3]) @ rotation, translation + step[3:]
    return rotation, translation


def _sigma_px(detection: ProfileDetection) -> Floats:
    share = np.array([_UNSURE.get(name, _SIGMA) for name in detection.names])
    sigma: Floats = np.hypot(share * detection.size_px, detection.spread)
    return sigma


def _step(turned: Points, translation: Floats, rays: Floats, weight: Floats) -> Floats:
    """Return the turn (3,) and shift (3,) of one Gauss–Newton step towards the rays (n, 2) of points (n, 3)."""
    x, y, z = (turned + translation).T
    by_point = np.zeros((len(x), 2, 3))
    by_point[:, 0, 0] = by_point[:, 1, 1] = 1 / z
    by_point[:, :, 2] = -np.stack([x, y], axis=1) / z[:, None] ** 2
    by_turn = np.stack([-slope @ skew(point) for slope, point in zip(by_point, turned, strict=True)])
    slopes = (np.concatenate([by_turn, by_point], axis=2) * weight[:, None, None]).reshape(-1, 6)
    error = ((rays - np.stack([x / z, y / z], axis=1)) * weight[:, None]).ravel()
    return np.asarray(np.linalg.lstsq(slopes, error, rcond=None)[0])
