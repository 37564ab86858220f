"""Learns where the landmark detector puts its points on faces of the face space: `python -m … OUT.npz [COUNT]`.

The detector does not report spots of skin: it draws every face towards an average one, so that an unusual chin is
reported less unusual than it is. Here random faces of the face space are drawn, the detector looks at them, and for
each of its points a ridge regression gives the place as a linear function of identity and expression. The fit then
compares what was detected with what would be detected. The spread that remains is the detector's noise.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinic.case import Camera, Floats, Part, Pixels, Points
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import photograph
from clinic.reconstruction.camera import turn
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import read_face
from clinic.reconstruction.markers import Markers, placed

COUNT = 2000
_SIDE = 360  # pixels
_FACE_MM = 230.0  # height of what the picture shows, about
_RIDGE = 10.0  # of weights in standard deviations, residuals about 1 mm; lower did not help held-out faces
_FRONTAL = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
_TONES = np.array([[236, 196, 172], [222, 178, 150], [198, 150, 118], [164, 116, 86], [122, 82, 60], [84, 56, 44]])
_LIPS = np.arange(48, 60)  # of the 68 points
_BROWS = (np.arange(17, 22), np.arange(22, 27))


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One drawn face: identity, expression, camera, and the (478, 2) points that the detector reported."""

    identity: Floats
    expression: Floats
    camera: Camera
    detected: Floats


def draw(space: FaceSpace, count: int, seed: int) -> list[Sample]:
    """Return detected samples; a face that the detector does not accept is left out."""
    random = np.random.default_rng(seed)
    paint = _paint_by_number(space)
    samples = []
    for _ in range(count):
        identity = random.normal(size=len(space.modes))
        expression = _expression(random, len(space.expressions))
        camera = _camera(random)
        picture = _picture(space, identity, expression, camera, paint, random)
        middle = camera.project(np.array([[0.0, -60, -35]]))[0]
        half = 0.30 * _SIDE * random.uniform(0.9, 1.1)
        eyes = camera.project(space.eye_centres(identity))
        face = read_face(picture, np.concatenate([middle - half, middle + half]), eyes)
        if face is not None:
            samples.append(Sample(identity, expression, camera, face.points[:, :2]))
    return samples


def learn(space: FaceSpace, samples: list[Sample]) -> Markers:
    """Return markers that say where the detector would put its points.

    Each detection gives two equations per point: its distance from the true place across the line of sight, mm.
    """
    known = placed(space)
    unknowns = np.array([np.concatenate([one.identity, one.expression, [1.0]]) for one in samples])
    across = np.array([one.camera.rotation[:2] for one in samples])
    offsets = np.array([_offset(known, one) for one in samples])  # (s, l, 2)
    design = np.einsum("sij,sk->sikj", across, unknowns).reshape(2 * len(samples), -1)
    seen = offsets.transpose(0, 2, 1).reshape(2 * len(samples), -1)
    ridge = np.full(design.shape[1], _RIDGE)
    ridge[-3:] = 1e-6
    normal = np.linalg.inv(design.T @ design + np.diag(ridge))
    change = normal @ design.T @ seen
    for _ in range(2):  # wild detections are drawn in
        left = seen - design @ change
        bound = 3 * 1.4826 * np.median(np.abs(left), axis=0)
        change = normal @ design.T @ (design @ change + np.clip(left, -bound, bound))
    sigma = 1.4826 * np.median(np.abs(seen - design @ change), axis=0)
    moves = change.reshape(unknowns.shape[1], 3, -1).transpose(0, 2, 1)
    return known.moved(moves[-1], moves[: len(space.modes)], moves[len(space.modes) : -1], sigma)


def _offset(known: Markers, sample: Sample) -> Floats:
    """Return (l, 2) mm in camera axes, how far from their true places the points were reported."""
    true = known.points.at(sample.identity, sample.expression)
    depth = sample.camera.to_camera(true)[:, 2:]
    offset: Floats = (sample.detected[known.used] - sample.camera.project(true)) * depth / sample.camera.focal_px
    return offset


def _expression(random: np.random.Generator, count: int) -> Floats:
    """Half of the faces rest; the others mix one to five units."""
    expression = np.zeros(count)
    if random.random() < 0.5:
        chosen = random.choice(count, random.integers(1, 6), replace=False)
        expression[chosen] = random.uniform(0.1, 0.9, len(chosen))
    return expression


