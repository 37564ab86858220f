"""Random heads to learn from: shape, expression, hair, brows, lips and skin of one sitter, coloured by vertex."""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from clinic.case import Floats, Points, Triangles
from clinic.geometry import vertex_normals
from clinic.reconstruction.eyeball import eyeball
from clinic.reconstruction.face_space import FaceSpace

# Linear reflectance of skin from very light to very dark, of hair, and of cloth.
_SKIN = ((0.76, 0.53, 0.42), (0.66, 0.43, 0.31), (0.52, 0.31, 0.20), (0.38, 0.20, 0.11), (0.22, 0.11, 0.06), (0.11, 0.055, 0.035))  # fmt: skip  # noqa: E501
_HAIR = ((0.02, 0.015, 0.012), (0.06, 0.035, 0.02), (0.16, 0.09, 0.045), (0.38, 0.26, 0.13), (0.30, 0.12, 0.05), (0.45, 0.45, 0.44))  # fmt: skip  # noqa: E501
_IRISES = ((96, 64, 42), (60, 40, 25), (70, 100, 130), (90, 110, 70), (120, 130, 135))
_IDENTITY_SIGMA, _MOST_SIGMA = 1.15, 2.6
_NEUTRAL = 0.45
_BALD = 0.08
_BROWS = (range(17, 22), range(22, 27))
_LIPS = range(48, 60)


@dataclass(frozen=True, slots=True, eq=False)
class Sitter:
    """points: (n, 3) mm. colours: (n, 3) linear reflectance. hair: (n,) 0…1. skin: how many of the points are skin.

    identity: (k,) weights of the face space.
    """

    points: Points
    triangles: Triangles
    colours: Floats
    hair: Floats
    skin: int
    identity: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Canvas:
    """What is painted where on every head: shares (n,) per display vertex, and distances in mm on the mean."""

    place: Points
    lips: Floats
    brow: Floats  # mm from the line of the brow
    hairline: Floats  # mm outside the scalp, negative inside
    beard: Floats
    interior: Floats
    bulk: Floats  # where hair may stand off
    modes: NDArray[np.float32]
    expressions: NDArray[np.float32]


def sit(space: FaceSpace, random: Generator) -> Sitter:
    """Return a random sitter."""
    canvas = _canvas(space)
    identity = np.clip(random.normal(size=len(space.modes)), -_MOST_SIGMA, _MOST_SIGMA) * _IDENTITY_SIGMA
    skin = space.topology.subdivide(_control(space, identity, _expression(space, random)))
    hair = _hair(canvas, random)
    bulk = random.uniform(0, 28) * random.random() * canvas.bulk * hair * (1 + 0.4 * _waves(canvas, random, 0.05))
    outer = skin + np.clip(bulk, 0, None)[:, None] * vertex_normals(skin, space.topology.triangles)
    sitter = Sitter(outer, space.topology.triangles, _paint(canvas, random, hair), hair, len(skin), identity)
    iris = _IRISES[int(random.integers(len(_IRISES)))]
    gaze = random.normal(0, 2.0, 2)
    for centre in space.eye_centres(identity):
        ball = eyeball("", centre, space.eye_radius, iris)
        turned = _turned(ball.points - centre, gaze) + centre
        sitter = joined(sitter, turned, ball.triangles, (ball.colours / 255.0) ** 2.2)
    return sitter


def _control(space: FaceSpace, identity: Floats, expression: Floats) -> Points:
    """Return `FaceSpace.control` in single precision, which is ten times as fast."""
    canvas = _canvas(space)
    shaped = identity.astype(np.float32) @ canvas.modes + expression.astype(np.float32) @ canvas.expressions
    return np.asarray(space.mean + shaped.reshape(-1, 3).astype(float))


def joined(sitter: Sitter, points: Points, triangles: Triangles, colours: Floats) -> Sitter:
    """Return a sitter with something more: its points (p, 3), triangles and reflectance (p, 3)."""
    return replace(
        sitter,
        points=np.vstack([sitter.points, points]),
        triangles=np.vstack([sitter.triangles, triangles + len(sitter.points)]).astype(np.int32),
        colours=np.vstack([sitter.colours, colours]),
        hair=np.concatenate([sitter.hair, np.zeros(len(points))]),
    )


def _expression(space: FaceSpace, random: Generator) -> Floats:
    weights = np.zeros(len(space.expression_names))
    if random.random() > _NEUTRAL:
        chosen = random.choice(len(weights), int(random.integers(1, 7)), replace=False)
        weights[chosen] = random.uniform(0, 0.8, len(chosen))
    for name, most in (("mouthSmileLeft", 0.8), ("jawOpen", 0.4), ("eyeBlinkLeft", 0.6)):
        if random.random() < 0.15:
            weights[space.expression_names.index(name)] = random.uniform(0, most)
            if name.endswith("Left"):
                twin = space.expression_names.index(name.replace("Left", "Right"))
                weights[twin] = weights[space.expression_names.index(name)]
    return weights


