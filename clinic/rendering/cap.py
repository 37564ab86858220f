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
_EAR_CLEARANCE_MM = 5.0
# The hem rolled over: (millimetres above the edge, millimetres off the skin), inner side first.
_ROLL = (
    (1.5, 0.6),
    (-0.8, 1.2),
    (-1.6, 2.8),
    (-0.4, 4.6),
    (3.0, 5.9),
    (7.0, 5.9),
    (9.8, 5.0),
    (11.0, 4.4),
    (12.2, 4.6),
    (16.0, 5.4),
)
_ROLL_ROWS = 28
# How open the roll lies to the light: (along it 0…1, part), dark where it meets the skin and in the groove above it.
_FOLDS = ((0.0, 0.25), (0.12, 0.45), (0.3, 0.9), (0.55, 1.0), (0.68, 0.86), (0.76, 0.78), (0.84, 0.9), (1.0, 1.0))
_CROWN_OFFSET_MM = 7.0
_TILE_MM = 24.0  # one tile of the fabric
FABRIC = (0.470, 0.572, 0.620)  # sRGB, the teal-blue of the mock-ups under full light


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


def cap(skin: Points, scalp: Mask, ears: Mask, keep_clear: Mask) -> Cap:
    """Return the cap over `scalp` (n,) of the skin (n, 3) mm, clear of `ears` (n,) and of the skin in `keep_clear`."""
    centre = _centre(skin, scalp)
    turn, lift, radius = _spherical(skin - centre)
    hem = _hem(turn, lift, radius, scalp, ears, keep_clear)
    grid_turn = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    head = _HeadShape(skin[scalp & ~ears] - centre)
    points, rise = _shell(grid_turn, hem, head)
    flat = (np.pi / 2 - rise) * 95.0 / _TILE_MM
    uv = np.stack([flat * np.cos(grid_turn), flat * np.sin(grid_turn)], axis=-1).reshape(-1, 2)
    along, part = np.transpose(_FOLDS)
    folds = np.interp(np.linspace(0, 1, _ROLL_ROWS), along, part)
    opening = np.repeat(np.r_[folds, np.ones(len(rise) - _ROLL_ROWS)], _AROUND)
    above = (lift - np.interp(turn % (2 * np.pi), grid_turn, hem, period=2 * np.pi)) * radius
    above[ears] = -1000.0
    return Cap(points.reshape(-1, 3) + centre, _grid_triangles(*rise.shape), uv, opening, above)


def fabric(size: int = 256) -> Pixels:
    """Return one tile of knitted cotton, (size, size, 3), that continues at its edges; always the same."""
    rows, columns = np.mgrid[0:size, 0:size] * (2 * np.pi / size)
    rows_mm, wales = 22, 34
    knit = np.cos(wales * columns + 0.8 * np.sin(rows_mm * rows)) * (0.6 + 0.4 * np.cos(rows_mm * rows))
    grain = np.random.default_rng(7).normal(size=(size, size))
    cloudy = gaussian_filter(grain, 9, mode="wrap") * 9 + gaussian_filter(grain, 1.2, mode="wrap") * 0.8
    value = 1 + 0.035 * knit + 0.025 * cloudy
    woven: Pixels = np.clip(255 * np.asarray(FABRIC) * value[..., None], 0, 255).astype(np.uint8)
    return woven


def _centre(skin: Points, scalp: Mask) -> Floats:
    """Inside the skull, low enough for the hem at the nape and on the midline."""
    low, high = skin[scalp].min(axis=0), skin[scalp].max(axis=0)
    return np.array([0.0, (low[1] + high[1]) / 2, low[2] + 0.25 * (high[2] - low[2])])


def _spherical(points: Points) -> tuple[Floats, Floats, Floats]:
    """Turn around z (0 to the front), lift above the horizon, both rad, and radius, mm."""
    radius = np.linalg.norm(points, axis=1)
    turn = np.arctan2(points[:, 0], -points[:, 1])
    return turn, np.arcsin(np.clip(points[:, 2] / np.maximum(radius, 1e-9), -1, 1)), radius


def _hem(turn: Floats, lift: Floats, radius: Floats, scalp: Mask, ears: Mask, clear: Mask) -> Floats:
    """The lift of the hem at each of the grid's turns: the scalp's lower border, smooth, above ears and brows."""
    turns = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    border = _lowest(turn[scalp & ~ears], lift[scalp & ~ears], turns)
    border = gaussian_filter1d(border, _AROUND / 24, mode="wrap")
    border = (border + border[::-1].take(np.arange(-1, _AROUND - 1))) / 2
    margin = np.full(len(lift), -np.inf)
    blocked = ears | clear
    margin[blocked] = lift[blocked] + (_EAR_CLEARANCE_MM + 2.0) / radius[blocked]
    floor = -_lowest(turn[blocked], -margin[blocked], turns, empty=np.inf)
    raised = np.maximum(border, floor)
    lifted = gaussian_filter1d(raised, _AROUND / 30, mode="wrap")
    short = gaussian_filter1d(np.maximum(floor - lifted, 0.0), _AROUND / 40, mode="wrap")
    smooth: Floats = lifted + short * 1.5
    return smooth


def _lowest(turn: Floats, lift: Floats, turns: Floats, empty: float | None = None) -> Floats:
    """The smallest lift within 4° of each turn; where there is none, `empty` or what lies beside it."""
    apart = np.abs((turn[None] - turns[:, None] + np.pi) % (2 * np.pi) - np.pi)
    lowest = np.where(apart < np.radians(4), lift[None], np.inf).min(axis=1)
    missing = np.isinf(lowest)
    if empty is not None:
        lowest[missing] = empty
    elif missing.any():
        lowest[missing] = np.interp(turns[missing], turns[~missing], lowest[~missing], period=2 * np.pi)
    found: Floats = lowest
    return found


class _HeadShape:
    """The radius of the skull in any direction, smoothed over about a centimetre."""

    def __init__(self, skull: Points) -> None:
        self._radius = np.linalg.norm(skull, axis=1)
        self._tree = cKDTree(skull / self._radius[:, None])

    def __call__(self, directions: Points) -> Floats:
        distance, index = self._tree.query(directions, k=24)
        weight = np.exp(-((distance / 0.09) ** 2) / 2) + 1e-9
        radius: Floats = (weight * self._radius[index]).sum(axis=1) / weight.sum(axis=1)
        return radius


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
