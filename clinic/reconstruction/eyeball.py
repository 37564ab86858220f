"""A sphere that looks like an eye: iris, pupil and the dark rim of the iris as vertex colours."""

from functools import cache

import numpy as np

from clinic.case import Floats, Mask, Part, Pixels, Points, Triangles

IRIS_RADIUS_MM = 5.85  # horizontal visible iris diameter 11.7 mm
BROWN = (96, 64, 42)
_PUPIL_RADIUS_MM = 1.75
_AROUND = 64
_SCLERA, _SCLERA_BACK, _PUPIL = (232, 226, 220), (214, 180, 170), (14, 12, 12)
_LIMBUS_DARKER = 0.45
# Radii in mm from the axis at which colour changes; the close pairs make edges crisp.
_RINGS = (0.9, 1.70, 1.80, 2.4, 3.2, 4.0, 4.7, 5.2, 5.6, 5.95, 6.3, 7.5, 9.0, 10.5)
_BACK = 14  # rings from there to the back pole


def eyeball(name: str, centre: Points, radius: float, iris_rgb: tuple[int, int, int] = BROWN) -> Part:
    """Return one eye looking straight ahead (−y). centre: (3,) mm. radius: mm."""
    directions, triangles, colours = _eye(round(radius, 6), iris_rgb)
    return Part(name, centre + radius * directions, triangles, colours)


@cache
def _eye(radius: float, iris_rgb: tuple[int, int, int]) -> tuple[Points, Triangles, Pixels]:
    polar = _polar(radius)
    around = 2 * np.pi * np.arange(_AROUND) / _AROUND
    out = np.sin(polar)[:, None]
    ring = np.stack(
        [out * np.cos(around), np.broadcast_to(-np.cos(polar)[:, None], (len(polar), _AROUND)), out * np.sin(around)], 2
    )
    directions = np.vstack([[[0, -1, 0]], ring.reshape(-1, 3), [[0, 1, 0]]])
    off_axis = np.r_[0, np.repeat(radius * np.sin(polar), _AROUND), 0]
    front = np.r_[True, np.repeat(polar < np.pi / 2, _AROUND), False]
    streak = np.r_[0, np.tile(np.sin(9 * around) * np.cos(23 * around), len(polar)), 0]
    colours = _colours(off_axis, front, streak, iris_rgb, directions[:, 1])
    return directions, _faces(len(polar)), colours


def _polar(radius: float) -> Floats:
    front = np.arcsin(np.array(_RINGS) / radius)
    back = np.linspace(front[-1], np.pi, _BACK + 1)[1:-1]
    return np.concatenate([front, back])


def _faces(rings: int) -> Triangles:
    step = np.arange(_AROUND)
    beside = (step + 1) % _AROUND
    front = np.stack([np.zeros_like(step), 1 + step, 1 + beside], 1)
    rows = 1 + _AROUND * np.arange(rings - 1)[:, None]
    a, b = (rows + step).ravel(), (rows + beside).ravel()
    c, d = b + _AROUND, a + _AROUND
    last = 1 + _AROUND * (rings - 1)
    pole = np.stack([np.full(_AROUND, last + _AROUND), last + beside, last + step], 1)
    return np.vstack([front, np.stack([a, d, c], 1), np.stack([a, c, b], 1), pole]).astype(np.int32)


def _colours(off_axis: Floats, front: Mask, streak: Floats, iris_rgb: tuple[int, int, int], forward: Floats) -> Pixels:
    iris = np.array(iris_rgb) * (1 + 0.12 * streak[:, None])
    towards_rim = np.clip((off_axis - 4.6) / (IRIS_RADIUS_MM - 4.6), 0, 1)[:, None]
    iris = iris * (1 - _LIMBUS_DARKER * towards_rim)
    back = np.clip((forward + 0.75) / 0.9, 0, 1)[:, None]
    white = np.array(_SCLERA) * (1 - back) + np.array(_SCLERA_BACK) * back
    is_iris = (front & (off_axis < IRIS_RADIUS_MM))[:, None]
    is_pupil = (front & (off_axis < _PUPIL_RADIUS_MM))[:, None]
    colours = np.where(is_pupil, _PUPIL, np.where(is_iris, iris, white))
    return np.clip(colours, 0, 255).astype(np.uint8)
