"""Small pictures of a scan, and of the face that was built from it with what is inferred marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clinic.case import Camera, FaceModel, Pixels, Points, Scan, Triangles
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import Raster, photograph

if TYPE_CHECKING:
    from clinic.reconstruction.scan.prepare import Looked

_DISTANCE_MM, _WIDE_MM, _YAW = 1000.0, 260.0, np.radians(-25.0)
_MIDDLE = np.array([0.0, 20.0, -30.0])  # mm, patient frame
_GROUND = np.array([28.0, 31.0, 36.0])
_CLAY, _INFERRED = (222.0, 200.0, 186.0), (232.0, 160.0, 60.0)
_FINER = 2  # drawn so many times larger, so that edges are smooth


def of_scan(scan: Scan, size: int) -> Pixels:
    """Return (size, size, 3) sRGB of a scan from half left, in its own colours."""
    from clinic.reconstruction.scan.coloured import Coloured

    surface = Coloured(scan.points, scan.triangles, scan.uv, scan.texture, scan.colours)
    raster = photograph(scan.points, scan.triangles, _camera(size))
    colours = surface.seen(raster) if surface.has_colour else np.full((*raster.hit.shape, 3), _CLAY)
    return _lit(raster, scan.points, scan.triangles, colours, 0.4 if surface.has_colour else 0.0)


def of_looked(looked: Looked, size: int) -> Pixels:
    """Return a picture of a file that was looked at, before it is taken."""
    from clinic.reconstruction.scan.prepare import placed

    surface = looked.surface
    uv, texture = (surface.uv, surface.texture) if surface.texture is not None else (None, None)
    colours = surface.colours if texture is None else None
    return of_scan(Scan(placed(looked), surface.triangles, looked.unit, uv, texture, colours), size)


def of_face(face: FaceModel, size: int) -> Pixels:
    """Return (size, size, 3) sRGB of a face from half left, amber where its skin is inferred."""
    points, triangles = face.points, face.topology.triangles
    raster = photograph(points, triangles, _camera(size))
    colours = np.where((face.seen > 0)[:, None], _CLAY, _INFERRED)
    return _lit(raster, points, triangles, raster.carry(colours, triangles), 0.0)


def _camera(size: int) -> Camera:
    wide = size * _FINER
    turn = np.array([[np.cos(_YAW), -np.sin(_YAW), 0], [np.sin(_YAW), np.cos(_YAW), 0], [0, 0, 1]])
    rotation = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]]) @ turn
    shift = np.array([0, 0, _DISTANCE_MM]) - rotation @ _MIDDLE
    return Camera(wide * _DISTANCE_MM / _WIDE_MM, wide / 2, wide / 2, wide, wide, rotation, shift)


def _lit(raster: Raster, points: Points, triangles: Triangles, colours: object, ambient: float) -> Pixels:
    """Light a picture from above the camera; both sides, because a scan may be open."""
    facing = raster.carry(vertex_normals(points, triangles), triangles).astype(np.float64)
    towards = np.array([np.sin(-_YAW), -np.cos(_YAW), 0.45])
    light = np.abs(facing @ (towards / np.linalg.norm(towards)))
    shaded = np.asarray(colours) * (ambient + (1 - ambient) * np.clip(0.15 + 0.9 * light, 0, 1))[..., None]
    whole = np.where(raster.hit[..., None], shaded, _GROUND)
    small = whole.reshape(whole.shape[0] // _FINER, _FINER, whole.shape[1] // _FINER, _FINER, 3).mean(axis=(1, 3))
    pixels: Pixels = np.clip(small, 0, 255).astype(np.uint8)
    return pixels
