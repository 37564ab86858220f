"""Matches without any error, on the egg-shaped head."""

from dataclasses import replace

import numpy as np
from builders import camera, face

from clinic.case import Camera, Points
from clinic.geometry import triangle_normals
from clinic.reconstruction.camera import turn
from clinic.reconstruction.dense.matches import Matches

TRIANGLES = face().topology.triangles


def aside(degrees: float) -> Camera:
    """`camera()` walked around the head."""
    front = camera()
    about = turn(np.array([0.0, 0.0, np.radians(degrees)]))
    return replace(front, rotation=front.rotation @ about)


def truth(points: Points, cameras: tuple[Camera, Camera]) -> Matches:
    """Exact matches of the front of the head."""
    towards = cameras[0].position + cameras[1].position
    chosen = np.flatnonzero(triangle_normals(points, TRIANGLES) @ (towards / np.linalg.norm(towards)) > 0.7)[::7]
    weights = np.random.default_rng(0).dirichlet((2.0, 2.0, 2.0), len(chosen))
    spots = np.einsum("sk,skd->sd", weights, points[TRIANGLES[chosen]])
    whiten = np.tile(2.0 * np.eye(2), (len(chosen), 1, 1))
    return Matches(0, 1, chosen.astype(np.int32), weights, cameras[0].project(spots), cameras[1].project(spots), whiten)
