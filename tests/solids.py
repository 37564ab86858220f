"""Simple bodies of tetrahedra for tests of mechanics."""

import itertools

import numpy as np

from clinic.case import Ints, Mask, Points
from clinic.simulation.shaping import volumes


def block(n: int = 3, size: float = 10.0, shake: float = 0.0) -> tuple[Points, Ints]:
    """A cube of n³ cells, six tetrahedra each; inner points moved at random by up to `shake` of a cell."""
    grid, cells = bricks(n, n, n)
    inner = np.all((grid > 0) & (grid < n), axis=1, keepdims=True)
    moves = np.random.default_rng(7).uniform(-shake, shake, grid.shape)
    return (grid + np.where(inner, moves, 0.0)) * size / n, cells


def bricks(*n: int) -> tuple[Points, Ints]:
    """A box of n₁ × n₂ × n₃ unit cubes, six tetrahedra each."""
    grid = np.stack(np.meshgrid(*[np.arange(k + 1.0) for k in n], indexing="ij"), axis=-1).reshape(-1, 3)
    step = np.array([(n[1] + 1) * (n[2] + 1), n[2] + 1, 1])
    corner = np.stack(np.meshgrid(*[np.arange(k) for k in n], indexing="ij"), axis=-1).reshape(-1, 3) @ step
    paths = [np.cumsum([0, *(step[axis] for axis in order)]) for order in itertools.permutations(range(3))]
    return grid, oriented(grid, np.concatenate([corner[:, None] + path for path in paths]))


def cheek(n: int, layers: int) -> tuple[Points, Ints, Ints]:
    """A slab of 60 × 60 × 15 mm like a cheek: points, cells, and their layer: 0 skin, 1 fat, 2 muscle, from above.

    n × n × layers bricks, muscle on its support at z = 0.
    """
    grid, cells = bricks(n, n, layers)
    points = grid * (60 / n, 60 / n, 15 / layers)
    height = points[cells].mean(axis=1)[:, 2]
    return points, cells, np.select([height > 12, height > 3], [0, 1], 2).astype(np.int32)


def pushed(points: Points, size: float) -> tuple[Mask, Points]:
    """The points of a cheek that are held, (p,), and where to, (p, 3).

    A smooth bump of 20 mm radius in the support goes up by size and aside by ⅜ of that; the sides stay.
    """
    x, y, z = points.T
    held = (z == 0) | (x == 0) | (x == 60) | (y == 0) | (y == 60)
    bump = np.clip(1 - ((x - 30) ** 2 + (y - 30) ** 2) / 20**2, 0, None) ** 2
    return held, np.where(z == 0, size * bump, 0.0)[:, None] * (0.375, 0.0, 1.0)


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


def ball(outer: float, levels: int, layers: int) -> tuple[Points, Ints]:
    """A ball in layers of equal thickness, its middle the last point."""
    points, cells, level = shell(outer / layers, outer, levels, layers - 1)
    inside = level[cells] == 0
    touching = inside.sum(axis=1) == 3
    innermost = cells[touching][inside[touching]].reshape(-1, 3)
    middle = np.column_stack([innermost, np.full(len(innermost), len(points))])
    points = np.concatenate([points, np.zeros((1, 3))])
    return points, oriented(points, np.concatenate([cells, middle]))


def oriented(points: Points, cells: Ints) -> Ints:
    """The cells with corners swapped where their volume is negative."""
    turned = cells.astype(np.int32)
    flip = volumes(points, turned) < 0
    turned[flip] = turned[flip][:, [0, 2, 1, 3]]
    return turned
