"""Random skins, painted on the texture chart: tone, blotches, pores, lips, brows, lids, beard, make-up."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from clinic.case import Floats
from clinic.geometry.rasterise import rasterise_flat
from clinic.reconstruction.face_space import FaceSpace

SIZE = 256  # texels along a side of the chart
_BOLT = 1024
_FAINT = 1e-3
Chart = NDArray[np.float32]
# Linear reflectance of skin from very light to very dark, and of hair.
TONES = np.array(
    [
        [0.72, 0.52, 0.43], [0.60, 0.40, 0.30], [0.46, 0.28, 0.19],
        [0.30, 0.16, 0.10], [0.17, 0.09, 0.06], [0.08, 0.05, 0.035],
    ]
)  # fmt: skip
HAIRS = np.array(
    [
        [0.012, 0.010, 0.010], [0.04, 0.025, 0.018], [0.12, 0.07, 0.04],
        [0.33, 0.22, 0.11], [0.25, 0.09, 0.04], [0.45, 0.45, 0.45],
    ]
)  # fmt: skip
LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
BROWS = (((70, 63, 105, 66, 107), (46, 53, 52, 65, 55)), ((300, 293, 334, 296, 336), (276, 283, 282, 295, 285)))
UPPER_LIDS = ((33, 246, 161, 160, 159, 158, 157, 173, 133), (263, 466, 388, 387, 386, 385, 384, 398, 362))
LOWER_LIDS = ((33, 7, 163, 144, 145, 153, 154, 155, 133), (263, 249, 390, 373, 374, 380, 381, 382, 362))


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """Where things lie on the chart. marks: (478, 2) texels. place: (rows, columns, 3) mm on the mean head.

    inside: (rows, columns) 1 in mouth, nostrils and sockets.
    """

    marks: Floats
    place: Chart
    inside: Chart


@cache
def canvas(space: FaceSpace) -> Canvas:
    """Return the canvas of a face space."""
    topology = space.topology
    chart = rasterise_flat(topology.uv, topology.triangles, SIZE)
    flat = np.column_stack([topology.uv, np.zeros(len(topology.uv))])
    uv = space.landmarks_478.on(flat, topology.triangles)[:, :2]
    marks = np.column_stack([uv[:, 0], 1 - uv[:, 1]]) * SIZE
    interior = topology.subdivide(topology.region("interior").astype(float)[:, None])
    skin = topology.subdivide(space.mean)
    return Canvas(marks, chart.carry(skin, topology.triangles), chart.carry(interior, topology.triangles)[..., 0])


def paint(space: FaceSpace, hair: Floats, random: Generator) -> Chart:
    """Return (rows, columns, 3) linear reflectance of a random skin; hair: (3,) the colour of brows and beard."""
    on = canvas(space)
    tone = random.uniform(0, len(TONES) - 1)
    base = np.array([np.interp(tone, range(len(TONES)), channel) for channel in TONES.T])
    base = base * np.exp(random.normal(0, 0.12) + random.normal(0, 0.05, 3))
    skin = np.asarray(np.float32(base) * np.exp(_mottled(random)), np.float32)
    skin = _blend(skin, _lip_colour(base, random), area(on.marks[list(LIPS)], random.uniform(1, 4)), random, 0.1, 1)
    if random.random() < 0.3:
        skin = _blend(skin, hair * random.uniform(0.6, 1.4), _beard(on, random), random, 0.1, 0.95)
    for upper, lower in BROWS:
        shape = _brow(on.marks[list(upper)], on.marks[list(lower)], random)
        skin = _blend(skin, hair * random.uniform(0.7, 1.5), shape, random, 0.15, 1)
    dark = base * random.uniform(0.05, 0.6)
    for lid in UPPER_LIDS:
        skin = _blend(skin, dark, _line(on.marks[list(lid)], random.uniform(1, 4), random), random, 0.3, 1)
    for lid in LOWER_LIDS:
        skin = _blend(skin, dark, _line(on.marks[list(lid)], random.uniform(1, 2.5), random), random, 0, 0.7)
    inner = np.float32(base * np.array([0.25, 0.10, 0.09]) * random.uniform(0.3, 1.5))
    return skin + (inner - skin) * on.inside[..., None]


def clouds(random: Generator, cells: int) -> Chart:
    """Return (rows, columns, 1) smooth noise of about unit strength, so many cells along a side."""
    cloth = _bolts(cells)
    row, column = random.integers(0, _BOLT - SIZE, 2)
    piece = cloth[row : row + SIZE, column : column + SIZE]
    return piece[:: random.choice([-1, 1]), :: random.choice([-1, 1]), None]


@cache
def _bolts(cells: int) -> Chart:
    """A large piece of noise to cut charts from: making noise anew would take longer than drawing the head."""
    many = max(2, cells * _BOLT // SIZE)
    coarse = np.random.default_rng(cells).standard_normal((many, many)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (_BOLT, _BOLT), interpolation=cv2.INTER_CUBIC), np.float32)


def _mottled(random: Generator) -> Chart:
    """Return the logarithm of how skin departs from its mean colour."""
    strength = random.uniform(0, 1, 5) ** 2
    red = np.array([0.3, -1.0, -0.8], np.float32)
    grey = np.float32(0.22 * strength[0]) * clouds(random, 5) + np.float32(0.15 * strength[1]) * clouds(random, 24)
    grey += np.float32(0.10 * strength[3]) * clouds(random, 90) + np.float32(0.12 * strength[4]) * clouds(random, SIZE)
    if random.random() < 0.4:
        grey += np.float32(random.uniform(-1, 0.1)) * np.clip(clouds(random, 120) - np.float32(1.8), 0, 1)
    mottled: Chart = grey + np.float32(0.16 * strength[2]) * clouds(random, 7) * red
    return mottled


def _lip_colour(base: Floats, random: Generator) -> Floats:
    colour = base * np.array([random.uniform(0.5, 1.0), random.uniform(0.3, 0.8), random.uniform(0.35, 0.85)])
    return random.uniform(0.02, 0.5, 3) * (1, 0.4, 0.5) if random.random() < 0.12 else colour


def area(corners: Floats, soft: float) -> Chart:
    """Return a mask of a polygon (n, 2) in texels, with a soft edge so many texels wide."""
    mask = np.zeros((SIZE, SIZE), np.float32)
    cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 1.0)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), soft), np.float32)


def _line(points: Floats, width: float, random: Generator) -> Chart:
    mask = np.zeros((SIZE, SIZE), np.float32)
    cv2.polylines(mask, [np.round(points * 8).astype(np.int32)], False, 1.0, max(1, round(width)), cv2.LINE_AA, 3)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), random.uniform(0.5, 1.6)), np.float32)


def _brow(upper: Floats, lower: Floats, random: Generator) -> Chart:
    """A brow of its own height, thickness and length, out of strokes."""
    across = lower - upper
    middle = (upper + lower) / 2 + random.normal(0, 0.45) * across
    thick = random.uniform(0.12, 0.62)
    outline = np.vstack([middle - thick * across, (middle + thick * across)[::-1]])
    strokes = np.clip(1 + random.uniform(0, 0.8) * clouds(random, 140)[..., 0], 0, 1.6)
    return np.asarray(np.clip(area(outline, random.uniform(1, 4)) * strokes, 0, 1), np.float32)


def _beard(on: Canvas, random: Generator) -> Chart:
    x, y, z = np.moveaxis(on.place, 2, 0)
    top, back = random.uniform(-62, -38), random.uniform(30, 75)
    cover = np.clip((top - z) / 8, 0, 1) * np.clip((back - y) / 10, 0, 1) * np.clip((z + 150) / 15, 0, 1)
    if random.random() < 0.5:  # round the mouth only
        cover = cover * np.clip((random.uniform(25, 45) - np.abs(x)) / 6, 0, 1)
    lips = area(on.marks[list(LIPS)], 1.5)
    patchy = np.clip(0.9 + random.uniform(0, 0.7) * clouds(random, 100)[..., 0], 0, 1.3)
    return np.asarray(np.clip(cover * (1 - lips) * patchy, 0, 1), np.float32)


def _blend(under: Chart, over: Floats, share: Chart, random: Generator, least: float, most: float) -> Chart:
    rows, columns = np.flatnonzero(share.max(axis=1) > _FAINT), np.flatnonzero(share.max(axis=0) > _FAINT)
    if len(rows):
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        weight = np.float32(random.uniform(least, most)) * share[box][..., None]
        under[box] += (np.float32(over) - under[box]) * weight
    return under
