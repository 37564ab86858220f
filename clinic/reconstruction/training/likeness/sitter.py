"""Random people of the face space, each photographed several times: other turns, miens, distances and lamps."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.random import Generator
from scipy.spatial import cKDTree

from clinic.case import Camera, Floats, Pixels
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import photograph
from clinic.reconstruction.eyeball import eyeball
from clinic.reconstruction.face_space import FaceSpace

SIZE = 384
_MOST_SIGMA = 2.6
# Linear reflectance of skin from very light to very dark, and of hair.
_SKIN = np.array(
    [
        *((0.76, 0.53, 0.42), (0.66, 0.43, 0.31), (0.52, 0.31, 0.20)),
        *((0.38, 0.20, 0.11), (0.22, 0.11, 0.06), (0.11, 0.055, 0.035)),
    ]
)
_HAIR = np.array([(0.02, 0.015, 0.012), (0.06, 0.035, 0.02), (0.16, 0.09, 0.045), (0.38, 0.26, 0.13)])
_RESTLESS = ("eyeSquint", "mouthPress", "mouthFrown", "browInnerUp", "eyeBlink")
_TARGET = np.array([0.0, 15.0, -35.0])  # middle of the face
_FACE_MM = 190.0


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """identity: (k,) weights. colours: (n, 3) linear reflectance of the skin."""

    identity: Floats
    colours: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Canvas:
    """What is painted on every head: shares (n,) of lips, inside and scalp; brow: mm from its line."""

    place: Floats
    lips: Floats
    interior: Floats
    scalp: Floats
    brow: Floats


def person(random: Generator) -> Person:
    """Return somebody."""
    canvas = _canvas()
    identity = np.clip(random.normal(size=len(FaceSpace.load().modes)), -_MOST_SIGMA, _MOST_SIGMA)
    tone = random.uniform(0, 5)
    base = np.array([np.interp(tone, range(len(_SKIN)), _SKIN[:, channel]) for channel in range(3)])
    skin = base * np.exp(0.1 * _waves(random, 0.04) + 0.08 * _waves(random, 0.15))[:, None]
    red = base * np.array([random.uniform(0.6, 1), random.uniform(0.35, 0.7), random.uniform(0.35, 0.75)])
    skin = _mix(skin, red, canvas.lips * random.uniform(0.3, 1))
    skin = _mix(skin, base * (0.25, 0.12, 0.1), canvas.interior)
    hair = _HAIR[random.integers(4)]
    thick = random.uniform(0.2, 0.95)
    skin = _mix(
        skin, hair, thick * np.clip((random.uniform(2, 5) - canvas.brow) / 2 + 0.5, 0, 1) * (canvas.interior < 0.5)
    )
    return Person(identity, _mix(skin, hair, canvas.scalp * (random.random() < 0.9)))


def photo(who: Person, random: Generator) -> tuple[Pixels, float]:
    """Return a photo (rows, columns, 3) sRGB, and the yaw, degrees, + where it shows the left side."""
    space = FaceSpace.load()
    skin = space.topology.subdivide(space.control(who.identity, _mien(space, random)))
    points, triangles, colours = [skin], [space.topology.triangles], [who.colours]
    for centre in space.eye_centres(who.identity):
        ball = eyeball("", centre, space.eye_radius)
        triangles.append(ball.triangles + sum(map(len, points)))
        points.append(ball.points)
        colours.append((ball.colours / 255.0) ** 2.2)
    whole, faces = np.vstack(points), np.vstack(triangles).astype(np.int32)
    camera, yaw = _camera(random)
    light = _light(vertex_normals(whole, faces), random)
    raster = photograph(whole, faces, camera)
    drawn = raster.carry(np.vstack(colours) * light[:, None], faces)
    linear = np.where(raster.hit[..., None], drawn, random.uniform(0.05, 0.9, 3))
    linear = linear * (random.uniform(0.25, 0.6) / max(float(np.percentile(linear[raster.hit], 60)), 0.02))
    soft = cv2.GaussianBlur(linear.astype(np.float32), (0, 0), random.uniform(0.3, 1.1))
    noisy = 255 * np.clip(soft, 0, 1) ** (1 / 2.2) + random.normal(0, random.uniform(0, 4), soft.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), yaw


def _mien(space: FaceSpace, random: Generator) -> Floats:
    """Return expression weights: nearly at rest, smiling, or anything."""
    names = space.expression_names
    weights = np.zeros(len(names))

    def both(name: str, weight: float) -> None:
        for unit in (name + "Left", name + "Right", name):
            if unit in names:
                weights[names.index(unit)] = weight

    kind = random.random()
    for name in _RESTLESS:
        both(name, max(0, random.uniform(-0.15, 0.15)))
    if kind < 0.35:
        both("mouthSmile", random.uniform(0.1, 0.8))
        both("jawOpen", random.uniform(0, 0.2) * (random.random() < 0.5))
        both("cheekSquint", random.uniform(0, 0.4))
    elif kind < 0.55:
        for unit in random.choice(len(names), random.integers(1, 5), replace=False):
            weights[unit] = random.uniform(0, 0.7)
    return weights


def _camera(random: Generator) -> tuple[Camera, float]:
    yaw = float(
        random.choice(
            [random.normal(0, 8), random.uniform(-60, 60), 45 + random.normal(0, 6), -45 + random.normal(0, 6)]
        )
    )
    turn, nod, lean = np.radians((yaw, random.normal(0, 8), random.normal(0, 6)))
    towards = np.array([np.sin(turn) * np.cos(nod), -np.cos(turn) * np.cos(nod), np.sin(nod)])
    right = np.array([np.cos(turn), np.sin(turn), 0])
    level = np.stack([right, np.cross(-towards, right), -towards])
    rotation = np.array([[np.cos(lean), -np.sin(lean), 0], [np.sin(lean), np.cos(lean), 0], [0, 0, 1]]) @ level
    distance = float(np.exp(random.uniform(np.log(450), np.log(2500))))
    focal = SIZE * random.uniform(0.5, 0.85) / _FACE_MM * distance
    shift = np.array([*random.uniform(-15, 15, 2), distance]) - rotation @ _TARGET
    return Camera(focal, SIZE / 2, SIZE / 2, SIZE, SIZE, rotation, shift), yaw


def _light(normals: Floats, random: Generator) -> Floats:
    light = random.uniform(0.2, 0.8) * (0.5 + 0.5 * (0.5 + 0.5 * normals[:, 2]))
    for _ in range(random.integers(1, 4)):
        lamp = np.array([random.normal(0, 1), random.normal(-0.8, 0.6), random.normal(0.4, 0.5)])
        lamp /= np.linalg.norm(lamp)
        light = light + random.uniform(0.2, 1) * np.clip((normals @ lamp + 0.15) / 1.15, 0, 1)
    return np.asarray(light)


def _mix(under: Floats, over: Floats, share: Floats) -> Floats:
    mixed: Floats = under + (over - under) * share[:, None]
    return mixed


def _waves(random: Generator, frequency: float) -> Floats:
    """Return (n,) smooth noise of unit strength over the head, `frequency` in radians per mm."""
    directions = random.normal(0, frequency, (6, 3))
    waves: Floats = np.sin(_canvas().place @ directions.T + random.uniform(0, 6.3, 6)).sum(axis=1) / np.sqrt(3)
    return waves


@cache
def _canvas() -> _Canvas:
    space = FaceSpace.load()
    topology = space.topology
    place = topology.subdivide(space.mean)
    marks = space.landmarks_68.on(place, topology.triangles)
    chart = space.landmarks_68.on(np.column_stack([topology.uv, np.zeros(len(topology.uv))]), topology.triangles)

    def share(name: str) -> Floats:
        return topology.subdivide(topology.region(name).astype(float)[:, None])[:, 0]

    def from_line(first: int, last: int) -> Floats:
        corners = marks[first:last]
        line = np.concatenate([np.linspace(a, b, 12) for a, b in pairwise(corners)])
        return np.asarray(cKDTree(line).query(place)[0])

    mouth = chart[48:60, :2].astype(np.float32).reshape(-1, 1, 2)
    lips = np.array([cv2.pointPolygonTest(mouth, (float(u), float(v)), False) >= 0 for u, v in topology.uv], float)
    return _Canvas(place, lips, share("interior"), share("scalp"), np.minimum(from_line(17, 22), from_line(22, 27)))
