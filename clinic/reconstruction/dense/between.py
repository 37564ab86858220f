"""The view halfway between two photos, into which both are carried through the mesh.

There each is stretched by half the angle between them only, and both are blurred alike by being resampled.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from clinic.case import Camera, Floats, Ints, Mask, Points, Triangles
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import Raster, photograph
from clinic.reconstruction.dense.matches import THINNEST, edges_of
from clinic.reconstruction.dense.sighting import Image, Sighting, px_per_mm

_MARGIN_PX = 12


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Two photos laid over each other.

    camera: the middle view. points: (n, 3) the mesh, the mean of both expressions; raster: as that view shows it.
    places: for each photo (rows, columns, 2), where its crop shows the skin at that pixel of the middle view. shared:
    (rows, columns), 1 where both show it.
    """

    sightings: tuple[Sighting, Sighting]
    camera: Camera
    points: Points
    raster: Raster
    places: tuple[Image, Image]
    shared: Image

    def skin(self, rows: Ints, columns: Ints, triangles: Triangles) -> tuple[Ints, Floats, Floats]:
        """Return triangle (s,), weights (s, 3) and (2, s, 2, 2) Jacobians of each crop by the middle view at pixels."""
        triangle = self.raster.triangle[rows, columns]
        corners = triangles[triangle]
        first, second = self.sightings
        views = ((self.camera, self.points), (first.camera, first.points), (second.camera, second.points))
        edges = [edges_of(camera.project(points)[corners]) for camera, points in views]
        sound = np.abs(np.linalg.det(edges[0])) > THINNEST
        back = np.linalg.inv(np.where(sound[:, None, None], edges[0], np.eye(2)))
        return triangle, self.raster.weights[rows, columns].astype(np.float64), np.stack([e @ back for e in edges[1:]])

    def looks(self, flow: Image) -> tuple[Image, Image]:
        """Return both photos carried into the middle view; `flow` (rows, columns, 2) is how far the second lies off."""
        half = flow * np.float32(0.5)
        moved = (shifted(self.places[0], -half), shifted(self.places[1], half))
        return self.sightings[0].look(moved[0]), self.sightings[1].look(moved[1])


def shifted(image: Image, by: Image) -> Image:
    """Return an image (rows, columns[, k]) read at each pixel moved `by` (rows, columns, 2)."""
    rows, columns = by.shape[:2]
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    read: Image = cv2.remap(image, x + by[..., 0], y + by[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return read


def between(first: Sighting, second: Sighting, triangles: Triangles, usable: Mask) -> Between:
    """Lay two photos over each other. usable: (n,) vertices that are skin."""
    points = (first.points + second.points) / 2
    camera = _middle(first.camera, second.camera, points, usable)
    raster = photograph(points, triangles, camera)
    first_places, first_seen = _found(first, raster, triangles)
    second_places, second_seen = _found(second, raster, triangles)
    skin = raster.carry(usable.astype(np.float32)[:, None], triangles)[..., 0] > 0.99
    shared = (raster.hit & skin & first_seen & second_seen).astype(np.float32)
    return Between((first, second), camera, points, raster, (first_places, second_places), shared)


def _middle(first: Camera, second: Camera, points: Points, usable: Mask) -> Camera:
    """Return a camera halfway, as fine as the coarser of both, that frames the skin."""
    face = points[usable]
    centre = face.mean(axis=0)
    out = [camera.position - centre for camera in (first, second)]
    distances = [float(np.linalg.norm(each)) for each in out]
    forward = -(out[0] / distances[0] + out[1] / distances[1])
    forward /= np.linalg.norm(forward)
    down = first.rotation[1] + second.rotation[1]
    across = np.cross(down, forward)
    across /= np.linalg.norm(across)
    rotation = np.stack([across, np.cross(forward, across), forward])
    distance = sum(distances) / 2
    fine = min(px_per_mm(camera, face) for camera in (first, second))
    translation = np.array([0.0, 0.0, distance]) - rotation @ centre
    camera = Camera(fine * distance, 0.0, 0.0, 1, 1, rotation, translation)
    image = camera.project(face)
    low, high = image.min(axis=0) - _MARGIN_PX, image.max(axis=0) + _MARGIN_PX
    width, height = np.ceil(high - low).astype(int)
    return Camera(camera.focal_px, -low[0], -low[1], int(width), int(height), rotation, translation)


def _found(sighting: Sighting, raster: Raster, triangles: Triangles) -> tuple[Image, Mask]:
    camera = sighting.camera
    normals = vertex_normals(sighting.points, triangles)
    towards = camera.position - sighting.points
    cosine = (normals * towards).sum(axis=1) / np.linalg.norm(towards, axis=1)
    columns: Floats = np.column_stack([camera.to_camera(sighting.points), cosine])
    x, y, depth, facing = np.moveaxis(raster.carry(columns, triangles), 2, 0)
    safe = np.where(raster.hit, depth, np.float32(1))
    focal = np.float32(camera.focal_px)
    places = np.stack([focal * x / safe + np.float32(camera.cx), focal * y / safe + np.float32(camera.cy)], axis=2)
    return places, sighting.sees(places, depth, facing)
