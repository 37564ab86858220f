"""Takes a face from the face space to the patient frame: level, upright, in true millimetres."""

import numpy as np

from clinic.case import Camera, Floats, PhotoFit, Points, Topology
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.fitting import Solution, View
from clinic.reconstruction.scale.sight import Sight
from clinic.reconstruction.sitting import Sitting, marks

Frame = tuple[float, Floats, Floats]  # size, rotation, translation: p = size · rotation · q + translation
IN_SPACE: Frame = (1.0, np.eye(3), np.zeros(3))


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


def camera(view: View, focal_px: float, frame: Frame, width: int, height: int) -> Camera:
    """Return the camera of a photo in the patient frame; `frame` is its size, rotation, translation in face space."""
    size, rotation, translation = frame
    turned = view.rotation @ rotation.T
    shift = size * view.translation - turned @ translation
    return Camera(focal_px, width / 2, height / 2, width, height, turned, shift)


def neutral(space: FaceSpace, solution: Solution) -> Points:
    """Return the (c, 3) control vertices of the face at rest, face space."""
    return space.control(solution.identity, residual=residual_mm(space, solution))


def residual_mm(space: FaceSpace, solution: Solution) -> Floats:
    """Return the (c,) residual along the control normals."""
    lifted: Floats = solution.residual @ space.residual_modes[: len(solution.residual)]
    return lifted


def framed(space: FaceSpace, solution: Solution, size: float) -> Frame:
    """Return the way to the patient frame: level, the origin between the eyeballs; size: mm per unit."""
    rotation = levelled(neutral(space, solution), space.topology)
    middle = space.eye_centres(solution.identity).mean(axis=0)
    return size, rotation, -size * rotation @ middle


def photo_fits(sitting: Sitting, solution: Solution, frame: Frame) -> tuple[PhotoFit, ...]:
    """Return how each photo sees the face."""
    return tuple(_photo_fit(sitting, solution, frame, number) for number in range(len(sitting.photos)))


def sights(sitting: Sitting, solution: Solution) -> tuple[Sight, ...]:
    """Return how each photo sees the face before its size is known."""
    topology = sitting.space.topology
    seen = []
    for photo, one in zip(sitting.photos, photo_fits(sitting, solution, IN_SPACE), strict=True):
        at = dict(zip(topology.landmarks.names, topology.landmarks.on(one.points, topology.triangles), strict=True))
        beside = (at["exocanthion_r"] + at["exocanthion_l"]) / 2
        seen.append(Sight(photo, one.camera, one.points, topology.triangles, beside))
    return tuple(seen)


def _photo_fit(sitting: Sitting, solution: Solution, frame: Frame, number: int) -> PhotoFit:
    space, photo, face, view = sitting.space, sitting.photos[number], sitting.faces[number], solution.views[number]
    size, rotation, translation = frame
    shown = camera(view, solution.focal_px(sitting.lens[number]), frame, photo.width, photo.height)
    control = space.control(solution.identity, view.expression, residual_mm(space, solution))
    points = space.topology.subdivide(size * control @ rotation.T + translation)
    expected = marks(face, space).on(points, space.topology.triangles)
    error = np.linalg.norm(shown.project(expected) - face.points[:, :2], axis=1)
    return PhotoFit(photo.id, shown, points, view.expression, face.points[:, :2], error)
