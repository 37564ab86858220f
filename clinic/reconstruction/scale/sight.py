"""How one photo sees the face before its size is known."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Camera, Floats, Photo, Points, Triangles
from clinic.case.arrays import freeze

# What is held beside the face has no depth of its own: it is taken to be level with the middle of the outer eye
# corners, and that is so within some 15 mm. Seen from the side this is the plane of the midline.
BESIDE_SIGMA = 15.0
ON_SKIN_SIGMA = 2.0  # how far the fitted surface may be off along the camera's axis


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A photo, its camera and the face in it, in units of the face space (millimetres of a face of unknown size).

    points: (n, 3) display mesh with the photo's expression. beside: (3,) the point whose depth things have that are
    held beside the face.
    """

    photo: Photo
    camera: Camera
    points: Points
    triangles: Triangles
    beside: Points

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, -1, 3), beside=(np.float64, 3))

    def depth(self, pixel: Floats) -> tuple[float, float]:
        """Return the depth along the camera's axis of what an image point (2,) shows, and its standard deviation."""
        image, depths = self.camera.project(self.points), self.camera.to_camera(self.points)[:, 2]
        a, b, c = (image[self.triangles[:, corner]] - pixel for corner in range(3))
        parts = np.stack([_twice(b, c), _twice(c, a), _twice(a, b)], axis=1)
        total = parts.sum(axis=1)
        hit = np.flatnonzero((parts * np.sign(total)[:, None] >= 0).all(axis=1) & (np.abs(total) > 1e-12))
        if len(hit) == 0:
            return float(self.camera.to_camera(self.beside[None])[0, 2]), BESIDE_SIGMA
        shares = parts[hit] / total[hit, None]
        # 1/depth is linear in the image
        return float(1 / (shares / depths[self.triangles[hit]]).sum(axis=1).max()), ON_SKIN_SIGMA

    def ray(self, pixel: Floats) -> Floats:
        """Return the direction (3,) of an image point in camera axes, for depth 1."""
        camera = self.camera
        return np.array([(pixel[0] - camera.cx) / camera.focal_px, (pixel[1] - camera.cy) / camera.focal_px, 1.0])


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cue says. size: mm per unit of the face space. sigma: one standard deviation, relative."""

    source: str
    size: float
    sigma: float


def _twice(one: Floats, other: Floats) -> Floats:
    """Return twice the signed area between the origin and the ends of vectors (m, 2)."""
    area: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return area
