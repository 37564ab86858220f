"""A head with marked skin in front of several cameras: photos whose every pixel is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from clinic.case import Camera, Floats, Photo, Points
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import photograph
from clinic.reconstruction.camera import turn
from clinic.reconstruction.face_space import FaceSpace

CENTRE = np.array([0.0, 30.0, -35.0])
_FACING = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])


@dataclass(frozen=True, eq=False)
class Scene:
    """points: (n, 3) true display vertices."""

    points: Points
    photos: tuple[Photo, ...]
    cameras: tuple[Camera, ...]


def standing(yaw_deg: float, px_per_mm: float = 3.0) -> Camera:
    """A camera 1.2 m from the face; + shows its left side."""
    rotation = _FACING @ turn(np.array([0.0, 0.0, -np.radians(yaw_deg)]))
    width, height = int(260 * px_per_mm), int(320 * px_per_mm)
    return Camera(
        1200 * px_per_mm, width / 2, height / 2, width, height, rotation, np.array([0.0, 0, 1200]) - rotation @ CENTRE
    )


def moved(camera: Camera, degrees: float, mm: float) -> Camera:
    """The same camera after an error of pose."""
    about = turn(np.radians(degrees) * np.array([0.6, 0.64, 0.48]))
    at = camera.rotation @ CENTRE + camera.translation
    rotation = about @ camera.rotation
    return replace(camera, rotation=rotation, translation=at + mm * np.array([0.4, -0.4, 0.82]) - rotation @ CENTRE)


def scene(yaws: Sequence[float], contrast: float = 0.04, seed: int = 1) -> Scene:
    """Photos of a random head, each under a lamp of its own. contrast: of the marks on its skin."""
    space = FaceSpace.load()
    points = space.topology.subdivide(space.control(np.random.default_rng(seed).normal(size=len(space.modes))))
    skin = _skin(contrast, seed)
    cameras = tuple(standing(yaw) for yaw in yaws)
    photos = tuple(_taken(points, camera, skin, number) for number, camera in enumerate(cameras))
    return Scene(points, photos, cameras)


def bent(points: Points, mm: float) -> Points:
    """A head that is wrong by smooth bumps of some millimetres."""
    waves = np.sin(points @ (np.array([[0.5, 0.2, 1.0], [1.0, 0.1, -0.4], [0.7, -0.5, 0.6]]) / 18.0).T)
    return np.asarray(points + mm * np.sqrt(2 / 3) * waves)


def shown_in(where: Scene, first: int, second: int, places: Floats) -> Floats:
    """Return (s, 2) where the second photo truly shows what the first shows at places (s, 2)."""
    triangles = FaceSpace.load().topology.triangles
    drawn = photograph(where.points, triangles, where.cameras[first])
    truly = drawn.carry(where.cameras[second].project(where.points), triangles)
    truly[~drawn.hit] = np.nan
    return np.asarray(cv2.remap(truly, (places - 0.5)[None].astype(np.float32), None, cv2.INTER_LINEAR)[0], np.float64)


def _skin(contrast: float, seed: int) -> Floats:
    """Return (1024, 1024) albedo with marks from pores to blotches."""
    random = np.random.default_rng(seed)
    marks = np.zeros((1024, 1024), np.float32)
    for sigma in (0.8, 2.0, 6.0):
        layer = cv2.GaussianBlur(random.normal(size=marks.shape).astype(np.float32), (0, 0), sigma)
        marks += layer / layer.std()
    return np.asarray(0.4 * np.exp(contrast * marks / np.sqrt(3)))


def _taken(points: Points, camera: Camera, skin: Floats, number: int) -> Photo:
    topology = FaceSpace.load().topology
    fine = replace(
        camera,
        focal_px=2 * camera.focal_px,
        cx=2 * camera.cx,
        cy=2 * camera.cy,
        width=2 * camera.width,
        height=2 * camera.height,
    )
    drawn = photograph(points, topology.triangles, fine)
    carried = drawn.carry(np.hstack([topology.uv, vertex_normals(points, topology.triangles)]), topology.triangles)
    texel = (carried[..., :2] * (1024, -1024) + (-0.5, 1023.5)).astype(np.float32)
    lamp = np.array([0.4 * number - 0.2, -0.9, 0.3], np.float32)
    light = 0.5 + 0.5 * np.clip(carried[..., 2:] @ lamp, 0, 1)
    albedo = cv2.remap(skin.astype(np.float32), texel, None, cv2.INTER_LINEAR)
    picture = np.where(drawn.hit, 255 * (albedo * light) ** (1 / 2.2), 140).astype(np.float32)
    small = cv2.resize(picture, (camera.width, camera.height), interpolation=cv2.INTER_AREA)
    noisy = small + np.random.default_rng(number).normal(size=small.shape)
    pixels = np.repeat(np.clip(noisy, 0, 255)[..., None].astype(np.uint8), 3, axis=2)
    return Photo(pixels, f"photo {number + 1}")
