"""Distances that the camera itself measured, in photos of phones with a depth camera."""

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats
from clinic.geometry.rasterise import rasterise
from clinic.reconstruction.scale.sight import Reading, Sight
from clinic.words import say

SOURCE = say("camera's depth")
# TrueDepth at 0.3–0.6 m: some 1 % of the distance (Vogt et al. 2021, Appl. Sci. 11:4270, 0.5–2 mm at 300 mm).
_CAMERA = 0.015
_LEAST = 200  # samples of the face
_ACROSS = 160  # samples across the picture: depth maps are coarse
_FLAT = 0.03  # relative spread of the ratio over the face, above which the map does not show this face


def read(sight: Sight) -> Reading | None:
    """Return the size at which the fitted face is as far away as measured; None if nothing usable was measured."""
    measured = sight.photo.depth
    if measured is None or not measured.absolute:
        return None
    ours = _drawn(sight)
    rows, columns = np.nonzero(np.isfinite(ours))
    theirs = _at(measured.mm, (rows + 0.5) / ours.shape[0], (columns + 0.5) / ours.shape[1])
    known = np.isfinite(theirs) & (theirs > 0)
    if np.count_nonzero(known) < _LEAST:
        return None
    ratios = theirs[known] / ours[rows, columns][known]
    size = float(np.median(ratios))
    spread = 1.4826 * float(np.median(np.abs(ratios / size - 1)))
    return None if spread > _FLAT else Reading(SOURCE, size, float(np.hypot(_CAMERA, spread)))


def _drawn(sight: Sight) -> Floats:
    """Return the depth of the fitted face over the picture, coarse; infinite beside it."""
    camera = sight.camera
    factor = _ACROSS / camera.width
    rows = max(1, round(camera.height * factor))
    depth = camera.to_camera(sight.points)[:, 2]
    drawn = rasterise(camera.project(sight.points) * factor, depth, sight.triangles, rows, _ACROSS).depth
    return np.asarray(drawn, np.float64)


def _at(values: NDArray[np.float32], down: Floats, across: Floats) -> Floats:
    """Look up (rows, columns) values at shares of height and width."""
    row = np.minimum((down * values.shape[0]).astype(int), values.shape[0] - 1)
    column = np.minimum((across * values.shape[1]).astype(int), values.shape[1] - 1)
    return np.asarray(values[row, column], np.float64)
