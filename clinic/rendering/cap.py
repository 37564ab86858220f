"""The surgical cap over the scalp, which photos do not rebuild: a soft shell with a rolled hem.

The cap is woven on a grid of its own around the vertical axis of the skull, so that its hem is a smooth line whatever
the mesh below looks like. It is made for the face before surgery and shared by the face after.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter, gaussian_filter1d
from scipy.spatial import cKDTree

from clinic.case import Floats, Mask, Pixels, Points, Triangles

_AROUND, _UP = 200, 56
_EAR_CLEARANCE_MM = 7.0
# The hem rolled over: (millimetres above the edge, millimetres off the skin), inner side first.
_ROLL = (
    (4.0, -6.0), (1.0, 0.3), (-0.8, 1.2), (-1.6, 2.8), (-0.4, 4.6), (3.0, 5.9), (7.0, 5.9), (9.8, 5.0), (11.0, 4.4),
    (12.2, 4.6), (16.0, 5.4),
)  # fmt: skip
_ROLL_ROWS = 34
# How open the roll lies to the light: (along it 0…1, part), dark where it meets the skin and in the groove above it.
_FOLDS = (
    (0.0, 0.2),
    (0.24, 0.3),
    (0.34, 0.5),
    (0.48, 0.92),
    (0.66, 1.0),
    (0.76, 0.86),
    (0.82, 0.78),
    (0.88, 0.9),
    (1.0, 1.0),
)
_CROWN_OFFSET_MM = 7.0
_SLANT = 0.87  # cosine of the hem's usual slope
_TILE_MM = 24.0  # one tile of the fabric
FABRIC = (0.470, 0.572, 0.620)  # sRGB, a teal-blue under full light


@dataclass(frozen=True, slots=True, eq=False)
class Cap:
    """The shell: points (n, 3) mm, triangles (m, 3).

    uv: (n, 2) in tiles of `fabric()`. open: (n,) part of the surroundings that the folds of the hem leave open. above:
    for every skin vertex, mm above the hem, along the skin.
    """

    points: Points
    triangles: Triangles
    uv: Floats
    open: Floats
    above: Floats


class _Line:
    """A smooth height over y through knots (y, z), front to back."""

    def __init__(self, *knots: Floats) -> None:
        self._curve = PchipInterpolator(*np.transpose(knots), extrapolate=True)

    def __call__(self, y: Floats) -> Floats:
        height: Floats = self._curve(y)
        return height


class _HeadShape:
    """The radius of the skull in any direction, smoothed over its nearest vertices."""

    def __init__(self, skull: Points) -> None:
        self._radius = np.linalg.norm(skull, axis=1)
        self._tree = cKDTree(skull / self._radius[:, None])

    def __call__(self, directions: Points) -> Floats:
        distance, index = self._tree.query(directions, k=min(48, len(self._radius)))
        # The weight falls to nothing at the last neighbour: no step where the set of neighbours changes.
        weight = (1 - (distance / (distance[:, -1:] + 1e-9)) ** 2) ** 2 + 1e-12
        radius: Floats = (weight * self._radius[index]).sum(axis=1) / weight.sum(axis=1)
        return radius


def cap(skin: Points, scalp: Mask, ears: Mask, front: Floats) -> Cap:
    """Return the cap over `scalp` (n,) of the skin (n, 3) mm, its hem through `front` (3,) and clear of `ears` (n,)."""
    hem = _hem(skin, scalp, ears, front)
    above = (skin[:, 2] - hem(skin[:, 1])) * _SLANT
    centre = _centre(skin, scalp)
    head = _HeadShape(skin[(above > -25.0) & ~ears] - centre)
    turns = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    points, rise = _shell(turns, _edge(turns, hem, head, centre), head)
    flat = (np.pi / 2 - rise) * 95.0 / _TILE_MM
    uv = np.stack([flat * np.cos(turns), flat * np.sin(turns)], axis=-1).reshape(-1, 2)
    along, part = np.transpose(_FOLDS)
    folds = np.interp(np.linspace(0, 1, _ROLL_ROWS), along, part)
    opening = np.repeat(np.r_[folds, np.ones(len(rise) - _ROLL_ROWS)], _AROUND)
    return Cap(points.reshape(-1, 3) + centre, _grid_triangles(*rise.shape), uv, opening, above)


def fabric() -> Pixels:
    """Return one tile of knitted cotton, (256, 256, 3), that continues at its edges; always the same."""
    size = 256
    rows, columns = np.mgrid[0:size, 0:size] * (2 * np.pi / size)
    rows_mm, wales = 22, 34
    knit = np.cos(wales * columns + 0.8 * np.sin(rows_mm * rows)) * (0.6 + 0.4 * np.cos(rows_mm * rows))
    grain = np.random.default_rng(7).normal(size=(size, size))
    cloudy = gaussian_filter(grain, 9, mode="wrap") * 9 + gaussian_filter(grain, 1.2, mode="wrap") * 0.8
    value = 1 + 0.035 * knit + 0.025 * cloudy
    woven: Pixels = np.clip(255 * np.asarray(FABRIC) * value[..., None], 0, 255).astype(np.uint8)
    return woven


def _hem(skin: Points, scalp: Mask, ears: Mask, front: Floats) -> _Line:
    """The height of the hem over y: from the forehead over the ears to the nape, one smooth line seen from the side."""
    back = np.array([skin[scalp, 1].max(), skin[scalp, 2].min()])
    if not ears.any():
        return _Line(front[1:], back)
    ear = skin[ears]
    over = ear[np.argmax(ear[:, 2]), 1:] + (0.0, _EAR_CLEARANCE_MM)
    for _ in range(4):
        short = (ear[:, 2] + _EAR_CLEARANCE_MM - _Line(front[1:], over, back)(ear[:, 1])).max()
        over[1] += max(float(short), 0.0)
    return _Line(front[1:], over, back)


def _edge(turns: Floats, hem: _Line, head: _HeadShape, centre: Floats) -> Floats:
    """The lift, rad, at which each turn around the skull meets the hem."""
    lifts = np.linspace(np.radians(-60), np.radians(80), 71)
    around, up = (grid.ravel() for grid in np.meshgrid(turns, lifts, indexing="ij"))
    directions = _directions(around, up)
    places = centre + directions * head(directions)[:, None]
    over = (places[:, 2] - hem(places[:, 1])).reshape(len(turns), -1)
    first = len(lifts) - 1 - np.argmax(over[:, ::-1] <= 0, axis=1)  # the highest that is still below the hem
    row = np.arange(len(turns))
    low, high = over[row, first], over[row, np.minimum(first + 1, len(lifts) - 1)]
    edge = lifts[first] + np.clip(-low / np.maximum(high - low, 1e-9), 0, 1) * (lifts[1] - lifts[0])
    smooth: Floats = gaussian_filter1d(edge, 2.0, mode="wrap")
    return smooth


def _centre(skin: Points, scalp: Mask) -> Floats:
    """Inside the skull, low enough for the hem at the nape and on the midline."""
    low, high = skin[scalp].min(axis=0), skin[scalp].max(axis=0)
    return np.array([0.0, (low[1] + high[1]) / 2, low[2] + 0.3 * (high[2] - low[2])])


def _shell(turns: Floats, hem: Floats, head: _HeadShape) -> tuple[Points, Floats]:
    """Grid of points around the centre (up, around, 3) and their lift (up, around)."""
    knots = np.asarray(_ROLL)
    roll = np.linspace(0, 1, _ROLL_ROWS)
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))]
    profile = PchipInterpolator(along / along[-1], knots)(roll)
    edge_radius = head(_directions(turns, hem))
    rolled = hem + profile[:, :1] / edge_radius
    rest = np.linspace(0, 1, _UP - len(roll) + 1)[1:, None]
    upward = rolled[-1] + (np.pi / 2 - rolled[-1]) * rest
    rise = np.concatenate([rolled, upward])
    offset = np.concatenate([profile[:, 1], knots[-1, 1] + (_CROWN_OFFSET_MM - knots[-1, 1]) * np.sqrt(rest[:, 0])])
    around = np.broadcast_to(turns, rise.shape)
    directions = _directions(around.ravel(), rise.ravel())
    skull = head(directions).reshape(rise.shape)
    skull[:10] = np.maximum(skull[:10], edge_radius)
    return directions.reshape(*rise.shape, 3) * (skull + offset[:, None])[..., None], rise


def _directions(turn: Floats, lift: Floats) -> Points:
    return np.stack([np.sin(turn) * np.cos(lift), -np.cos(turn) * np.cos(lift), np.sin(lift)], axis=1)


def _grid_triangles(up: int, around: int) -> Triangles:
    """Two triangles per cell of a grid that closes around, outwards."""
    corner = np.arange(up * around).reshape(up, around)
    beside = np.roll(corner, -1, axis=1)
    a, b, c, d = corner[:-1].ravel(), beside[:-1].ravel(), beside[1:].ravel(), corner[1:].ravel()
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)
