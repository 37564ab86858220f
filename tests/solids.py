"""Simple bodies of tetrahedra for tests of mechanics."""

import itertools

import numpy as np

from clinic.case import Ints, Points
from clinic.simulation.mesher import volumes


def block(n: int = 3, size: float = 10.0, shake: float = 0.0) -> tuple[Points, Ints]:
    """A cube of n³ cells, six tetrahedra each; inner points moved at random by up to `shake` of a cell."""
    grid = np.stack(np.meshgrid(*[np.arange(n + 1.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    step = np.array([(n + 1) ** 2, n + 1, 1])
    corner = np.stack(np.meshgrid(*[np.arange(n)] * 3, indexing="ij"), axis=-1).reshape(-1, 3) @ step
    paths = [np.cumsum([0, *(step[axis] for axis in order)]) for order in itertools.permutations(range(3))]
    cells = oriented(grid, np.concatenate([corner[:, None] + path for path in paths]))
    inner = np.all((grid > 0) & (grid < n), axis=1, keepdims=True)
    moves = np.random.default_rng(7).uniform(-shake, shake, grid.shape)
    return (grid + np.where(inner, moves, 0.0)) * size / n, cells


def shell(inner: float, outer: float, levels: int, layers: int) -> tuple[Points, Ints, Ints]:
    """A hollow sphere: points (layer by layer from inside), cells, and the layer number of each point."""
    from trimesh.creation import icosphere

    ball = icosphere(subdivisions=levels)
    directions, triangles = np.asarray(ball.vertices), np.sort(np.asarray(ball.faces), axis=1)
    radii = np.linspace(inner, outer, layers + 1)
    points = np.concatenate([radius * directions for radius in radii])
    count = len(directions)
    a, b, c = triangles.T
    prism = [(a, b, c, c + count), (a, b, b + count, c + count), (a, a + count, b + count, c + count)]
    cells = np.concatenate([np.stack(corners, axis=1) + k * count for k in range(layers) for corners in prism])
    return points, oriented(points, cells), np.repeat(np.arange(layers + 1), count).astype(np.int32)


def oriented(points: Points, cells: Ints) -> Ints:
    """The cells with corners swapped where their volume is negative."""
    turned = cells.astype(np.int32)
    flip = volumes(points, turned) < 0
    turned[flip] = turned[flip][:, [0, 2, 1, 3]]
    return turned
