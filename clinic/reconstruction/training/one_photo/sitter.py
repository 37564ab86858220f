"""Random heads to photograph: a face of the space with eyes, hair and shoulders, and its texture chart."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.random import Generator

from clinic.case import Floats, Points, Triangles
from clinic.reconstruction.eyeball import eyeball
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training.one_photo.shading import normals_of
from clinic.reconstruction.training.one_photo.skin import HAIRS, Chart, paint

_SIGMA, _MOST = 1.2, 2.8
_STILL = 0.4  # share of faces at rest
_IRISES = ((96, 64, 42), (58, 38, 25), (70, 100, 130), (92, 108, 70), (125, 135, 140))


@dataclass(frozen=True, slots=True, eq=False)
class Sitter:
    """identity: (k,). points: (n, 3) mm, of which the first `skin` are the face's display vertices.

    colours: (n, 3) linear reflectance where the chart does not say it. chart: the skin's. glossy: (n,) 0…1.
    """

    identity: Floats
    points: Points
    triangles: Triangles
    colours: Floats
    glossy: Floats
    chart: Chart
    skin: int


def sit(space: FaceSpace, random: Generator) -> Sitter:
    """Return a random sitter."""
    identity = np.clip(random.normal(0, _SIGMA, len(space.modes)), -_MOST, _MOST)
    skin = _basis(space)(identity, _expression(space, random))
    strand = HAIRS[int(random.integers(len(HAIRS)))] * random.uniform(0.5, 1.5)
    chart = paint(space, strand, random)
    pieces = [(skin, space.topology.triangles, np.zeros_like(skin), 1.0)]
    pieces += _eyes(space, identity, random)
    if random.random() < 0.92:
        pieces.append(_cap(space, skin, strand, random))
        if random.random() < 0.4:
            pieces.append(_long_hair(skin, strand, random))
    pieces.append(_shoulders(chart, random))
    first = np.cumsum([0] + [len(points) for points, *_ in pieces])
    return Sitter(
        identity,
        np.vstack([points for points, *_ in pieces]),
        np.vstack([faces + start for (_, faces, *_), start in zip(pieces, first, strict=False)]).astype(np.int32),
        np.vstack([colours for _, _, colours, _ in pieces]),
        np.concatenate([np.full(len(points), gloss) for points, *_, gloss in pieces]),
        chart,
        len(skin),
    )


@cache
def _basis(space: FaceSpace) -> Callable[[Floats, Floats], Points]:
    """Return what makes display vertices of identity and expression, in single precision: fast, 1e-4 mm off."""
    parts = np.concatenate([space.modes, space.expressions]).reshape(-1, space.mean.size).astype(np.float32)

    def face(identity: Floats, expression: Floats) -> Points:
        weights = np.concatenate([identity, expression]).astype(np.float32)
        return space.topology.subdivide(space.mean + (weights @ parts).reshape(-1, 3))

    return face


Piece = tuple[Points, Triangles, Floats, float]


def _expression(space: FaceSpace, random: Generator) -> Floats:
    names = space.expression_names
    weights = np.abs(random.normal(0, 0.04, len(names)))
    if random.random() > _STILL:
        chosen = random.choice(len(names), int(random.integers(1, 6)), replace=False)
        weights[chosen] = random.uniform(0, 0.7, len(chosen))
    for name, often, most in (("mouthSmile", 0.3, 0.9), ("eyeBlink", 0.15, 0.6), ("eyeSquint", 0.2, 0.7), ("jawOpen", 0.15, 0.4)):  # fmt: skip  # noqa: E501
        if random.random() < often:
            found = [row for row, one in enumerate(names) if one.startswith(name)]
            weights[found] = random.uniform(0, most) * random.uniform(0.85, 1, len(found))
    weights[names.index("tongueOut")] = 0.0
    return weights


def _eyes(space: FaceSpace, identity: Floats, random: Generator) -> list[Piece]:
    iris = _IRISES[int(random.integers(len(_IRISES)))]
    aside, down = np.radians(random.normal(0, 9)), np.radians(random.normal(0, 6))
    about_z = np.array([[np.cos(aside), -np.sin(aside), 0], [np.sin(aside), np.cos(aside), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(down), -np.sin(down)], [0, np.sin(down), np.cos(down)]])
    balls: list[Piece] = []
    for centre in space.eye_centres(identity):
        ball = eyeball("", centre, space.eye_radius, iris)
        points = (ball.points - centre) @ (about_z @ about_x).T + centre
        balls.append((points, ball.triangles, (ball.colours / 255.0) ** 2.2 * random.uniform(0.5, 0.9), 3.0))
    return balls


def _cap(space: FaceSpace, skin: Points, strand: Floats, random: Generator) -> Piece:
    """Hair that stands off the head, with its own hair line; a shell of the skin's own triangles."""
    distance = from_scalp(space) + random.uniform(-4, 22) * _waves(skin, 0.015, random) * 0.4
    line = random.uniform(-8, 16)
    cover = distance < line
    thick = random.uniform(1, 30) * np.clip((line - distance) / random.uniform(6, 30), 0.08, 1)
    thick = thick * np.exp(0.25 * _waves(skin, 0.06, random))
    faces = space.topology.triangles[cover[space.topology.triangles].all(axis=1)]
    points = skin + thick[:, None] * normals_of(skin, space.topology.triangles)
    return points, faces, _strands(points, strand, random), 0.5


