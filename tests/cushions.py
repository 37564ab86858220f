"""A flat cushion of layered tissue on a table, which is dented from below and swells on one side."""

import numpy as np
from solids import oriented

from clinic.bench.simulation.problem import Problem
from clinic.case import Ints, Points
from clinic.simulation.tissue import LAYERS

SIDE_MM, THICK_MM = 24.0, 8.0
MIDDLE = np.array([SIDE_MM / 2, SIDE_MM / 2, 0.0])


def cushion(n: int = 4) -> Problem:
    """(n × n) squares of skin, four layers; held at rim and bottom, of which the middle is pushed up by 1 mm."""
    at = np.linspace(0.0, SIDE_MM, n + 1)
    x, y = (grid.ravel() for grid in np.meshgrid(at, at, indexing="ij"))
    levels = np.linspace(0.0, -THICK_MM, len(LAYERS) + 1)
    points = np.concatenate([np.stack([x, y, np.full_like(x, level)], axis=1) for level in levels])
    triangles = _triangles(n)
    cells = _cells(points, triangles, len(x))
    side = (points[:, :2] % SIDE_MM == 0.0).any(axis=1)
    held = side | (points[:, 2] == -THICK_MM)
    middle = np.linalg.norm(points[:, :2] - SIDE_MM / 2, axis=1) < SIDE_MM / 4
    pushed = np.where(middle & held & ~side, 1.0, 0.0)[:, None] * np.array([0.0, 0.0, 1.0])
    layer = np.repeat(np.arange(len(LAYERS), dtype=np.int32), len(cells) // len(LAYERS))
    swollen = (points[cells].mean(axis=1)[:, 0] > SIDE_MM / 2) & (layer == 1)
    growth = np.where(swollen, 1.2, 1.0)
    return Problem(triangles, points, cells, layer, LAYERS, held, pushed, growth)


def _triangles(n: int) -> Ints:
    corner = (np.arange(n)[:, None] * (n + 1) + np.arange(n)).ravel()
    a, b, c, d = corner, corner + n + 1, corner + n + 2, corner + 1
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)


def _cells(points: Points, triangles: Ints, columns: int) -> Ints:
    """Cut each prism by ascending column, layer by layer."""
    a, b, c = np.sort(triangles, axis=1).T
    below_a, below_b, below_c = a + columns, b + columns, c + columns
    prism = np.concatenate(
        [
            np.stack(corners, axis=1)
            for corners in ((a, b, c, below_c), (a, b, below_b, below_c), (a, below_a, below_b, below_c))
        ]
    )
    return oriented(points, np.concatenate([prism + level * columns for level in range(len(LAYERS))]))
