"""What a face seen from the side tells the fit: a first pose, and points of the mesh in the photo."""

import numpy as np

from clinic.case import Floats, Topology
from clinic.reconstruction.camera import first_pose
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.profile import names
from clinic.reconstruction.profile.detect import ProfileDetection
from clinic.reconstruction.spots import Spots

# Standard deviation of a point in shares of the box of all points. On renders they err by 1 to 2 %; a real face has a
# hair line, hair over the ear and an angle of the jaw that the renders only guess.
_SIGMA = 0.02
_UNSURE = {"trichion": 0.06, "ear_top": 0.05, "ear_back": 0.05, "ear_lobe": 0.04, "gonion": 0.05, "tragion": 0.035,
           "cervicale": 0.06, "orbitale": 0.03}  # fmt: skip


def spots(detection: ProfileDetection, topology: Topology) -> Spots:
    """Return the marked points as points of the mesh, each as sure in both directions."""
    marks = names.embedding(topology, detection.side)
    share = np.array([_UNSURE.get(name, _SIGMA) for name in detection.names])
    sigma = np.hypot(share * detection.size_px, detection.spread)
    return Spots(
        triangle=marks.triangle,
        weights=marks.weights,
        image=detection.points,
        whiten=np.eye(2) / sigma[:, None, None],
    )


def pose(detection: ProfileDetection, space: FaceSpace, focal_px: float, centre: Floats) -> tuple[Floats, Floats]:
    """Return rotation (3, 3) and translation (3,) mm that put the mean face on the marked points.

    focal_px: of the lens. centre: (2,) px, the middle of the photo.
    """
    topology = space.topology
    marks = names.embedding(topology, detection.side)
    placed = marks.on(topology.subdivide(space.mean), topology.triangles)
    firm = [row for row, name in enumerate(detection.names) if name not in _UNSURE or name in ("tragion", "ear_lobe")]
    return first_pose(placed[firm], detection.points[firm], focal_px, centre)
