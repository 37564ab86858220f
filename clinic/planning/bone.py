"""Where the patient's own bone goes under a plan."""

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import FaceModel, Load, Points
from clinic.geometry import vertex_normals

_DEEP_MM = 25.0  # bone that lies farther from every place under the skin moves with nothing


def moved_bone(face: FaceModel, loads: Sequence[Load]) -> Points:
    """Return the (b, 3) moves of the points of `face.bone`, mm, patient frame.

    Loads say how the support under each vertex of the skin moves. Bone moves as the nearest of these places does:
    whole segments together, with a step at the cut. Raises ValueError where the face has no bone of its own.
    """
    if face.bone is None or face.thickness_mm is None:
        raise ValueError("the face was not built from a CT")
    by = np.zeros_like(face.control)
    for load in loads:
        by[load.moved] += load.moved_by
    shown = np.flatnonzero(np.isfinite(face.thickness_mm))
    quads = face.topology.control_quads
    normals = vertex_normals(face.control, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]))
    support = face.control[shown] - face.thickness_mm[shown, None] * normals[shown]
    away, near = cKDTree(support).query(face.bone.points, distance_upper_bound=_DEEP_MM)
    held = np.isfinite(away)
    moves = np.zeros_like(face.bone.points)
    moves[held] = by[shown[near[held]]]
    return moves
