"""Photographs random heads: cameras of all distances, lamps with shadows, backgrounds, and what a camera spoils."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from clinic.case import Camera, Floats, Pixels, Points, Triangles
from clinic.geometry.rasterise import Raster, photograph
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training.one_photo.shading import normals_of, shade
from clinic.reconstruction.training.one_photo.sitter import Sitter, sit

SIDE = 384  # pixels of a picture, of which the face takes about two thirds
_TARGET = np.array([0.0, 12.0, -38.0])  # middle of the face, mm
_FACE_MM = 190.0
_SHADOW_PX, _SHADOW_BIAS_MM = 160, 5.0
_DIRECTIONS = 48
Picture = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """pixels: (side, side, 3) sRGB. camera: in the frame of the face space. points: (n, 3) the display mesh.

    identity: (k,). yaw_deg: + shows the left side.
    """

    pixels: Pixels
    camera: Camera
    points: Points
    identity: Floats
    yaw_deg: float


def shoot(space: FaceSpace, random: Generator, yaws_deg: Sequence[float]) -> list[Shot]:
    """Return pictures of one random sitter, seen under each yaw, each from another distance and in another light."""
    sitter = sit(space, random)
    return [_taken(space, sitter, yaw, random) for yaw in yaws_deg]


def _taken(space: FaceSpace, sitter: Sitter, yaw: float, random: Generator) -> Shot:
    camera = _camera(yaw, random)
    raster = photograph(sitter.points, sitter.triangles, camera)
    linear = _background(random)
    _shaded(space, sitter, raster, camera, linear, random)
    if random.random() < 0.12:
        _glasses(linear, space, sitter, camera, random)
    return Shot(_developed(linear, random), camera, sitter.points[: sitter.skin], sitter.identity, yaw)


def _camera(yaw: float, random: Generator) -> Camera:
    turn, nod, roll = np.radians([-yaw, random.normal(0, 9), random.normal(0, 8)])
    forward = np.array([np.sin(turn) * np.cos(nod), np.cos(turn) * np.cos(nod), -np.sin(nod)])
    right = np.array([np.cos(turn), -np.sin(turn), 0.0])
    level = np.stack([right, np.cross(forward, right), forward])
    rolled = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]) @ level
    distance = float(np.exp(random.uniform(np.log(350), np.log(2500))))
    focal = SIDE * random.uniform(0.55, 0.75) / _FACE_MM * distance
    # The face need not stand in the middle of the photo: the optical axis meets the picture elsewhere, even outside.
    aside = np.append(np.clip(random.normal(0, 0.11, 2), -0.3, 0.3), 1.0) * distance
    middle = SIDE / 2 - focal * aside[:2] / distance + random.uniform(-12, 12, 2)
    towards = _facing(aside / np.linalg.norm(aside)) @ rolled
    return Camera(focal, middle[0], middle[1], SIDE, SIDE, towards, aside - towards @ _TARGET)


def _facing(ray: Floats) -> Floats:
    """Return the smallest turn (3, 3) that takes the optical axis to a ray, so that yaw is seen along that ray."""
    axis = np.cross((0, 0, 1), ray)
    turned, _ = cv2.Rodrigues(axis / max(float(np.linalg.norm(axis)), 1e-9) * np.arccos(np.clip(ray[2], -1, 1)))
    return np.asarray(turned)


def _shaded(
    space: FaceSpace, sitter: Sitter, raster: Raster, camera: Camera, picture: Picture, random: Generator
) -> None:
    """Draw the sitter over the background in `picture`."""
    count = len(sitter.points)
    carried = np.zeros((count, 14), np.float32)
    carried[:, :3] = normals_of(sitter.points, sitter.triangles)
    carried[:, 3] = 1
    carried[: sitter.skin, 3] = openness(space)
    carried[: sitter.skin, 4:6] = space.topology.uv
    carried[: sitter.skin, 6] = 1
    carried[:, 7], carried[:, 8:11], carried[:, 11:] = sitter.glossy, sitter.colours, sitter.points
    many = int(random.integers(1, 4))
    towards = np.array([_towards(camera, random) for _ in range(many)])
    colours = random.uniform(0.1, 1.0, (many, 1)) * np.exp(random.normal(0, 0.10, (many, 3)))
    lit = np.column_stack([_sunlit(sitter, direction, random) for direction in towards])
    coarse = random.standard_normal((SIDE // 3, SIDE // 3, 3), np.float32) * np.float32(random.uniform(0, 0.10))
    side = random.normal(0, 1, 3)
    surface = np.array(
        [random.uniform(8, 60), random.uniform(0, 0.12), random.uniform(0, 0.35), random.uniform(0.7, 1.8)]
    )
    shade(
        raster.triangle,
        raster.weights,
        sitter.triangles,
        carried,
        lit.astype(np.float32),
        np.ascontiguousarray(sitter.chart),
        cv2.resize(coarse, (SIDE, SIDE)),
        camera.position,
        towards,
        colours,
        random.uniform(0.08, 0.7) * np.exp(random.normal(0, 0.08, 3)),
        side / np.linalg.norm(side) * random.uniform(0, 0.7),
        surface,
        picture,
    )


def _towards(camera: Camera, random: Generator) -> Floats:
    """Return a direction (3,) towards a lamp: mostly before the face and above."""
    ahead = -camera.rotation[2] + random.normal(0, 0.8, 3) + (0, 0, random.uniform(-0.2, 0.9))
    unit: Floats = ahead / np.linalg.norm(ahead)
    return unit


def _sunlit(sitter: Sitter, towards: Floats, random: Generator) -> Floats:
    """Return (n,) how much of a lamp each vertex sees; most lamps are too broad to cast a shadow."""
    if random.random() < 0.65:
        return np.ones(len(sitter.points))
    hidden = _behind(sitter.points, sitter.triangles, towards)
    return np.asarray(1 - random.uniform(0.3, 1) * np.clip((hidden - _SHADOW_BIAS_MM) / random.uniform(1, 8), 0, 1))


def _behind(points: Points, triangles: Triangles, direction: Floats) -> Floats:
    """Return (n,) how far each vertex lies behind the first that light from far along `direction` meets, mm."""
    up = np.array([0.0, 0.0, 1.0]) if abs(direction[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    right = np.cross(up, direction)
    right /= np.linalg.norm(right)
    down = np.cross(-direction, right)
    rotation = np.stack([right, down, -direction])
    far = 20000.0
    camera = Camera(
        far * _SHADOW_PX / 330, _SHADOW_PX / 2, _SHADOW_PX / 2, _SHADOW_PX, _SHADOW_PX,
        rotation, np.array([0.0, 0.0, far]) - rotation @ (0, 70, -30),
    )  # fmt: skip
    depth = camera.to_camera(points)[:, 2]
    seen = np.where(np.isfinite(raster := photograph(points, triangles, camera).depth), raster, far * 2)
    pixel = np.clip(camera.project(points).astype(int), 0, _SHADOW_PX - 1)
    return np.asarray(depth - seen[pixel[:, 1], pixel[:, 0]])


@cache
def openness(space: FaceSpace) -> Floats:
    """Return (n,) the share of the sky that each vertex of the mean head sees, by looking from many directions."""
    points, triangles = space.topology.subdivide(space.mean), space.topology.triangles
    normals = normals_of(points, triangles)
    golden = np.pi * (3 - np.sqrt(5))
    z = 1 - (2 * np.arange(_DIRECTIONS) + 1) / _DIRECTIONS
    ring = np.sqrt(1 - z**2)
    around = np.stack(
        [ring * np.cos(golden * np.arange(_DIRECTIONS)), ring * np.sin(golden * np.arange(_DIRECTIONS)), z], 1
    )
    seen, possible = np.zeros(len(points)), np.full(len(points), 1e-6)
    for direction in around:
        cosine = np.clip(normals @ direction, 0, None)
        behind = _behind(points, triangles, direction)
        seen += cosine * (behind < _SHADOW_BIAS_MM)
        possible += cosine
    return np.asarray(seen / possible)


def _background(random: Generator) -> Picture:
    shades = random.uniform(0, 1, (int(random.choice([1, 2, 3, 6, 20])),) * 2 + (3,)) ** 2
    grey = shades.mean(axis=2, keepdims=True)
    shades = grey + (shades - grey) * random.uniform(0, 1)
    kind = cv2.INTER_CUBIC if random.random() < 0.7 else cv2.INTER_NEAREST
    return np.asarray(
        np.clip(cv2.resize(shades.astype(np.float32), (SIDE, SIDE), interpolation=kind), 0, 1), np.float32
    )


def _glasses(linear: Picture, space: FaceSpace, sitter: Sitter, camera: Camera, random: Generator) -> None:
    """Draw rims, bridge and temples in front of the eyes into the picture."""
    wide, high, ahead = random.uniform(22, 29), random.uniform(16, 24), random.uniform(20, 28)
    turn = np.linspace(0, 2 * np.pi, 40)
    squared = random.uniform(0.5, 1)
    colour = tuple(float(v) for v in random.uniform(0, 0.4) * random.uniform(0.3, 1, 3))
    width = int(random.integers(1, 6))
    rims = []
    for centre in space.eye_centres(sitter.identity):
        x = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** squared * wide
        z = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** squared * high - 4
        rims.append(centre + np.stack([x, np.full(40, -ahead), z], 1))
    inner = np.stack([rims[0][np.argmax(rims[0][:, 0])], rims[1][np.argmin(rims[1][:, 0])]])
    sides = [np.stack([rims[0][np.argmin(rims[0][:, 0])], rims[0].min(axis=0) + np.array([0.0, 95.0, 14.0])])]
    sides.append(
        np.stack([rims[1][np.argmax(rims[1][:, 0])], [rims[1][:, 0].max(), rims[1][0, 1] + 95, sides[0][1, 2]]])
    )
    seen = [sides[0]] if camera.position[0] < -100 else [sides[1]] if camera.position[0] > 100 else []
    for line in (*rims, inner, *seen):
        drawn = np.round(camera.project(line) * 8).astype(np.int32)
        cv2.polylines(linear, [drawn], False, colour, width, cv2.LINE_AA, 3)


def _developed(linear: Picture, random: Generator) -> Pixels:
    """Expose, tint, blur, add noise and compress, as cameras and programs do."""
    face = linear[SIDE // 4 : -SIDE // 4, SIDE // 4 : -SIDE // 4]
    exposed: Picture = (
        linear * (random.uniform(0.12, 0.42) / max(float(face.mean()), 1e-3)) * np.exp(random.normal(0, 0.07, 3))
    )
    if random.random() < 0.06:
        exposed = np.repeat(exposed.mean(axis=2, keepdims=True), 3, axis=2)
    picture = np.clip(exposed, 0, 1) ** (1 / random.uniform(1.8, 2.6))
    if random.random() < 0.5:  # the steeper curve of a telephone
        picture = picture + random.uniform(0, 0.35) * picture * (1 - picture) * (2 * picture - 1) * 2
    picture = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), random.uniform(0.3, 1.0))
    if random.random() < 0.35:
        small = round(SIDE * random.uniform(0.35, 0.9))
        shrunk = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)
        picture = cv2.resize(shrunk, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    grain = random.uniform(0, 1) ** 2 * 0.05
    noisy = picture + np.float32(grain) * random.standard_normal(picture.shape, np.float32)
    eight = np.clip(noisy * 255, 0, 255).astype(np.uint8)
    if random.random() < 0.08:
        _cover(eight, random)
    packed = cv2.imencode(".jpg", eight[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(35, 98))])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1]


def _cover(eight: Pixels, random: Generator) -> None:
    """Put something in front of a part of the picture."""
    corner, size = random.integers(0, SIDE, 2), random.integers(SIDE // 12, SIDE // 4, 2)
    colour = random.integers(0, 255, 3)
    eight[corner[1] : corner[1] + size[1], corner[0] : corner[0] + size[0]] = colour
