"""Where the face is on a surface of any size that lies anyhow: rendered from all sides, and read like photos."""

from dataclasses import dataclass
from itertools import permutations, product

import cv2
import numpy as np

from clinic.case import Camera, Floats, Mask, Pixels, Points
from clinic.geometry.rasterise import Raster, photograph
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import IRISES, Detection, detect
from clinic.reconstruction.scan.coloured import Coloured
from clinic.reconstruction.scan.errors import NoFaceInScan
from clinic.reconstruction.scan.placing import Placing, similarity
from clinic.words import say

_SEARCH_PX, _READ_PX = 512, 768
_FAR, _FILLS = 3.0, 0.85  # distance of the camera in sizes of the surface, share of the picture it fills
_FACE_MM, _EYE_MM = 260.0, 900.0  # of the face alone: width of the picture, distance of the camera
_MIDDLE = np.array([0.0, 0.0, -25.0])  # of the picture, mm in face space
_YAWS_DEG = (-35.0, -15.0, 0.0, 15.0, 35.0)
_FITS = 0.09  # root mean square from the mean face, as share of its size, that still is a face
_SURE = 0.06
_TOWARDS_FACE = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])  # looking along +y, z up


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """points: (478, 3) in the surface's own axes and unit, NaN where not seen. placing: from there to face space."""

    points: Points
    placing: Placing
    inside_out: bool


def find(surface: Coloured, space: FaceSpace, progress: Progress) -> Marked:
    """Return where the detector's points lie on a surface. Raises NoFaceInScan.

    It is looked at like clay first; its own colours are asked where they are needed.
    """
    first = _searched(surface.plain, space, progress.part(0.0, 0.4))
    if surface.has_colour and (first is None or first.off > _FITS):
        first = _searched(surface, space, progress.part(0.4, 0.7))
    if first is None or first.off > _FITS:
        raise NoFaceInScan
    progress.report(0.7, say("Reading the face from several sides"))
    return _read(surface, space, first)


def _searched(surface: Coloured, space: FaceSpace, progress: Progress) -> Placing | None:
    """Return the placing from the first look that surely shows a face, else from the best, None if there is none."""
    best: Placing | None = None
    turns = _turns()
    for number, turn in enumerate(turns):
        progress.report(number / len(turns), say("Looking for the face"))
        raster, picture = _seen(surface, _around(surface, turn))
        for face in detect(picture)[:1]:
            placed = similarity(_lifted(surface, raster, face), space)
            if placed is not None and (best is None or placed.off < best.off):  # None: hollow, seen from behind
                best = placed
        if best is not None and best.off < _SURE:
            break
    return best


def _read(surface: Coloured, space: FaceSpace, placing: Placing) -> Marked:
    """Return the median of what is seen from several sides near the front."""
    seen, facing = [], []
    looks = (surface.plain, surface) if surface.has_colour else (surface,)
    for look, yaw in product(looks, _YAWS_DEG):
        camera = _before(placing, yaw)
        raster, picture = _seen(look, camera)
        for face in detect(picture)[:1]:
            points = _lifted(look, raster, face)
            placed = similarity(points, space)
            if placed is not None and placed.off < _FITS:
                seen.append(points)
                facing.append(_facing(look, raster, camera))
    placed = similarity(_median(np.stack(seen)), space) if seen else None
    if placed is None or placed.off > _FITS:
        raise NoFaceInScan
    return Marked(_median(np.stack(seen)), placed, bool(np.median(facing) < 0))


def _median(seen: Points) -> Points:
    """Return (478, 3) medians over (k, 478, 3), NaN where no look or only one of many shows a point."""
    known = np.isfinite(seen[..., 0]).sum(axis=0)
    enough = known >= min(2, len(seen))
    median = np.full(seen.shape[1:], np.nan)
    median[enough] = np.nanmedian(seen[:, enough], axis=0)
    return median


