"""Takes a face from the face space to the patient frame: level, upright, in true millimetres."""

from collections.abc import Sequence

import numpy as np

from clinic.case import Camera, Floats, Points, Scale, Topology
from clinic.reconstruction.fitting import View
from clinic.reconstruction.landmarks import Detection

# Visible iris, horizontal: 11.7 ± 0.5 mm in adults (Rüfer et al. 2005, Cornea 24:259, white-to-white 11.71 ± 0.42).
IRIS_MM, IRIS_SIGMA_MM = 11.7, 0.5
INTERPUPILLARY_SIGMA = 0.008  # ± 0.5 mm on 63 mm: reading a ruler
_IRIS_EDGES = ((469, 471), (474, 476))  # both ends of the horizontal diameter, person's right and left


def levelled(control: Points, topology: Topology) -> Floats:
    """Return the rotation (3, 3) into the patient frame.

    x is the mean left–right direction of mirrored vertices of the face; within the plane across it, the line from the
    middle of both tragia to the middle of both orbitalia (Frankfort) becomes level.
    """
    mirror = topology.control_mirror
    across = (control - control[mirror])[topology.region("face")]
    x = across[across[:, 0] > 0].sum(axis=0)
    x /= np.linalg.norm(x)
    placed = topology.landmarks.on(topology.subdivide(control), topology.triangles)
    named = dict(zip(topology.landmarks.names, placed, strict=True))
    back = named["tragion_r"] + named["tragion_l"] - named["orbitale_r"] - named["orbitale_l"]
    y = back - (back @ x) * x
    y /= np.linalg.norm(y)
    return np.stack([x, y, np.cross(x, y)])


def camera(view: View, focal_px: float, frame: tuple[float, Floats, Floats], width: int, height: int) -> Camera:
    """Return the camera of a photo in the patient frame; `frame` is its size, rotation, translation in face space."""
    size, rotation, translation = frame
    turned = view.rotation @ rotation.T
    shift = size * view.translation - turned @ translation
    return Camera(focal_px, width / 2, height / 2, width, height, turned, shift)


def scale_from_pupils(eyes: Points, interpupillary_mm: float) -> tuple[float, Scale]:
    """Return the size that puts the eyeballs (2, 3) as far apart as the pupils were measured, looking far."""
    size = interpupillary_mm / float(np.linalg.norm(eyes[1] - eyes[0]))
    return size, Scale("interpupillary distance", INTERPUPILLARY_SIGMA)


def scale_from_irises(
    faces: Sequence[Detection], views: Sequence[View], focals_px: Sequence[float], eyes: Points, eye_radius: float
) -> tuple[float, Scale]:
    """Return the size at which the irises are 11.7 mm wide in the photo that looks straightest into the face.

    Turned away, an iris is an ellipse and its width says nothing.
    """
    ahead = [float(view.rotation[2, 1]) for view in views]  # cosine between the camera's axis and the face's
    straight = int(np.argmax(ahead))
    view, points = views[straight], faces[straight].points[:, :2]
    depths = (eyes @ view.rotation.T + view.translation)[:, 2] - eye_radius
    widths_px = [float(np.linalg.norm(points[a] - points[b])) for a, b in _IRIS_EDGES]
    width_mm = float(np.mean(widths_px * depths)) / focals_px[straight]
    return IRIS_MM / width_mm, Scale("iris", IRIS_SIGMA_MM / IRIS_MM)
