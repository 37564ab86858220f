"""Eyeballs that look alive: a smooth ball with cornea and painted iris, in the place and size of the face's own.

Generic in everything but place, size and the colour of the iris, which comes from the face's part.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from clinic.case import Floats, Mask, Part, Points, Triangles

IRIS_MM = 5.85  # radius: the visible iris is 11.7 mm wide. Source: Caroline and André 2002
_PUPIL_MM = 1.8
_EYE_MM = 12.0  # radius of the ball that these measures belong to
_CORNEA_MM, _CORNEA_AHEAD_MM = 7.8, 4.7  # radius of the cornea's curve, and its centre before the ball's
_AROUND = 88
# Degrees from the axis: close rings where the iris is, few beyond, and no back, which is never seen.
_RINGS_DEG = (*np.linspace(0.0, 32.0, 32).tolist(), *np.linspace(36.0, 80.0, 12).tolist())
_SCLERA, _CORNER = (0.84, 0.80, 0.775), (0.78, 0.63, 0.59)
_HAZEL = (0.42, 0.29, 0.17)


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """The front of one ball: points (n, 3) mm, triangles (m, 3), sRGB colours (n, 3) in 0…1.

    normals: (n, 3) of the wet surface, bulged where the cornea is, for the mirrored lights. cornea: (m,) triangles.
    """

    points: Points
    triangles: Triangles
    normals: Points
    colours: Floats
    cornea: Mask


def is_eye(part: Part) -> bool:
    """Tell an eyeball from teeth and tongue."""
    return "eye" in part.name and "lash" not in part.name and "brow" not in part.name


def eye(part: Part) -> Eye:
    """Return the ball that fits an eyeball part, looking straight ahead."""
    centre, radius = _ball(part.points)
    directions, triangles = _front()
    return Eye(
        centre + radius * directions,
        triangles,
        _wet_normals(directions),
        _paint(directions, _iris_colour(part, centre, radius)),
        _off_axis(directions)[triangles].max(axis=1) < IRIS_MM + 0.6,
    )


def _paint(directions: Points, iris: Floats) -> Floats:
    """White of the eye, reddened to the corners, around the iris."""
    distance = _off_axis(directions)
    around = np.arctan2(directions[:, 2], directions[:, 0])
    white = _blend(np.asarray(_SCLERA), np.asarray(_CORNER), _step(8.0, 11.8, distance))
    return _blend(_iris(distance, around, iris), white, _step(IRIS_MM - 0.5, IRIS_MM + 0.35, distance))


def _iris(distance: Floats, around: Floats, colour: Floats) -> Floats:
    """Fibres from the pupil outwards, a lighter collar, and the dark ring at the rim."""
    spokes = gaussian_filter1d(np.random.default_rng(3).normal(size=_AROUND), 0.7, mode="wrap")
    fibres = np.interp(around, np.linspace(-np.pi, np.pi, _AROUND, endpoint=False), spokes, period=2 * np.pi)
    collar = np.exp(-(((distance - 2.8) / 0.7) ** 2))
    rim = _step(IRIS_MM - 1.5, IRIS_MM - 0.2, distance)
    brightness = (1 + 0.16 * fibres * _step(_PUPIL_MM, 3.2, distance) + 0.3 * collar) * (1 - 0.6 * rim)
    pupil = _step(_PUPIL_MM - 0.25, _PUPIL_MM + 0.25, distance)
    painted: Floats = colour * (brightness * pupil)[:, None] + 0.02
    return painted


def _iris_colour(part: Part, centre: Floats, radius: float) -> Floats:
    """The middle colour between pupil and rim on the part itself, or hazel if it has no iris painted."""
    seen = (part.points - centre) / radius
    away = np.hypot(seen[:, 0], seen[:, 2]) * _EYE_MM
    ring = (seen[:, 1] < 0) & (away > 2.4) & (away < 4.8)
    painted = np.median(part.colours[ring], axis=0) / 255 if ring.any() else np.ones(3)
    return painted if painted.max() < 0.7 else np.array(_HAZEL)


def _off_axis(directions: Points) -> Floats:
    """Distance from the axis on a ball of usual size, mm."""
    distance: Floats = np.hypot(directions[:, 0], directions[:, 2]) * _EYE_MM
    return distance


def _wet_normals(directions: Points) -> Points:
    """The ball's own normals, the cornea's within the iris, and a smooth passage between them."""
    cornea = directions * _EYE_MM - np.array([0.0, -_CORNEA_AHEAD_MM, 0.0])
    cornea /= np.linalg.norm(cornea, axis=1, keepdims=True)
    distance = _off_axis(directions)
    mixed = _blend(cornea, directions, _step(IRIS_MM - 1.2, IRIS_MM + 0.8, distance))
    normals: Points = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return normals


def _ball(points: Points) -> tuple[Floats, float]:
    """Centre and radius of the sphere through the points, least squares."""
    lhs = np.c_[2 * points, np.ones(len(points))]
    solved = np.linalg.lstsq(lhs, (points**2).sum(axis=1), rcond=None)[0]
    centre: Floats = solved[:3]
    return centre, float(np.sqrt(solved[3] + centre @ centre))


def _front() -> tuple[Points, Triangles]:
    """Part of a unit sphere around its pole to the front (−y), in rings; outward triangles."""
    polar = np.radians(_RINGS_DEG)
    turn = np.linspace(-np.pi, np.pi, _AROUND, endpoint=False)
    ring, spin = np.meshgrid(polar, turn, indexing="ij")
    points = np.stack([np.sin(ring) * np.cos(spin), -np.cos(ring), np.sin(ring) * np.sin(spin)], axis=-1)
    corner = np.arange(len(polar) * _AROUND).reshape(len(polar), _AROUND)
    beside = np.roll(corner, -1, axis=1)
    a, b, c, d = corner[:-1].ravel(), corner[1:].ravel(), beside[1:].ravel(), beside[:-1].ravel()
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    return points.reshape(-1, 3), triangles.astype(np.int32)


def _step(low: float, high: float, value: Floats) -> Floats:
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    smooth: Floats = t * t * (3 - 2 * t)
    return smooth


def _blend(first: Floats, second: Floats, share: Floats) -> Floats:
    blended: Floats = first + (second - first) * share[:, None]
    return blended