def _turns() -> list[Floats]:
    """Return the 24 right-angled turns, the usual ones first: upright already, y up facing z, z up facing back."""
    usual = [np.eye(3), np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]), np.diag([-1.0, -1, 1])]
    every = []
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            turn = np.zeros((3, 3))
            turn[range(3), order] = signs
            if np.linalg.det(turn) > 0 and not any(np.array_equal(turn, known) for known in usual):
                every.append(turn)
    return usual + every


def _around(surface: Coloured, turn: Floats) -> Camera:
    """Return a camera that sees the whole surface after a turn (3, 3) that would make it look along −y, z up."""
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    centre, size = (low + high) / 2, float(np.linalg.norm(high - low))
    rotation = _TOWARDS_FACE @ turn
    focal = _FILLS * _SEARCH_PX * _FAR
    shift = np.array([0, 0, _FAR * size]) - rotation @ centre
    return Camera(focal, _SEARCH_PX / 2, _SEARCH_PX / 2, _SEARCH_PX, _SEARCH_PX, rotation, shift)


def _before(placing: Placing, yaw_deg: float) -> Camera:
    """Return a camera before the face, turned about its height; distances are in the surface's own unit."""
    yaw = np.radians(yaw_deg)
    about_z = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    turn = _TOWARDS_FACE @ about_z
    ahead = np.array([0, 0, _EYE_MM]) + turn @ (placing.translation - _MIDDLE)
    focal = _READ_PX * _EYE_MM / _FACE_MM
    shift = ahead / placing.size
    return Camera(focal, _READ_PX / 2, _READ_PX / 2, _READ_PX, _READ_PX, turn @ placing.rotation, shift)


def _seen(surface: Coloured, camera: Camera) -> tuple[Raster, Pixels]:
    """Draw the surface under a lamp beside the camera; both sides of it, because files err in which is outside."""
    raster = photograph(surface.points, surface.triangles, camera)
    towards = surface.flat_normals[raster.triangle] @ camera.rotation[2]
    drawn = raster.carry(surface.normals, surface.triangles).astype(np.float64) @ camera.rotation.T
    drawn *= np.where(towards > 0, -1.0, 1.0)[..., None]
    light = np.clip(-0.75 * drawn[..., 2] - 0.3 * drawn[..., 1] + 0.15, 0, 1)[..., None]
    colour = surface.seen(raster)
    # its own colours carry the light they were taken in
    bright = light if not surface.has_colour else 0.45 + 0.55 * light
    picture = np.where(raster.hit[..., None], bright * colour, 32.0)
    return raster, np.asarray(cv2.GaussianBlur(picture.astype(np.uint8), (3, 3), 0))


def _lifted(surface: Coloured, raster: Raster, face: Detection) -> Points:
    """Return the (478, 3) places on the surface under the detected points, NaN beside it and on the irises."""
    columns, rows = np.floor(face.points[:, :2]).astype(int).T
    height, width = raster.triangle.shape
    inside: Mask = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    inside[IRISES:] = False
    triangle = np.full(len(rows), -1)
    triangle[inside] = raster.triangle[rows[inside], columns[inside]]
    hit = triangle >= 0
    weights = raster.weights[rows[hit], columns[hit]].astype(np.float64)
    points = np.full((len(rows), 3), np.nan)
    points[hit] = np.einsum("nk,nkd->nd", weights, surface.points[surface.triangles[triangle[hit]]])
    return points


def _facing(surface: Coloured, raster: Raster, camera: Camera) -> float:
    """Return how far the surface's outside faces the camera, −1…1: the median over the middle of the picture."""
    middle = np.zeros(raster.hit.shape, bool)
    middle[_READ_PX // 4 : -_READ_PX // 4, _READ_PX // 4 : -_READ_PX // 4] = True
    shown = raster.triangle[middle & raster.hit]
    return float(np.median(-surface.flat_normals[shown] @ camera.rotation[2]))
