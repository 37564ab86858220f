"""How much of the surroundings each vertex sees: depth maps from many directions, drawn on the processor.

For every light direction the surfaces are drawn once, orthographically, into a map of the height nearest to the light;
a vertex is lit as far as it is not below that height. Summed over directions this gives soft shadows and ambient
occlusion at once. Source: Williams 1978 (shadow maps); Sattler et al. 2004 (many of them as ambient occlusion).
"""

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Points, Triangles

CELL_MM = 1.0  # finer shows the facets of lids and nostrils, coarser leaks light under the nose
_BIAS_MM = 0.5  # a surface must lie this far below the map to count as shaded
_SOFT_MM = 1.0  # and is fully shaded this much further down
_LIFT_MM = 0.8  # vertices stand off the surface, so that it does not shade itself
_THREADS = 2


def visibility(points: Points, normals: Points, triangles: Triangles, directions: Points) -> NDArray[np.float32]:
    """Return (k, n): the part (0…1) of each of k directions (k, 3) that n vertices see past all triangles."""
    lifted = points + _LIFT_MM * normals
    with ThreadPoolExecutor(_THREADS) as lanes:
        rows = lanes.map(lambda direction: _seen(points, lifted, triangles, direction), directions)
        return np.stack(list(rows))


def wake() -> None:
    """Load what is compiled, ahead of the first face."""
    corners = np.eye(3)
    visibility(corners, corners, np.array([[0, 1, 2]], np.int32), np.array([[0.0, -1.0, 0.0]]))


def _seen(points: Points, lifted: Points, triangles: Triangles, direction: Points) -> NDArray[np.float32]:
    frame = _frame(direction)
    drawn = points @ frame.T
    origin = drawn[:, :2].min(axis=0) - 2 * CELL_MM
    columns, rows = np.ceil((drawn[:, :2].max(axis=0) - origin) / CELL_MM).astype(int) + 3
    drawn[:, :2] = (drawn[:, :2] - origin) / CELL_MM
    heights = np.full((rows, columns), -1e9)
    _draw(drawn, triangles, heights)
    asked = lifted @ frame.T
    asked[:, :2] = (asked[:, :2] - origin) / CELL_MM
    seen = np.empty(len(lifted), np.float32)
    _compare(asked, heights, _BIAS_MM, _SOFT_MM, seen)
    return seen


def _frame(direction: Floats) -> Floats:
    """Two axes across the direction, then the direction itself: rows of a rotation."""
    third = direction / np.linalg.norm(direction)
    first = np.cross(third, np.eye(3)[np.argmin(np.abs(third))])
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(third, first), third])


@numba.njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _draw(points: Points, triangles: Triangles, heights: Floats) -> None:
    """Keep the greatest height of every triangle over every cell centre."""
    rows, columns = heights.shape
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by, cx, cy = points[a, 0], points[a, 1], points[b, 0], points[b, 1], points[c, 0], points[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-9:
            continue
        left, right = max(int(np.ceil(min(ax, bx, cx))), 0), min(int(max(ax, bx, cx)), columns - 1)
        low, high = max(int(np.ceil(min(ay, by, cy))), 0), min(int(max(ay, by, cy)), rows - 1)
        for y in range(low, high + 1):
            for x in range(left, right + 1):
                u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
                v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
                w = 1.0 - u - v
                if u >= 0.0 and v >= 0.0 and w >= 0.0:
                    height = u * points[a, 2] + v * points[b, 2] + w * points[c, 2]
                    if height > heights[y, x]:
                        heights[y, x] = height


@numba.njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _compare(asked: Points, heights: Floats, bias: float, soft: float, seen: Floats) -> None:
    """Blend the answers of the four cells around each point."""
    rows, columns = heights.shape
    for i in range(len(asked)):
        x, y = asked[i, 0], asked[i, 1]
        column, row = min(max(int(x), 0), columns - 2), min(max(int(y), 0), rows - 2)
        fx, fy = min(max(x - column, 0.0), 1.0), min(max(y - row, 0.0), 1.0)
        total = 0.0
        for dy in range(2):
            for dx in range(2):
                weight = (fx if dx else 1.0 - fx) * (fy if dy else 1.0 - fy)
                below = (heights[row + dy, column + dx] - asked[i, 2] - bias) / soft
                total += weight * (1.0 - min(max(below, 0.0), 1.0))
        seen[i] = total
