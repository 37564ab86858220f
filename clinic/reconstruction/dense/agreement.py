"""Which matches agree with one another, and how the second camera would have to stand for them."""

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import Camera, Floats, Mask, Points, Triangles
from clinic.reconstruction.camera import turn
from clinic.reconstruction.dense.matches import Matches

Meshes = tuple[Points, Points]
_TURN, _SHIFT_MM = 0.03, 8.0  # how far a camera may be off, one standard deviation
_SHAPE_MM = 2.5  # how far the mesh may be off: what a camera cannot explain
_ROUNDS = 6
_NEIGHBOURS = 16
_ODD = 3.0  # standard deviations, or times the usual difference
# In pixels of the matcher, see `agreeing`.
_USUAL_PX = 0.5
_SCATTERED_PX = 1.0  # where neighbours differ by more, they follow shade or edges
_NEAR_PX, _LONELY = 30.0, 4.0  # px, and how many times that the farthest neighbour may be away
_FLAT = 0.5  # what holds the planes flat, in neighbours


def settled(matches: Matches, cameras: tuple[Camera, Camera], points: Meshes, faces: Triangles) -> Camera:
    """Return the second camera, turned and shifted so that the mesh meets the matches best.

    Only for laying photos over each other more closely: it takes errors of shape upon itself.
    """
    first, second = cameras
    centre = points[1].mean(axis=0)
    for _ in range(_ROUNDS):
        error, derivative = _linearised(matches, (first, second), points, faces, centre)
        sigma = _SHAPE_MM * second.focal_px / float(second.to_camera(centre[None])[0, 2])
        weight = 1 / (1 + (error**2).sum(axis=1) / sigma**2)
        flat = derivative.reshape(-1, 6)
        weighted = flat * np.repeat(weight, 2)[:, None] / sigma**2
        prior = np.diag([_TURN**-2] * 3 + [_SHIFT_MM**-2] * 3)
        step = -np.linalg.solve(weighted.T @ flat + prior, weighted.T @ error.ravel())
        second = _moved(second, centre, step)
    return second


def agreeing(matches: Matches, cameras: tuple[Camera, Camera], points: Meshes, faces: Triangles, pixel: float) -> Mask:
    """Tell which matches keep to the epipolar lines that the others follow, and to what their neighbours say.

    pixel: length, in pixels of the second photo, of those in which differences are judged: a photo may be finer than
    what was compared of it.
    """
    if len(matches.triangle) <= _NEIGHBOURS:
        return np.zeros(len(matches.triangle), bool)
    centre = points[1].mean(axis=0)
    error, derivative = _linearised(matches, cameras, points, faces, centre)
    along = _epipolar(matches, cameras, points, faces)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    covariance = np.linalg.inv(matches.whiten.transpose(0, 2, 1) @ matches.whiten)
    off = _off_the_lines((error * across).sum(axis=1) / pixel, np.einsum("si,sik->sk", across, derivative) / pixel)
    sigma = np.sqrt(np.einsum("si,sij,sj->s", across, covariance, across)) / pixel
    on_line = np.abs(off) < _ODD * np.hypot(sigma, 0.5 * _USUAL_PX)
    agreed: Mask = on_line & _like_neighbours(
        matches.image_second / pixel, (error * along).sum(axis=1) / pixel, on_line
    )
    return agreed


def _off_the_lines(off: Floats, derivative: Floats) -> Floats:
    """Return (s,) how far off the epipolar lines, whatever the relative pose explains taken out."""
    scale = np.array([_TURN] * 3 + [_SHIFT_MM] * 3)
    columns = derivative * scale
    left = off
    for _ in range(_ROUNDS):
        spread = 1.4826 * float(np.median(np.abs(left))) + 0.05
        weight = 1 / (1 + (left / (2 * spread)) ** 2)
        weighted = columns * (weight / spread**2)[:, None]
        left = off - columns @ np.linalg.solve(weighted.T @ columns + np.eye(6), weighted.T @ off)
    return left


