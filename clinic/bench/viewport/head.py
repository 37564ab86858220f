"""A textured head-like surface of a hundred thousand triangles, always the same."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from clinic.case import Floats, Pixels, Points, Triangles

_ROWS, _COLUMNS = 225, 224  # (rows − 1) × columns × 2 triangles
_SEMI_AXES_MM = (75.0, 95.0, 115.0)
_TEXTURE_PX = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """points (n, 3) mm, triangles (m, 3), uv (n, 2), texture (h, w, 3)."""

    points: Points
    triangles: Triangles
    uv: Floats
    texture: Pixels

    def colours(self, light: float) -> Pixels:
        """Return (n, 4) of one light."""
        coloured = np.full((len(self.points), 4), 255, np.uint8)
        coloured[:, :3] = round(255 * light)
        return coloured


def head() -> Head:
    """Return an ellipsoid with bumps the size of a nose, and a mottled texture."""
    v, u = np.meshgrid(np.linspace(0.02, 0.98, _ROWS), np.linspace(0, 1, _COLUMNS + 1), indexing="ij")
    polar, turn = np.pi * v, 2 * np.pi * u
    radial = 1 + 0.04 * np.sin(9 * turn) * np.sin(7 * polar)
    sphere = np.stack([np.sin(polar) * np.sin(turn), -np.sin(polar) * np.cos(turn), -np.cos(polar)], axis=-1)
    corner = np.arange(_ROWS * (_COLUMNS + 1)).reshape(_ROWS, _COLUMNS + 1)
    a, b, c, d = (part.ravel() for part in (corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]))
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)
    points = (radial[..., None] * sphere * _SEMI_AXES_MM).reshape(-1, 3)
    return Head(points, triangles, np.stack([u, v], axis=-1).reshape(-1, 2), _mottled())


def _mottled() -> Pixels:
    grain = np.random.default_rng(1).normal(size=(_TEXTURE_PX, _TEXTURE_PX))
    tone = 1 + 0.6 * gaussian_filter(grain, 6, mode="wrap") + 0.03 * grain
    texture: Pixels = np.clip(np.array([205.0, 160.0, 140.0]) * tone[..., None], 0, 255).astype(np.uint8)
    return texture
