"""How near a face lies to a scan, by one fixed rule."""

import numpy as np

from clinic.case import FaceModel, Floats, Points, Triangles
from clinic.geometry import vertex_normals
from clinic.geometry.nearest import Surface
from clinic.reconstruction.scan.target import LEAST_COSINE

_REACH_MM = 90.0


def distances(face: FaceModel, points: Points, triangles: Triangles) -> Floats:
    """Return (k,) mm from points of a scan to the face: all within 90 mm of the nose tip that face the same way.

    points: (n, 3) mm in the patient frame, triangles: (m, 3). A point counts if the normals of scan and face agree
    within 60° at the nearest place of the face; none is left out for being far.
    """
    near = np.linalg.norm(points - face.landmarks()["pronasale"], axis=1) < _REACH_MM
    used = np.unique(triangles)
    asked = used[near[used]]
    normals = vertex_normals(points, triangles)[asked]
    found = Surface(face.points, face.topology.triangles).nearest(points[asked])
    agree = (found.normals * normals).sum(axis=1) > LEAST_COSINE
    away: Floats = np.linalg.norm(found.points - points[asked], axis=1)[agree]
    return away
