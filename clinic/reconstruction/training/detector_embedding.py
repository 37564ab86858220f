"""Finds where the face landmarker's 478 points lie on the mesh: render heads, detect, look up what each point hits."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import Camera, Floats, Ints, Mask, Pixels, Points, Triangles
from clinic.geometry import vertex_normals
from clinic.geometry.nearest import Surface
from clinic.geometry.rasterise import Raster, photograph
from clinic.reconstruction.eyeball import eyeball
from clinic.reconstruction.landmarks import COUNT, detect

_SIZE, _DISTANCE_MM, _FOCAL = 512, 800.0, 1150.0
_YAWS, _PITCHES = (-22.0, -11.0, 0.0, 11.0, 22.0), (-10.0, 0.0, 10.0)
_IDENTITY_SIGMA = 0.9
_SEED = 478
_NEAREST_PX = 6.0  # a point beside the silhouette takes the nearest skin so far away
_LEAST_HITS = 10
_FIRST_OF_IRISES = 468  # the last ten points lie on the eyeballs
_PARTNERS_MM = 4.0
_MEDIAN_OF_RAYLEIGH = 1.177


@dataclass(frozen=True, slots=True, eq=False)
class Sitter:
    """What is rendered. mean: (n, 3) display mesh. modes: (k, n, 3). colours: (n, 3). allowed: (m,) triangles."""

    mean: Points
    modes: Floats
    triangles: Triangles
    eyes: Points
    eye_modes: Floats
    eye_radius: float
    colours: Floats
    allowed: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """triangle, weights: where each of the 478 points lies. sigma: (478,) mm, inf where it is not on the skin."""

    triangle: Ints
    weights: Floats
    sigma: Floats


def place_points(sitter: Sitter, rounds: int) -> Placed:
    """Render `rounds` identities under changing yaw and pitch and place each point at the median of what it hit."""
    hits: list[list[Points]] = [[] for _ in range(COUNT)]
    for skin, eyes, camera in _heads(sitter, rounds):
        raster, pixels = _render(sitter, skin, eyes, camera)
        found = detect(pixels)
        if found:
            for number, place in _struck(sitter, raster, found[0].points[:, :2]):
                hits[number].append(place)
    return _placed(sitter, hits)


def _heads(sitter: Sitter, rounds: int) -> Iterator[tuple[Points, Points, Camera]]:
    random = np.random.default_rng(_SEED)
    poses = [(yaw, pitch) for yaw in _YAWS for pitch in _PITCHES]
    for index in range(rounds):
        identity = np.clip(random.standard_normal(len(sitter.modes)), -2, 2) * _IDENTITY_SIGMA
        skin = sitter.mean + np.tensordot(identity, sitter.modes, 1)
        eyes = sitter.eyes + np.tensordot(identity, sitter.eye_modes, 1)
        yield skin, eyes, _camera(*poses[(index * 4) % len(poses)])


def _camera(yaw: float, pitch: float) -> Camera:
    """A camera turned around the face by yaw and pitch, degrees, upright."""
    turn, nod = np.radians((yaw, pitch))
    forward = np.array([np.sin(turn) * np.cos(nod), np.cos(turn) * np.cos(nod), -np.sin(nod)])
    right = np.array([np.cos(turn), -np.sin(turn), 0.0])
    rotation = np.stack([right, np.cross(forward, right), forward])
    target = np.array([0.0, -10.0, -30.0])
    translation = np.array([0.0, 0.0, _DISTANCE_MM]) - rotation @ target
    return Camera(_FOCAL, _SIZE / 2, _SIZE / 2, _SIZE, _SIZE, rotation, translation)


def _render(sitter: Sitter, skin: Points, eyes: Points, camera: Camera) -> tuple[Raster, Pixels]:
    balls = [eyeball("", centre, sitter.eye_radius) for centre in eyes]
    points = np.vstack([skin, *(ball.points for ball in balls)])
    first = len(skin) + np.cumsum([0] + [len(ball.points) for ball in balls])
    triangles = np.vstack([sitter.triangles, *(b.triangles + i for b, i in zip(balls, first[:-1], strict=True))])
    albedo = np.vstack([sitter.colours, *(ball.colours for ball in balls)])
    normals = vertex_normals(points, triangles)
    light = sum(
        part * np.clip(normals @ (direction / np.linalg.norm(direction)), 0, 1)
        for part, direction in ((0.5, np.array([-0.5, -1, 0.6])), (0.4, np.array([0.7, -1, 0.3])))
    )
    raster = photograph(points, triangles.astype(np.int32), camera)
    shaded = raster.carry(albedo * (0.28 + light)[:, None], triangles.astype(np.int32))
    pixels = np.where(raster.hit[..., None], shaded, 150)
    return raster, np.clip(pixels, 0, 255).astype(np.uint8)


def _struck(sitter: Sitter, raster: Raster, points: Floats) -> Iterator[tuple[int, Points]]:
    """Yield (number, place on the mean skin) for every point that lands on allowed skin or right beside it."""
    allowed = np.append(sitter.allowed, np.zeros(raster.triangle.max() + 1 - len(sitter.triangles), bool))
    rows, columns = np.nonzero(raster.hit & allowed[raster.triangle])
    distance, nearest = cKDTree(np.column_stack([columns, rows]) + 0.5).query(points)
    triangle = raster.triangle[rows[nearest], columns[nearest]]
    weights = raster.weights[rows[nearest], columns[nearest]]
    place = np.einsum("nk,nkd->nd", weights, sitter.mean[sitter.triangles[triangle]])
    for number in np.flatnonzero(distance < _NEAREST_PX):
        yield int(number), place[number]


def _placed(sitter: Sitter, hits: list[list[Points]]) -> Placed:
    sigma = np.full(COUNT, np.inf)
    goal = np.zeros((COUNT, 3))
    for number, places in enumerate(hits[:_FIRST_OF_IRISES]):
        if len(places) >= _LEAST_HITS:
            goal[number] = np.median(places, axis=0)
            away = np.linalg.norm(np.array(places) - goal[number], axis=1)
            sigma[number] = max(float(np.median(away)) / _MEDIAN_OF_RAYLEIGH, 0.3)
    goal = _symmetric(goal, np.isfinite(sigma))
    place = Surface(sitter.mean, sitter.triangles, sitter.allowed).nearest(goal)
    return Placed(place.triangle, place.weights, sigma)


def _symmetric(goal: Points, usable: Mask) -> Points:
    """Average each point with the mirror image of its partner, found as mutual nearest neighbours."""
    even = goal.copy()
    numbers = np.flatnonzero(usable)
    flipped = goal[numbers] * (-1, 1, 1)
    distance, partner = cKDTree(goal[numbers]).query(flipped)
    for here, (away, there) in enumerate(zip(distance, partner, strict=True)):
        if away < _PARTNERS_MM and partner[there] == here:
            even[numbers[here]] = (goal[numbers[here]] + flipped[there]) / 2
    return even
