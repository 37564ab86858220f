"""Eyeballs that look alive: a smooth ball with an iris painted on, in the place and size of the face's own.

Generic in everything but place, size and the colour of the iris, which comes from the face's part.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from clinic.case import Floats, Part, Pixels, Points, Triangles

IRIS_MM = 5.9  # radius; the visible iris measures 11.7 mm. Source: Caroline and André 2002
_PUPIL_MM = 1.9
_EYE_MM = 12.0  # radius of the ball that the two figures above belong to
_SIZE = 384
_SCLERA, _CORNER = (0.865, 0.825, 0.795), (0.80, 0.66, 0.62)
_HAZEL = (0.42, 0.29, 0.17)


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """One ball: points (n, 3) mm, triangles (m, 3), normals (n, 3), uv (n, 2) into its texture."""

    points: Points
    triangles: Triangles
    normals: Points
    uv: Floats
    texture: Pixels


def is_eye(part: Part) -> bool:
    """Tell an eyeball from teeth and tongue."""
    return "eye" in part.name


def eye(part: Part) -> Eye:
    """Return the ball that fits an eyeball part, looking straight ahead."""
    centre, radius = _ball(part.points)
    directions, triangles = _sphere(48, 64)
    uv = 0.5 + 0.5 * directions[:, [0, 2]]
    return Eye(centre + radius * directions, triangles, directions, uv, paint(_iris_colour(part, centre, radius)))


def paint(iris: tuple[float, float, float], size: int = _SIZE) -> Pixels:
    """Return the front of an eye (size, size, 3), seen from ahead; `iris` is its sRGB colour in 0…1."""
    rows, columns = np.mgrid[0:size, 0:size] / (size - 1) * 2 - 1
    distance = np.hypot(rows, columns) * _EYE_MM
    around = np.arctan2(rows, columns)
    sclera = _blend(np.asarray(_SCLERA), np.asarray(_CORNER), _step(8.2, 12.0, distance)[..., None])
    painted = _blend(
        _iris(distance, around, np.asarray(iris)), sclera, _step(IRIS_MM - 0.35, IRIS_MM + 0.3, distance)[..., None]
    )
    return np.clip(255 * painted, 0, 255).astype(np.uint8)


def _iris(distance: Floats, around: Floats, colour: Floats) -> Floats:
    """Fibres from the pupil outwards, a lighter collar and the dark ring at the rim."""
    spokes = np.random.default_rng(3).normal(size=720)
    fibres = np.interp(
        around, np.linspace(-np.pi, np.pi, 721)[:-1], gaussian_filter(spokes, 2.0, mode="wrap"), period=2 * np.pi
    )
    collar = np.exp(-(((distance - 2.9) / 0.8) ** 2))
    rim = _step(IRIS_MM - 1.3, IRIS_MM, distance)
    brightness = (1 + 0.45 * fibres * _step(_PUPIL_MM, 3.2, distance) + 0.35 * collar) * (1 - 0.62 * rim)
    pupil = _step(_PUPIL_MM - 0.2, _PUPIL_MM + 0.2, distance)
    painted: Floats = colour * (brightness * pupil)[..., None] + 0.012
    return painted


def _iris_colour(part: Part, centre: Floats, radius: float) -> tuple[float, float, float]:
    """The middle colour between pupil and rim on the part itself, or hazel if it has no iris painted."""
    seen = (part.points - centre) / radius
    away = np.hypot(seen[:, 0], seen[:, 2]) * _EYE_MM
    ring = (seen[:, 1] < 0) & (away > 2.4) & (away < 4.8)
    if not ring.any():
        return _HAZEL
    red, green, blue = (np.median(part.colours[ring], axis=0) / 255).tolist()
    return (red, green, blue) if max(red, green, blue) < 0.7 else _HAZEL


def _ball(points: Points) -> tuple[Floats, float]:
    """Centre and radius of the sphere through the points, least squares."""
    lhs = np.c_[2 * points, np.ones(len(points))]
    solved = np.linalg.lstsq(lhs, (points**2).sum(axis=1), rcond=None)[0]
    centre: Floats = solved[:3]
    return centre, float(np.sqrt(solved[3] + centre @ centre))


def _sphere(rings: int, around: int) -> tuple[Points, Triangles]:
    """Unit sphere with its pole to the front (−y) and finer rings there; outward triangles."""
    polar = np.pi * np.linspace(0, 1, rings + 1) ** 1.25
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    ring, spin = np.meshgrid(polar, turn, indexing="ij")
    points = np.stack([np.sin(ring) * np.cos(spin), -np.cos(ring), np.sin(ring) * np.sin(spin)], axis=-1)
    corner = np.arange((rings + 1) * around).reshape(rings + 1, around)
    beside = np.roll(corner, -1, axis=1)
    a, b, c, d = corner[:-1].ravel(), corner[1:].ravel(), beside[1:].ravel(), beside[:-1].ravel()
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    return points.reshape(-1, 3), triangles.astype(np.int32)


def _step(low: float, high: float, value: Floats) -> Floats:
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    smooth: Floats = t * t * (3 - 2 * t)
    return smooth


def _blend(first: Floats, second: Floats, share: Floats) -> Floats:
    blended: Floats = first + (second - first) * share
    return blended
