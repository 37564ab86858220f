"""The patient's own scan as it goes into a file: in the patient frame, and after surgery moved with the face."""

import numpy as np

from clinic.case import Acquisition, FaceModel, Points
from clinic.geometry import vertex_normals
from clinic.geometry.nearest import Surface
from clinic.mesh_files import FRAME_PATIENT, MeshFile

_REACH_MM = 12.0  # how far off the face, hair and cloth go along with it, less and less
NAME = "scan"


def own_scan(face: FaceModel, taken: Acquisition, displacement: Points | None = None) -> MeshFile | None:
    """Return the scan that the face was built from, mm, patient frame; None without one.

    displacement: (n, 3) mm of the face's skin. Each point of the scan moves as the nearest place of the face does.
    """
    scan, fit = taken.scan, face.scan
    if scan is None or fit is None or fit.scan_id != scan.id:
        return None
    points = fit.place(scan.points)
    if displacement is not None:
        points = points + carried(face, displacement, points)
    return MeshFile(
        points,
        scan.triangles,
        "mm",
        FRAME_PATIENT,
        name=NAME,
        uv=scan.uv,
        texture=scan.texture,
        colours=scan.colours,
        normals=vertex_normals(points, scan.triangles),
    )


def carried(face: FaceModel, displacement: Points, points: Points) -> Points:
    """Return (k, 3) how places beside the face move with its skin: like the nearest place, fading out with distance."""
    triangles = face.topology.triangles
    found = Surface(face.points, triangles).nearest(points)
    away = np.linalg.norm(found.points - points, axis=1)
    share = np.clip(2 - away / (_REACH_MM / 2), 0, 1)[:, None]
    moved: Points = share * np.einsum("nk,nkd->nd", found.weights, displacement[triangles[found.triangle]])
    return moved
