"""How well each point of the face is known: one standard deviation per vertex, and how many photos see it."""

from collections.abc import Sequence

import numpy as np

from clinic.case import Camera, Floats, Mask, Pixels, Points, Topology
from clinic.geometry import vertex_normals

# Errors over what the covariance promises, and what no mode can say. Measured on twelve rendered heads of another
# family (ICT FaceKit), point to surface: 90 % intervals cover 93 % from one photo and 89 % from three.
CALIBRATION = 1.75
UNMODELLED_MM = 1.0
_ACROSS_PX = 320  # the face is drawn this wide for the depth test
_SLACK_MM = 3.0
_GRAZING = 0.15  # cosine below which a surface is seen too flat to tell anything


def vertex_sigma(modes: Floats, covariance: Floats, topology: Topology, size: float) -> Floats:
    """Return (n,) mm, one standard deviation along each axis (root mean square of the three).

    modes: (k, c, 3). covariance: (k, k) of their weights.
    """
    values, vectors = np.linalg.eigh(covariance)
    spread = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
    variance = np.zeros(len(topology.uv))
    for moved in np.tensordot(spread, modes, 1):
        variance += (topology.subdivide(moved) ** 2).sum(axis=1)
    return size * np.sqrt(CALIBRATION**2 * variance / 3 + UNMODELLED_MM**2)


def seen(photos: Sequence[tuple[Camera, Points]], topology: Topology) -> Pixels:
    """Return (n,) how many photos show each vertex; each photo gives its camera and the vertices in its expression.

    The scalp counts as hidden by hair, the inside of mouth, nose and sockets as hidden by the face.
    """
    covered = topology.region("interior") | topology.region("scalp")
    bare = topology.subdivide(covered.astype(float)[:, None])[:, 0] < 0.5
    count = np.zeros(len(topology.uv), np.uint8)
    for camera, points in photos:
        count += _visible(camera, points, topology) & bare
    return count


def _visible(camera: Camera, points: Points, topology: Topology) -> Mask:
    from clinic.geometry.rasterise import photograph

    towards = camera.position - points
    towards /= np.linalg.norm(towards, axis=1, keepdims=True)
    facing = (vertex_normals(points, topology.triangles) * towards).sum(axis=1) > _GRAZING
    near = _close_up(camera, points)
    drawn = photograph(points, topology.triangles, near).depth
    pixel = np.clip(np.floor(near.project(points)).astype(int), 0, (near.width - 1, near.height - 1))
    behind = near.to_camera(points)[:, 2] - drawn[pixel[:, 1], pixel[:, 0]]
    column, row = camera.project(points).T
    framed = (column >= 0) & (column < camera.width) & (row >= 0) & (row < camera.height)
    visible: Mask = facing & framed & (behind < _SLACK_MM)
    return visible


def _close_up(camera: Camera, points: Points) -> Camera:
    """Return the same camera, looking at the head alone and at a fixed fineness."""
    image = camera.project(points)
    low, high = image.min(axis=0), image.max(axis=0)
    zoom = _ACROSS_PX / float(high[0] - low[0])
    cx, cy = (np.array([camera.cx, camera.cy]) - low) * zoom
    height = int(np.ceil((high[1] - low[1]) * zoom))
    return Camera(camera.focal_px * zoom, cx, cy, _ACROSS_PX, height, camera.rotation, camera.translation)