def _camera(random: np.random.Generator) -> Camera:
    distance = float(np.exp(random.uniform(np.log(500), np.log(2500))))
    focal = _SIDE / _FACE_MM * distance * random.uniform(0.85, 1.1)
    angles = np.radians([random.normal() * 7, random.normal() * 4, random.uniform(-40, 40)])
    rotation = _FRONTAL @ turn(angles)
    at = np.array([random.normal() * 6, random.normal() * 6, distance]) - rotation @ np.array([0.0, -50, -35])
    return Camera(focal, _SIDE / 2, _SIDE / 2, _SIDE, _SIDE, rotation, at)


def _paint_by_number(space: FaceSpace) -> Floats:
    """Return (n, 4) how much each vertex is lip, brow, scalp, inside of mouth or nose."""
    topology = space.topology
    skin = topology.subdivide(space.mean)
    marks = space.landmarks_68.on(skin, topology.triangles)
    lips, brows = np.zeros(len(skin)), np.zeros(len(skin))
    lips[_inside(marks[_LIPS], skin)] = 1.0
    for brow in _BROWS:
        for a, b in zip(marks[brow][:-1], marks[brow][1:], strict=True):
            for part in np.linspace(0, 1, 8):
                brows[np.linalg.norm(skin - (a + part * (b - a)), axis=1) < 3.5] = 1.0
    scalp, inside = (
        topology.subdivide(topology.region(name).astype(float)[:, None])[:, 0] for name in ("scalp", "interior")
    )
    return np.stack([lips, brows, scalp, inside], axis=1)


def _inside(ring: Points, skin: Points) -> Floats:
    """Return which vertices of the front lie inside a ring, seen from the front (even–odd rule)."""
    x, z = skin[:, 0], skin[:, 2]
    inside = np.zeros(len(skin), bool)
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        crosses = (a[2] > z) != (b[2] > z)
        inside ^= crosses & (x < a[0] + (z - a[2]) / (b[2] - a[2] + 1e-12) * (b[0] - a[0]))
    return inside & (np.abs(skin[:, 1] - ring[:, 1].mean()) < 15)


def _picture(
    space: FaceSpace, identity: Floats, expression: Floats, camera: Camera, paint: Floats, random: np.random.Generator
) -> Pixels:
    """Draw one face: random skin, hair or none, two lamps, noise."""
    skin = space.topology.subdivide(space.control(identity, expression))
    eyes = [part for part in space.parts(identity) if part.name.startswith("eye")]
    points, triangles = _joined(skin, space.topology.triangles, eyes)
    colours = np.concatenate([_skin_colours(paint, random), *(part.colours for part in eyes)])
    raster = photograph(points, triangles, camera)
    normals = raster.carry(vertex_normals(points, triangles), triangles).astype(float)
    shade = np.full(raster.hit.shape, random.uniform(0.25, 0.5))
    for strength in (random.uniform(0.4, 0.8), random.uniform(0.1, 0.4)):
        lamp = camera.rotation.T @ np.array([random.normal(), -0.4 + 0.4 * random.normal(), -1.2])
        shade += strength * np.maximum(normals @ (lamp / np.linalg.norm(lamp)), 0)
    lit = raster.carry(colours, triangles) * shade[:, :, None]
    behind = random.uniform(40, 220, 3)
    image = np.where(raster.hit[:, :, None], lit, behind) + random.normal(size=(*raster.hit.shape, 1)) * 3
    return np.clip(image, 0, 255).astype(np.uint8)


def _joined(skin: Points, triangles: Floats, parts: list[Part]) -> tuple[Points, Floats]:
    points, corners = [skin], [triangles]
    for part in parts:
        corners.append(part.triangles + sum(len(each) for each in points))
        points.append(part.points)
    return np.concatenate(points), np.concatenate(corners).astype(np.int32)


def _skin_colours(paint: Floats, random: np.random.Generator) -> Floats:
    tone = _TONES[random.integers(len(_TONES))] * random.uniform(0.9, 1.1)
    hair = random.choice([0.15, 0.3, 0.6]) * np.array([150.0, 110, 80])
    layers = (tone * (0.82, 0.6, 0.62), 0.35 * tone + 0.65 * hair, hair if random.random() < 0.7 else tone, 0.3 * tone)
    colours = np.tile(tone, (len(paint), 1))
    for weight, layer in zip(paint.T, layers, strict=True):
        colours += weight[:, None] * (layer - colours)
    return colours


def main(arguments: list[str]) -> None:
    """Draw, learn, and write the markers with the digest of the face space that they belong to."""
    space = FaceSpace.load()
    count = int(arguments[1]) if len(arguments) > 1 else COUNT
    learn(space, draw(space, count, seed=1)).save(Path(arguments[0]), space.sha256)


if __name__ == "__main__":
    main(sys.argv[1:])
