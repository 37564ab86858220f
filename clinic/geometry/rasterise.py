"""Which triangle each pixel shows: a z-buffer for photos and a look-up for texture space.

Kept out of the package's own names, because importing it loads numba.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clinic.case import Camera, Floats, Ints, Mask, Points, Triangles
from clinic.case.arrays import freeze


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """What stands in front at every pixel.

    triangle: (rows, columns) triangle number, −1 where there is none. weights: (rows, columns, 3) barycentric on the
    surface itself (perspective undone). depth: (rows, columns), infinite where there is nothing.
    """

    triangle: Ints
    weights: NDArray[np.float32]
    depth: NDArray[np.float32]

    def __post_init__(self) -> None:
        freeze(self, triangle=(np.int32, -1, -1), weights=(np.float32, -1, -1, 3), depth=(np.float32, -1, -1))

    @property
    def hit(self) -> Mask:
        """(rows, columns): True where a triangle is seen."""
        seen: Mask = self.triangle >= 0
        return seen

    def carry(self, values: NDArray[Any], triangles: Triangles) -> NDArray[np.float32]:
        """Interpolate (n, k) values of the vertices: (rows, columns, k), zero where there is nothing."""
        carried: NDArray[np.float32] = _carry(
            self.triangle, self.weights, np.ascontiguousarray(values, dtype=np.float32), triangles
        )
        return carried


def rasterise(points: Floats, depth: Floats, triangles: Triangles, rows: int, columns: int) -> Raster:
    """Draw triangles given by image points (n, 2) and positive depths (n,); the nearest wins.

    A pixel belongs to a triangle if its centre (column + ½, row + ½) lies inside. Triangles with a corner at depth 0 or
    behind are left out. Of two equally near triangles the first wins, so the answer is always the same.
    """
    triangle, weights, nearness = _draw(
        np.ascontiguousarray(points, dtype=np.float64),
        np.ascontiguousarray(depth, dtype=np.float64),
        np.ascontiguousarray(triangles, dtype=np.int32),
        rows,
        columns,
    )
    with np.errstate(divide="ignore"):
        drawn = triangle, weights, 1.0 / nearness
    for array in drawn:
        array.setflags(write=False)  # so that they are taken over, not copied
    return Raster(*drawn)


def rasterise_flat(uv: Floats, triangles: Triangles, size: int) -> Raster:
    """Draw a texture chart: uv (n, 2) in [0, 1], v upwards, row 0 at v = 1."""
    flat = np.stack([uv[:, 0] * size, (1.0 - uv[:, 1]) * size], axis=1)
    return rasterise(flat, np.ones(len(uv)), triangles, size, size)


def photograph(points: Points, triangles: Triangles, camera: Camera) -> Raster:
    """Draw a surface as a camera sees it; depth in mm along the camera's axis."""
    return rasterise(camera.project(points), camera.to_camera(points)[:, 2], triangles, camera.height, camera.width)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _draw(points: Any, depth: Any, triangles: Any, rows: int, columns: int) -> Any:
    chosen = np.full((rows, columns), -1, np.int32)
    weights = np.zeros((rows, columns, 3), np.float32)
    nearest = np.zeros((rows, columns), np.float32)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        if depth[a] <= 0 or depth[b] <= 0 or depth[c] <= 0:
            continue
        ax, ay, bx, by, cx, cy = (
            points[a, 0], points[a, 1], points[b, 0], points[b, 1], points[c, 0], points[c, 1],
        )  # fmt: skip
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-12:
            continue
        left, right = max(0, int(np.ceil(min(ax, bx, cx) - 0.5))), min(columns - 1, int(max(ax, bx, cx) - 0.5))
        top, bottom = max(0, int(np.ceil(min(ay, by, cy) - 0.5))), min(rows - 1, int(max(ay, by, cy) - 0.5))
        for row in range(top, bottom + 1):
            y = row + 0.5
            for column in range(left, right + 1):
                x = column + 0.5
                p = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
                q = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
                r = 1.0 - p - q
                if p < -1e-9 or q < -1e-9 or r < -1e-9:
                    continue
                # 1/depth is linear in the image, so it both orders the surfaces and undoes the perspective
                p, q, r = p / depth[a], q / depth[b], r / depth[c]
                near = p + q + r
                if near > nearest[row, column]:
                    nearest[row, column] = near
                    chosen[row, column] = t
                    weights[row, column, 0] = p / near
                    weights[row, column, 1] = q / near
                    weights[row, column, 2] = r / near
    return chosen, weights, nearest


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _carry(chosen: Any, weights: Any, values: Any, triangles: Any) -> Any:
    rows, columns = chosen.shape
    carried = np.zeros((rows, columns, values.shape[1]), np.float32)
    for row in range(rows):
        for column in range(columns):
            t = chosen[row, column]
            if t < 0:
                continue
            for k in range(values.shape[1]):
                for corner in range(3):
                    carried[row, column, k] += weights[row, column, corner] * values[triangles[t, corner], k]
    return carried