def _like_neighbours(places: Floats, along: Floats, trusted: Mask) -> Mask:
    """Tell which matches lie along their lines where the surface through their neighbours does.

    The surface is a plane fitted robustly to the nearest trusted ones; where those scatter, nobody is believed.
    """
    if trusted.sum() <= _NEIGHBOURS:
        return np.zeros(len(places), bool)
    known = np.flatnonzero(trusted)
    _, near = cKDTree(places[known]).query(places, _NEIGHBOURS + 1)
    near = known[near[:, 1:]]
    away = (places[near] - places[:, None]) / _NEAR_PX
    columns = np.concatenate([np.ones((*near.shape, 1)), away], axis=2)
    expected, scatter = _plane(columns, along[near])
    odd = np.abs(along - expected) > _ODD * np.hypot(scatter, 0.5 * _USUAL_PX)
    kept: Mask = ~odd & (scatter < _SCATTERED_PX) & (np.linalg.norm(away, axis=2).max(axis=1) < _LONELY)
    return kept


def _plane(columns: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return (s,) the planes' values at their origins and (s,) the usual distance from them; columns (s, k, 3)."""
    hold = np.diag([1e-6, _FLAT, _FLAT])
    left = values - np.median(values, axis=1, keepdims=True)
    origin, scatter = np.zeros(len(values)), np.ones(len(values))
    for _ in range(_ROUNDS // 2):
        scatter = 1.4826 * np.median(np.abs(left), axis=1)
        weight = 1 / (1 + (left / (2 * scatter[:, None] + 0.05)) ** 2)
        weighted = columns * weight[:, :, None]
        solved = np.linalg.solve(
            weighted.transpose(0, 2, 1) @ columns + hold, (weighted * values[:, :, None]).sum(axis=1)[:, :, None]
        )
        left = values - (columns @ solved)[:, :, 0]
        origin = solved[:, 0, 0]
    return origin, scatter


def _linearised(
    matches: Matches, cameras: tuple[Camera, Camera], points: Meshes, faces: Triangles, centre: Points
) -> tuple[Floats, Floats]:
    """Return errors (s, 2) px in the second photo and derivatives (s, 2, 6) by its camera's turn and shift."""
    plain = replace(matches, whiten=np.tile(np.eye(2), (len(matches.triangle), 1, 1)))
    error = plain.residual(cameras, points, faces)
    spots = np.einsum("sk,skd->sd", matches.weights, points[1][faces[matches.triangle]])
    camera = cameras[1]
    seen = camera.to_camera(spots)
    by_point = _by_point(camera, seen)
    arm = (spots - centre) @ camera.rotation.T
    by_turn = np.cross(arm[:, None, :], by_point)
    return error, np.concatenate([by_turn, by_point], axis=2)


def _by_point(camera: Camera, seen: Points) -> Floats:
    """Return (s, 2, 3), the derivative of the image by points in camera axes."""
    derivative = np.zeros((len(seen), 2, 3))
    derivative[:, 0, 0] = derivative[:, 1, 1] = camera.focal_px / seen[:, 2]
    derivative[:, :, 2] = -camera.focal_px * seen[:, :2] / seen[:, 2:] ** 2
    return derivative


def _epipolar(matches: Matches, cameras: tuple[Camera, Camera], points: Meshes, faces: Triangles) -> Floats:
    """Return (s, 2) unit directions in which a spot runs in the second photo when it goes deeper in the first."""
    spots = np.einsum("sk,skd->sd", matches.weights, points[1][faces[matches.triangle]])
    ray = spots - cameras[0].position
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    camera = cameras[1]
    along = np.einsum("sij,sj->si", _by_point(camera, camera.to_camera(spots)) @ camera.rotation, ray)
    unit: Floats = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return unit


def _moved(camera: Camera, centre: Points, step: Floats) -> Camera:
    """Turn the face before the camera about its centre, then shift it."""
    turned = turn(step[:3])
    at = camera.rotation @ centre + camera.translation
    rotation = turned @ camera.rotation
    return replace(camera, rotation=rotation, translation=at + step[3:] - rotation @ centre)
