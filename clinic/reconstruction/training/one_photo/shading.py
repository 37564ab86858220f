"""Compiled loops of the photographer: normals of vertices, and the light that leaves each pixel."""

from typing import Any

import numpy as np
from numba import njit

from clinic.case import Floats, Points, Triangles


def normals_of(points: Points, triangles: Triangles) -> Floats:
    """Return (n, 3) unit normals, triangles weighted by area."""
    normals: Floats = _normals(np.ascontiguousarray(points), np.ascontiguousarray(triangles))
    return normals


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _normals(points: Any, triangles: Any) -> Any:
    summed = np.zeros((points.shape[0], 3))
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, az = points[j, 0] - points[i, 0], points[j, 1] - points[i, 1], points[j, 2] - points[i, 2]
        bx, by, bz = points[k, 0] - points[i, 0], points[k, 1] - points[i, 1], points[k, 2] - points[i, 2]
        x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        for v in (i, j, k):
            summed[v, 0] += x
            summed[v, 1] += y
            summed[v, 2] += z
    for v in range(points.shape[0]):
        length = np.sqrt((summed[v] ** 2).sum())
        if length > 0:
            summed[v] /= length
    return summed


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def shade(
    chosen: Any, weights: Any, triangles: Any, carried: Any, lit: Any, chart: Any, bumps: Any,
    eye: Any, lamps: Any, colours: Any, even: Any, side: Any, surface: Any, picture: Any,
) -> None:  # fmt: skip
    """Write the light that leaves each hit pixel into `picture` (rows, columns, 3).

    carried: (n, 14) float32 of the vertices: normal, open sky, uv, is skin, gloss, colour, place. lit: (n, l) how much
    of each lamp a vertex sees. bumps: (rows, columns, 3) added to normals. eye: (3,). lamps, colours: (l, 3).
    even: (3,) light from all around, side: (3,) where it is stronger. surface: sharpness, oil, wrap, hollow.
    """
    size = chart.shape[0]
    value = np.zeros(14, np.float32)
    albedo, light, gloss = np.zeros(3, np.float32), np.zeros(3, np.float32), np.zeros(3, np.float32)
    sharp, oily, wrap, hollow = surface
    for row in range(chosen.shape[0]):
        for column in range(chosen.shape[1]):
            t = chosen[row, column]
            if t < 0:
                continue
            value[:] = 0
            for corner in range(3):
                share, v = weights[row, column, corner], triangles[t, corner]
                for k in range(14):
                    value[k] += share * carried[v, k]
            nx, ny, nz = (
                value[0] + bumps[row, column, 0],
                value[1] + bumps[row, column, 1],
                value[2] + bumps[row, column, 2],
            )
            length = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-6
            nx, ny, nz = nx / length, ny / length, nz / length
            if value[6] > 0.5:
                x = min(max(value[4] * size - 0.5, 0.0), size - 1.001)
                y = min(max((1 - value[5]) * size - 0.5, 0.0), size - 1.001)
                i, j = int(y), int(x)
                p, q = y - i, x - j
                for k in range(3):
                    albedo[k] = (1 - p) * ((1 - q) * chart[i, j, k] + q * chart[i, j + 1, k]) + p * (
                        (1 - q) * chart[i + 1, j, k] + q * chart[i + 1, j + 1, k]
                    )
            else:
                albedo[:] = value[8:11]
            ex, ey, ez = eye[0] - value[11], eye[1] - value[12], eye[2] - value[13]
            length = np.sqrt(ex * ex + ey * ey + ez * ez)
            ex, ey, ez = ex / length, ey / length, ez / length
            sky = value[3] ** hollow * (1 + nx * side[0] + ny * side[1] + nz * side[2])
            gloss[:] = 0
            for k in range(3):
                light[k] = even[k] * sky
            for number in range(lamps.shape[0]):
                lx, ly, lz = lamps[number]
                shadow = 0.0
                for corner in range(3):
                    shadow += weights[row, column, corner] * lit[triangles[t, corner], number]
                facing = max((nx * lx + ny * ly + nz * lz + wrap) / (1 + wrap), 0.0) * shadow * (0.4 + 0.6 * value[3])
                hx, hy, hz = lx + ex, ly + ey, lz + ez
                length = np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-6
                shine = max((nx * hx + ny * hy + nz * hz) / length, 0.0) ** sharp * shadow * oily * value[3] * value[7]
                for k in range(3):
                    light[k] += colours[number, k] * facing
                    gloss[k] += colours[number, k] * shine
            for k in range(3):
                picture[row, column, k] = albedo[k] * light[k] + gloss[k]
