"""Surfaces out of voxels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from clinic.case import Floats, Ints, Mask, Points, Triangles
from clinic.case.arrays import freeze
from clinic.geometry import triangle_areas

_SHRINK, _GROW = 0.5, -0.53
_PER_BIN = 2.6  # triangles in a bin that a surface crosses


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A triangulated surface. points: (n, 3) mm, scanner frame LPS. triangles: (m, 3), counter-clockwise outside."""

    points: Points
    triangles: Triangles

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, -1, 3), triangles=(np.int32, -1, 3))


def at_level(values: NDArray[np.int16], level: float) -> tuple[Points, Triangles]:
    """Return where (z, y, x) values cross a level: points in voxels (x, y, z), high values inside. Flying edges."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
    from vtkmodules.vtkCommonDataModel import vtkImageData
    from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

    image = vtkImageData()
    image.SetDimensions(*values.shape[::-1])
    image.GetPointData().SetScalars(numpy_to_vtk(values.reshape(-1)))
    edges = vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, level)
    edges.ComputeNormalsOff()
    edges.ComputeScalarsOff()
    edges.Update()
    found = edges.GetOutput()
    if found.GetNumberOfPolys() == 0:
        return np.empty((0, 3)), np.empty((0, 3), np.int32)
    points = vtk_to_numpy(found.GetPoints().GetData()).astype(np.float64)
    triangles = vtk_to_numpy(found.GetPolys().GetConnectivityArray()).astype(np.int32).reshape(-1, 3)
    return points, triangles


def pieces(count: int, triangles: Triangles) -> Ints:
    """Return (n,) the number of the piece that each of so many points belongs to, from 0."""
    roots = _roots(count, triangles)
    numbers: Ints = np.unique(roots, return_inverse=True)[1].astype(np.int32)
    return numbers


def piece_volumes(points: Points, triangles: Triangles, piece: Ints) -> Floats:
    """Return the signed volume that each piece encloses, negative for the wall of a hole inside a solid."""
    middle = points.mean(axis=0)
    a, b, c = ((points[triangles[:, k]] - middle).astype(np.float32) for k in range(3))
    volumes = np.einsum("ij,ij->i", a, np.cross(b, c)).astype(np.float64) / 6.0
    return np.asarray(np.bincount(piece[triangles[:, 0]], volumes, int(piece.max()) + 1), np.float64)


def kept(points: Points, triangles: Triangles, keep: Mask) -> tuple[Points, Triangles]:
    """Return the surface of some of its (n,) points, which make up whole pieces."""
    number = np.cumsum(keep, dtype=np.int32) - 1
    return points[keep], number[triangles[keep[triangles[:, 0]]]]


def thinned(sheet: Sheet, triangles: int) -> Sheet:
    """Return a surface of about so many triangles, each corner where the planes around it meet (Lindstrom 2000).

    Fast, and within a hundredth of a millimetre; a few edges may have more than two triangles.
    """
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkFiltersCore import vtkQuadricClustering

    if len(sheet.triangles) <= triangles:
        return sheet
    side_mm = float(np.sqrt(_PER_BIN * triangle_areas(sheet.points, sheet.triangles).sum() / triangles))
    extent = np.ptp(sheet.points, axis=0)
    clusters = vtkQuadricClustering()
    clusters.SetInputData(polydata(sheet))
    clusters.AutoAdjustNumberOfDivisionsOff()
    clusters.SetNumberOfDivisions(*(max(2, int(np.ceil(side / side_mm))) for side in extent))
    clusters.Update()
    found = clusters.GetOutput()
    points = vtk_to_numpy(found.GetPoints().GetData()).astype(np.float64)
    return Sheet(points, vtk_to_numpy(found.GetPolys().GetConnectivityArray()).reshape(-1, 3))


def polydata(sheet: Sheet) -> Any:
    """Return a surface as VTK's filters take it."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

    surface, places, cells = vtkPolyData(), vtkPoints(), vtkCellArray()
    places.SetData(numpy_to_vtk(sheet.points, deep=True))
    cells.SetData(3, numpy_to_vtkIdTypeArray(sheet.triangles.astype(np.int64).ravel(), deep=True))
    surface.SetPoints(places)
    surface.SetPolys(cells)
    return surface


def averaged(values: Points, triangles: Triangles, share: float) -> Points:
    """Return (n, 3) values moved by a share of the way to the mean of their neighbours'."""
    even: Points = _averaged(values, triangles, share)
    return even


def faired(points: Points, triangles: Triangles, times: int) -> Points:
    """Return points without noise and slivers and with the same volume (Taubin 1995)."""
    for _ in range(times):
        points = averaged(averaged(points, triangles, _SHRINK), triangles, _GROW)
    return points


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _roots(count: int, triangles: NDArray[np.int32]) -> NDArray[np.int32]:  # pragma: no cover
    parent = np.arange(count, dtype=np.int32)
    for t in range(len(triangles)):
        for k in range(2):
            a, b = triangles[t, k], triangles[t, k + 1]
            while parent[a] != a:
                parent[a] = parent[parent[a]]
                a = parent[a]
            while parent[b] != b:
                parent[b] = parent[parent[b]]
                b = parent[b]
            if a < b:
                parent[b] = a
            else:
                parent[a] = b
    for n in range(count):
        parent[n] = parent[parent[n]]  # parents have lower numbers, so theirs are done
    return parent


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _averaged(
    values: NDArray[np.float64], triangles: NDArray[np.int32], share: float
) -> NDArray[np.float64]:  # pragma: no cover
    many, total = np.zeros(len(values)), np.zeros_like(values)
    for t in range(len(triangles)):
        for k in range(3):
            a, b, c = triangles[t, k], triangles[t, (k + 1) % 3], triangles[t, (k + 2) % 3]
            many[a] += 2.0
            for d in range(3):
                total[a, d] += values[b, d] + values[c, d]
    moved = np.empty_like(values)
    for n in range(len(values)):
        for d in range(3):
            moved[n, d] = values[n, d] + share * (total[n, d] / max(many[n], 1.0) - values[n, d])
    return moved
