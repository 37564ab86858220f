"""VTK's XML PolyData (.vtp), read through VTK: its data may be text, base64 or appended, plain or compressed."""

import re
from typing import Any

import numpy as np

from clinic.case import Pixels
from clinic.mesh_files.mesh import FRAME_UNKNOWN, MeshFile, UnusableMeshFile
from clinic.words import say

_MARK = re.compile(rb"<VTKFile[^>]*type\s*=\s*[\"']PolyData[\"']")
_POLYGONS = re.compile(rb"NumberOf(?:Polys|Strips)\s*=\s*[\"'](\d+)")


def declared(data: bytes) -> int:
    """Return how many polygons the file says it holds."""
    return sum(int(number) for number in _POLYGONS.findall(data))


def decode(data: bytes) -> MeshFile | None:
    """Return the surface, polygons cut into triangles; None if this is no VTP. Raises UnusableMeshFile."""
    if not _MARK.search(data[:4096]):
        return None
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkObject
    from vtkmodules.vtkFiltersCore import vtkTriangleFilter
    from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

    vtkObject.GlobalWarningDisplayOff()  # what VTK says of a damaged file is for programmers
    reader: Any = vtkXMLPolyDataReader()
    reader.ReadFromInputStringOn()
    reader.SetInputString(data, len(data))
    cut = vtkTriangleFilter()
    cut.PassLinesOff()
    cut.PassVertsOff()
    cut.SetInputConnection(reader.GetOutputPort())
    cut.Update()
    found = cut.GetOutput()
    if reader.GetErrorCode() or found.GetNumberOfPolys() == 0:
        raise UnusableMeshFile(say("it is damaged, cut short, or holds no surface"))
    triangles = vtk_to_numpy(found.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    flats, colours = found.GetPointData().GetTCoords(), _colours(found)
    uv = None if flats is None or flats.GetNumberOfComponents() != 2 else vtk_to_numpy(flats)
    points = vtk_to_numpy(found.GetPoints().GetData())
    return MeshFile(points, triangles.astype(np.int32), "", FRAME_UNKNOWN, uv=uv, colours=colours)


def _colours(found: Any) -> Pixels | None:
    """Return (n, 3) the colours of the points, None without."""
    from vtkmodules.util.numpy_support import vtk_to_numpy

    scalars = found.GetPointData().GetScalars()
    if scalars is None or scalars.GetNumberOfComponents() not in (3, 4):
        return None
    values = vtk_to_numpy(scalars)
    return np.asarray(values[:, :3]) if values.dtype == np.uint8 else None
