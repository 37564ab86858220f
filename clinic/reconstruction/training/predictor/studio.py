"""Photographs random sitters: camera, lamps, background, clothes, and what a camera does to a picture."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.random import Generator

from clinic.case import Camera, Floats, Pixels, Points
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import photograph
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training.predictor.sitter import Sitter, joined, sit

SIZE = 224
_OVER = 2  # rendered larger, then shrunk by area
_TARGET = np.array([0.0, 15.0, -35.0])  # middle of the face
_FACE_MM = 190.0


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """pixels: (rows, columns, 3) sRGB. camera: patient frame. points: (n, 3) the skin. yaw_deg: + shows the left.

    identity: (k,) weights of the face space.
    """

    pixels: Pixels
    camera: Camera
    points: Points
    yaw_deg: float
    identity: Floats


def shoot(space: FaceSpace, random: Generator, yaws: tuple[float, float], size: int = SIZE) -> Shot:
    """Return a picture of a random sitter, seen under a yaw within `yaws`, degrees."""
    return photographed(dressed(space, random), random, yaws, size)


def photographed(sitter: Sitter, random: Generator, yaws: tuple[float, float], size: int = SIZE) -> Shot:
    """Return a picture of a sitter, seen under a yaw within `yaws`, degrees, in random light before a random wall."""
    yaw = random.uniform(*yaws)
    camera = _camera(random, yaw, size)
    large = Camera(
        camera.focal_px * _OVER, camera.cx * _OVER, camera.cy * _OVER, size * _OVER, size * _OVER,
        camera.rotation, camera.translation,
    )  # fmt: skip
    raster = photograph(sitter.points, sitter.triangles, large)
    light = _lit(sitter, camera, random)
    carried = raster.carry(np.column_stack([light, sitter.hair]), sitter.triangles)
    picture = carried[..., :3] * _strands(carried[..., 3:].astype(float), random)
    linear = np.where(raster.hit[..., None], picture, background(random, size * _OVER))
    linear = cv2.resize(linear.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)
    return Shot(_developed(linear, random), camera, sitter.points[: sitter.skin], yaw, sitter.identity)


def _camera(random: Generator, yaw: float, size: int) -> Camera:
    """A camera turned around the head; the face is 0.7 to 0.9 of the picture high, a little off its middle."""
    turn, nod, roll = np.radians([-yaw, random.normal(0, 9), random.normal(0, 7)])
    forward = np.array([np.sin(turn) * np.cos(nod), np.cos(turn) * np.cos(nod), -np.sin(nod)])
    right = np.array([np.cos(turn), -np.sin(turn), 0.0])
    level = np.stack([right, np.cross(forward, right), forward])
    rolled = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]) @ level
    distance = float(np.exp(random.uniform(np.log(450), np.log(2500))))
    focal = size * random.uniform(0.68, 0.92) / _FACE_MM * distance
    aside = np.array([*random.uniform(-14, 14, 2), distance])
    return Camera(focal, size / 2, size / 2, size, size, rolled, aside - rolled @ _TARGET)


def dressed(space: FaceSpace, random: Generator) -> Sitter:
    """Return a random sitter with shoulders: rings around the neck that widen downwards, bare or clothed."""
    sitter = sit(space, random)
    around = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    centre = np.array([0.0, 108.0 + random.normal(0, 5)])
    heights = np.array([-150, -178, -195, -215, -250, -330, -450]) + random.normal(0, 8)
    wide = np.array([56, 62, 95, 150, 195, 215, 220]) * random.uniform(0.9, 1.1)
    deep = np.array([50, 56, 75, 95, 110, 120, 125]) * random.uniform(0.9, 1.1)
    rings = np.stack(
        [
            centre[0] + wide[:, None] * np.cos(around),
            centre[1] + deep[:, None] * np.sin(around),
            np.broadcast_to(heights[:, None], (len(heights), len(around))),
        ],
        axis=2,
    ).reshape(-1, 3)
    cloth = random.uniform(0, 1, 3) ** 2 * random.uniform(0.05, 0.9)
    bare = np.repeat(heights > random.uniform(-260, -140), len(around))[:, None]
    skin = np.median(sitter.colours[: sitter.skin], axis=0)
    step = np.arange(len(around))
    first = len(around) * np.arange(len(heights) - 1)[:, None]
    a, b = (first + step).ravel(), (first + (step + 1) % len(around)).ravel()
    faces = np.vstack([np.stack([a, b, a + 40], 1), np.stack([b, b + 40, a + 40], 1)])
    return joined(sitter, rings, faces, np.where(bare, skin, cloth))


def _lit(sitter: Sitter, camera: Camera, random: Generator) -> Floats:
    """Return (n, 3) light that leaves each vertex: sky and ground, one to three lamps, gloss."""
    normals = vertex_normals(sitter.points, sitter.triangles)
    sky = 0.5 + 0.5 * normals[:, 2:]
    ambient = random.uniform(0.1, 0.9)
    light = ambient * ((0.35 + 0.65 * sky) * _tint(random))
    gloss = np.zeros((len(normals), 1))
    towards = camera.position - sitter.points
    towards = towards / np.linalg.norm(towards, axis=1, keepdims=True)
    for _ in range(int(random.integers(1, 4))):
        lamp = np.array([random.normal(0, 1), random.normal(-0.7, 0.8), random.normal(0.4, 0.5)])
        lamp = lamp / np.linalg.norm(lamp)
        wrap = random.uniform(0, 0.3)
        facing = np.clip((normals @ lamp + wrap) / (1 + wrap), 0, 1)[:, None]
        strength = random.uniform(0.2, 1.1)
        light = light + strength * facing * _tint(random)
        half = lamp + towards
        half = half / np.linalg.norm(half, axis=1, keepdims=True)
        gloss = gloss + strength * np.clip((half * normals).sum(axis=1, keepdims=True), 0, 1) ** 24
    return np.asarray(sitter.colours * light + random.uniform(0, 0.12) * gloss)


def _tint(random: Generator) -> Floats:
    return np.exp(random.normal(0, 0.08, 3))


def _strands(hair: Floats, random: Generator) -> Floats:
    """Return what strands of hair do to light (rows, columns, 1)."""
    rows, columns = hair.shape[:2]
    noise = random.normal(0, 1, (rows, columns)).astype(np.float32)
    angle = random.uniform(0, np.pi)
    kernel = np.zeros((31, 31), np.float32)
    end = 15 * np.array([np.cos(angle), np.sin(angle)])
    cv2.line(kernel, tuple(np.round(15 - end).astype(int).tolist()), tuple(np.round(15 + end).astype(int).tolist()), 1)
    streaks = cv2.filter2D(noise, -1, kernel / kernel.sum())
    return np.asarray(np.exp(random.uniform(0, 2.5) * streaks[..., None] * hair))


def background(random: Generator, size: int) -> Floats:
    """Return a linear picture (size, size, 3): a plain wall with a gradient, or a piece of some picture."""
    if random.random() < 0.65:
        corners = random.uniform(0, 1, (1, 1, 3)) ** 1.5 + random.normal(0, random.uniform(0, 0.2), (2, 2, 1))
        corners = np.clip(corners * random.uniform(0.15, 1.0), 0, 1).astype(np.float32)
        return np.asarray(cv2.resize(corners, (size, size), interpolation=cv2.INTER_LINEAR))
    picture = _pictures()[int(random.integers(len(_pictures())))]
    side = int(random.uniform(0.3, 1.0) * min(picture.shape[:2]))
    top, left = (int(random.integers(0, length - side + 1)) for length in picture.shape[:2])
    cut = picture[top : top + side, left : left + side]
    large = cv2.resize(cut, (size, size), interpolation=cv2.INTER_LINEAR)
    blurred = cv2.GaussianBlur(large, (0, 0), float(random.uniform(0.5, 12)))
    return np.asarray((blurred / 255.0) ** 2.2 * random.uniform(0.3, 1.2))


@cache
def _pictures() -> tuple[Floats, ...]:
    """Pictures without a face that come with scikit-image."""
    import skimage.data

    found = []
    for name in ("coffee", "rocket", "brick", "gravel", "grass", "hubble_deep_field", "retina", "colorwheel"):
        picture = getattr(skimage.data, name)()
        found.append(np.stack([picture] * 3, axis=2) if picture.ndim == 2 else picture[..., :3])
    return tuple(picture.astype(np.float32) for picture in found)


def _developed(linear: Floats, random: Generator) -> Pixels:
    """Expose, blur, add noise and compress."""
    middle = float(np.percentile(linear, 60))
    exposed = linear * (random.uniform(0.12, 0.6) / max(middle, 0.02)) ** random.uniform(0.3, 1.0)
    if random.random() < 0.6:
        exposed = cv2.GaussianBlur(exposed, (0, 0), float(random.uniform(0.3, 1.4)))
    picture = 255 * np.clip(exposed, 0, 1) ** (1 / 2.2)
    picture = picture + random.normal(0, random.uniform(0, 7), picture.shape)
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    quality = int(random.integers(35, 96))
    encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR))