def _hair(canvas: _Canvas, random: Generator) -> Floats:
    """Return (n,) how much of each vertex is hair: a cap with its own hair line, often over ears and neck."""
    line = random.uniform(-14, 10) + 5 * _waves(canvas, random, 0.03)
    cap = np.clip((line - canvas.hairline) / 4 + 0.5, 0, 1)
    if random.random() < _BALD:
        cap = cap * random.uniform(0, 0.3)
    if random.random() < 0.4:  # hair that falls over ear and neck
        front = random.uniform(45, 105) + 6 * _waves(canvas, random, 0.03)
        low = random.uniform(-200, -20) + 8 * _waves(canvas, random, 0.05)
        x, y, z = canvas.place.T
        falls = np.clip((y - front) / 5, 0, 1) * np.clip((z - low) / 8, 0, 1) * (np.abs(x) > 15)
        cap = np.maximum(cap, falls)
    return np.asarray(cap * (canvas.interior < 0.5))


def _paint(canvas: _Canvas, random: Generator, hair: Floats) -> Floats:
    tone = random.uniform(0, len(_SKIN) - 1)
    base = np.array([np.interp(tone, range(len(_SKIN)), np.array(_SKIN)[:, c]) for c in range(3)])
    skin = base * np.exp(0.12 * _waves(canvas, random, 0.04) + 0.08 * _waves(canvas, random, 0.15))[:, None]
    skin[:, 1:] *= np.exp(-0.15 * np.abs(_waves(canvas, random, 0.03)))[:, None]
    red = base * np.array([random.uniform(0.6, 1.0), random.uniform(0.35, 0.7), random.uniform(0.35, 0.75)])
    skin = _mix(skin, red, canvas.lips * random.uniform(0.3, 1))
    skin = _mix(skin, base * (0.25, 0.12, 0.1), canvas.interior)
    strand = np.array(_HAIR[int(random.integers(len(_HAIR)))]) * random.uniform(0.6, 1.3)
    width = random.uniform(2.0, 5.0)
    skin = _mix(skin, strand, random.uniform(0.2, 0.95) * np.clip((width - canvas.brow) / 2 + 0.5, 0, 1))
    if random.random() < 0.25:
        patchy = np.clip(1 + _waves(canvas, random, 0.1), 0, 1)
        skin = _mix(skin, strand, random.uniform(0.1, 0.9) * canvas.beard * patchy)
    strands = strand * np.exp(0.35 * _waves(canvas, random, 0.4) + 0.2 * _waves(canvas, random, 0.1))[:, None]
    return _mix(skin, strands, hair)


def _mix(under: Floats, over: Floats, share: Floats) -> Floats:
    mixed: Floats = under + (over - under) * share[:, None]
    return mixed


def _waves(canvas: _Canvas, random: Generator, frequency: float) -> Floats:
    """Return (n,) smooth noise of unit strength over the head, `frequency` in radians per mm."""
    directions = random.normal(0, frequency, (3, 4)).astype(np.float32)
    phases = random.uniform(0, 2 * np.pi, 4).astype(np.float32)
    waves: Floats = np.sin(canvas.place.astype(np.float32) @ directions + phases).sum(axis=1) / np.sqrt(2)
    return waves


def _turned(points: Points, gaze: Floats) -> Points:
    aside, down = np.radians(6 * gaze)
    about_z = np.array([[np.cos(aside), -np.sin(aside), 0], [np.sin(aside), np.cos(aside), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(down), -np.sin(down)], [0, np.sin(down), np.cos(down)]])
    turned: Points = points @ (about_z @ about_x).T
    return turned


@cache
def _canvas(space: FaceSpace) -> _Canvas:
    from scipy.spatial import cKDTree

    topology = space.topology
    place = topology.subdivide(space.mean)
    marks = space.landmarks_68.on(place, topology.triangles)
    on_chart = space.landmarks_68.on(np.column_stack([topology.uv, np.zeros(len(topology.uv))]), topology.triangles)

    def share(name: str) -> Floats:
        return topology.subdivide(topology.region(name).astype(float)[:, None])[:, 0]

    brow = np.full(len(place), np.inf)
    for row in _BROWS:
        line = np.concatenate([np.linspace(a, b, 12) for a, b in zip(marks[row][:-1], marks[row][1:], strict=True)])
        brow = np.minimum(brow, cKDTree(line).query(place)[0])
    scalp, interior = share("scalp") > 0.5, share("interior")
    outside, inside = cKDTree(place[scalp]).query(place)[0], cKDTree(place[~scalp & (interior < 0.5)]).query(place)[0]
    _, y, z = place.T
    beard = np.clip((-52 - z) / 8, 0, 1) * np.clip((62 - y) / 10, 0, 1) * np.clip((z + 150) / 15, 0, 1)
    lips = _inside(topology.uv, on_chart[list(_LIPS), :2])
    neck = np.clip((y - 70) / 25, 0, 1) * (share("ears") < 0.5)
    return _Canvas(
        place=place,
        lips=lips,
        brow=brow,
        hairline=outside - inside,
        beard=beard * (1 - lips),
        interior=interior,
        bulk=np.maximum(scalp, neck),
        modes=space.modes.reshape(len(space.modes), -1).astype(np.float32),
        expressions=space.expressions.reshape(len(space.expressions), -1).astype(np.float32),
    )


def _inside(chart: Floats, corners: Floats) -> Floats:
    polygon = corners.astype(np.float32).reshape(-1, 1, 2)
    return np.array([float(cv2.pointPolygonTest(polygon, (float(u), float(v)), False) >= 0) for u, v in chart])
