"""How thick soft tissue is: from points of the skin straight inwards to bone."""

from typing import Any

import numpy as np

from clinic.case import Floats, Points
from clinic.reconstruction.tomography.sheet import Sheet, polydata

DEEPEST_MM = 60.0  # beyond that a line has passed between bones
_TOUCH_MM = 1e-3  # a line through a corner of triangles meets them


def thickness(points: Points, normals: Points, bone: Sheet) -> Floats:
    """Return (n,) mm from skin to the first bone along the inward normals, NaN where there is none within 60 mm.

    points and normals (outward, unit): (n, 3), in the frame of the bone.
    """
    from vtkmodules.vtkCommonCore import reference
    from vtkmodules.vtkCommonDataModel import vtkStaticCellLocator

    locator = vtkStaticCellLocator()
    locator.SetDataSet(polydata(bone))
    locator.BuildLocator()
    deep = np.full(len(points), np.nan)
    share: Any = reference(0.0)
    number_of: Any = reference(0)
    hit, local = [0.0] * 3, [0.0] * 3
    for place, (begin, end) in enumerate(zip(points, points - DEEPEST_MM * normals, strict=True)):
        if locator.IntersectWithLine(list(begin), list(end), _TOUCH_MM, share, hit, local, number_of):
            deep[place] = float(share.get()) * DEEPEST_MM
    return deep