def _long_hair(skin: Points, strand: Floats, random: Generator) -> Piece:
    """A curtain round the back and the sides of the head."""
    angle = np.linspace(-1, 1, 41) * np.radians(random.uniform(95, 145))
    height = np.linspace(random.uniform(60, 95), random.uniform(-260, -70), 16)
    wide, deep = 78 + random.uniform(0, 30), 95 + random.uniform(0, 25)
    swell = 1 + np.linspace(-0.15, random.uniform(-0.2, 0.5), 16)[:, None]
    grid = np.stack(
        [
            wide * np.sin(angle) * swell + random.normal(0, 3),
            85 + deep * np.cos(angle) * swell,
            height[:, None] + 0 * angle,
        ],
        axis=2,
    )
    points = grid.reshape(-1, 3)
    points = points * (1 + 0.03 * _waves(points, 0.05, random))[:, None]
    return points, _grid_faces(16, 41), _strands(points, strand, random), 0.5


def _shoulders(chart: Chart, random: Generator) -> Piece:
    around = np.linspace(0, 2 * np.pi, 40)
    heights = np.array([-145, -178, -195, -215, -250, -330, -450]) + random.normal(0, 8)
    wide = np.array([54, 62, 95, 150, 195, 215, 220]) * random.uniform(0.9, 1.1)
    deep = np.array([48, 56, 75, 95, 110, 120, 125]) * random.uniform(0.9, 1.1)
    points = np.stack(
        [
            wide[:, None] * np.cos(around),
            105 + deep[:, None] * np.sin(around),
            np.broadcast_to(heights[:, None], (7, 40)),
        ],
        axis=2,
    ).reshape(-1, 3)
    bare = np.repeat(heights > random.uniform(-260, -140), 40)[:, None]
    cloth = random.uniform(0, 1, 3) ** 2
    return points, _grid_faces(7, 40), np.where(bare, np.median(chart.reshape(-1, 3), axis=0), cloth), 0.3


def _strands(points: Points, strand: Floats, random: Generator) -> Floats:
    shade = np.exp(0.35 * _waves(points, 0.25, random) + 0.2 * _waves(points, 0.08, random))
    return shade[:, None] * strand


def _waves(points: Points, frequency: float, random: Generator) -> Floats:
    """Return (n,) smooth noise of about unit strength, `frequency` in radians per mm."""
    directions = random.normal(0, frequency, (6, 3))
    waves: Floats = np.sin(points @ directions.T + random.uniform(0, 2 * np.pi, 6)).sum(axis=1) / np.sqrt(3)
    return waves


def _grid_faces(rows: int, columns: int) -> Triangles:
    first = columns * np.arange(rows - 1)[:, None] + np.arange(columns - 1)
    a = first.ravel()
    b, c, d = a + 1, a + columns, a + columns + 1
    return np.vstack([np.stack([a, b, c], 1), np.stack([b, d, c], 1), np.stack([a, c, b], 1), np.stack([b, c, d], 1)])


@cache
def from_scalp(space: FaceSpace) -> Floats:
    """Return (n,) how far each display vertex of the mean lies outside the scalp, mm, negative inside."""
    from scipy.spatial import cKDTree

    place = space.topology.subdivide(space.mean)
    scalp = space.topology.subdivide(space.topology.region("scalp").astype(float)[:, None])[:, 0] > 0.5
    return np.asarray(cKDTree(place[scalp]).query(place)[0] - cKDTree(place[~scalp]).query(place)[0])
