"""Where a camera shows points of the face, and how that changes with every unknown."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats
from clinic.reconstruction.fitting.model import LinearPoints
from clinic.reconstruction.fitting.state import Solution


@dataclass(frozen=True, slots=True, eq=False)
class Projected:
    """Points in one photo, from the picture's centre.

    plane: (l, 2) px. by_space: (l, 2, 3) derivative by the point in the face space. jacobian: (l, 2, u) by shape, log
    focal length, turn, shift and expression, as `Layout.seen_by` orders them.
    """

    plane: Floats
    by_space: Floats
    jacobian: Floats


def project(points: LinearPoints, solution: Solution, photo: int, lens: int) -> Projected:
    """Return where one photo shows the points."""
    view, focal = solution.views[photo], solution.focal_px(lens)
    turned = points.at(solution.shape, view.expression) @ view.rotation.T
    x, y, z = (turned + view.translation).T
    plane = focal * np.stack([x / z, y / z], axis=1)
    by_point = np.zeros((len(x), 2, 3))  # by the point in camera axes
    by_point[:, 0, 0] = by_point[:, 1, 1] = focal / z
    by_point[:, :, 2] = -plane / z[:, None]
    by_space = by_point @ view.rotation
    shapes = by_space @ points.shapes[:, :, : len(solution.shape)]
    by_turn = np.cross(turned[:, None, :], by_point)
    jacobian = np.concatenate([shapes, plane[:, :, None], by_turn, by_point, by_space @ points.expressions], axis=2)
    return Projected(plane, by_space, jacobian)
