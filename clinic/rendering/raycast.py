"""Volume rendering: rays through a volume gather light from where skin or bone begins (Levoy 1988).

Drawn in this process without OpenGL, so that any thread can draw and a coarse volume turns under the mouse.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clinic.case import Floats, Pixels
from clinic.case.arrays import freeze

SKIN, BONE = "skin", "bone"
_STEP = 0.5  # voxels of the finest side
_RAMP = 0.35  # of the way from a level to the next material, over which it becomes opaque
_GHOST = 0.010  # opacity of skin per step where bone is looked at
_SKIN_RGB, _BONE_RGB = (224.0, 184.0, 160.0), (238.0, 228.0, 204.0)
_WIDE_MM = 290.0  # what the picture shows


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """What is drawn. values: (z, y, x) coarse, axes left, back, up. spacing: (3,) mm. skin, bone: levels."""

    values: NDArray[np.int16]
    spacing: Floats
    skin: float
    bone: float | None
    soft: float

    def __post_init__(self) -> None:
        freeze(self, values=(np.int16, -1, -1, -1), spacing=(np.float64, 3))


def cast(body: Body, preset: str, yaw_deg: float, pitch_deg: float, size: int, ground: tuple[int, int, int]) -> Pixels:
    """Return (size, size, 3) of a body from the front, turned; yaw + shows the patient's left, pitch + from above."""
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    towards = np.array([-np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), -np.sin(pitch)])
    right = np.array([np.cos(yaw), np.sin(yaw), 0.0])
    up = np.cross(right, towards)
    of_bone = preset == BONE and body.bone is not None
    level = float(body.bone) if of_bone and body.bone is not None else body.skin
    ramp = _RAMP * abs(body.soft - body.skin)
    colour = np.array(_BONE_RGB if of_bone else _SKIN_RGB)
    ghost = (body.skin, _GHOST) if of_bone else (level, 0.0)
    picture: Pixels = _cast(
        body.values, body.spacing, towards, right, up, size, _WIDE_MM / size, level, ramp, colour, ghost[0], ghost[1],
        np.array(_SKIN_RGB), np.array(ground, np.float64),
    )  # fmt: skip
    return picture


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sample(values: NDArray[np.int16], x: float, y: float, z: float) -> float:  # pragma: no cover
    i, j, k = int(x), int(y), int(z)
    u, v, w = x - i, y - j, z - k
    a = values[k, j, i] + u * (values[k, j, i + 1] - float(values[k, j, i]))
    b = values[k, j + 1, i] + u * (values[k, j + 1, i + 1] - float(values[k, j + 1, i]))
    c = values[k + 1, j, i] + u * (values[k + 1, j, i + 1] - float(values[k + 1, j, i]))
    d = values[k + 1, j + 1, i] + u * (values[k + 1, j + 1, i + 1] - float(values[k + 1, j + 1, i]))
    a += v * (b - a)
    c += v * (d - c)
    value: float = a + w * (c - a)
    return value


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def _cast(
    values: NDArray[np.int16],
    spacing: Floats,
    towards: Floats,
    right: Floats,
    up: Floats,
    size: int,
    mm: float,
    level: float,
    ramp: float,
    colour: Floats,
    ghost_level: float,
    ghost: float,
    ghost_colour: Floats,
    ground: Floats,
) -> NDArray[np.uint8]:  # pragma: no cover
    picture = np.empty((size, size, 3), np.uint8)
    extent = np.array([values.shape[2], values.shape[1], values.shape[0]], np.float64)
    middle = 0.5 * (extent - 1.0)
    step = _STEP * spacing.min()
    way = step * towards / spacing
    far = 0.5 * np.sqrt(((extent * spacing) ** 2).sum())
    light = -0.85 * towards - 0.35 * right + 0.4 * up
    light /= np.sqrt((light * light).sum())
    for row in range(size):
        for column in range(size):
            start = (column + 0.5 - 0.5 * size) * mm * right + (0.5 * size - row - 0.5) * mm * up - far * towards
            at = middle + start / spacing
            first, last = 0.0, 2.0 * far / step
            for d in range(3):
                if abs(way[d]) < 1e-9:
                    if at[d] < 1.0 or at[d] > extent[d] - 2.001:
                        last = -1.0
                    continue
                one, other = (1.0 - at[d]) / way[d], (extent[d] - 2.001 - at[d]) / way[d]
                first, last = max(first, min(one, other)), min(last, max(one, other))
            seen, red, green, blue = 0.0, 0.0, 0.0, 0.0
            n = np.ceil(first)
            while n <= last and seen < 0.97:
                x, y, z = at[0] + n * way[0], at[1] + n * way[1], at[2] + n * way[2]
                value = _sample(values, x, y, z)
                share, r, g, b = 0.0, colour[0], colour[1], colour[2]
                if value > level:
                    share = min(1.0, (value - level) / ramp)
                elif ghost > 0.0 and value > ghost_level:
                    share, r, g, b = ghost, ghost_colour[0], ghost_colour[1], ghost_colour[2]
                if share > 0.0:
                    gx = (_sample(values, x + 1, y, z) - _sample(values, x - 1, y, z)) / spacing[0]
                    gy = (_sample(values, x, y + 1, z) - _sample(values, x, y - 1, z)) / spacing[1]
                    gz = (_sample(values, x, y, z + 1) - _sample(values, x, y, z - 1)) / spacing[2]
                    length = np.sqrt(gx * gx + gy * gy + gz * gz) + 1e-6
                    lit = max(0.0, -(gx * light[0] + gy * light[1] + gz * light[2]) / length)
                    bright = (1.0 - seen) * share * (0.16 + 0.84 * lit)
                    red, green, blue = red + bright * r, green + bright * g, blue + bright * b
                    seen += (1.0 - seen) * share
                n += 1.0
            picture[row, column, 0] = np.uint8(min(255.0, red + (1.0 - seen) * ground[0]))
            picture[row, column, 1] = np.uint8(min(255.0, green + (1.0 - seen) * ground[1]))
            picture[row, column, 2] = np.uint8(min(255.0, blue + (1.0 - seen) * ground[2]))
    return picture
