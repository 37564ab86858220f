"""A person comes to the studio: photos of the standard series, and the truth behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from clinic.bench.reconstruction.studio.eyes import eyeball, iris_colour
from clinic.bench.reconstruction.studio.head import Kind, fit_eye, mouth_lining, shoulders, with_hair
from clinic.bench.reconstruction.studio.ruler import Stick, held
from clinic.bench.reconstruction.studio.shutter import Body, Lamp, Picture, expose
from clinic.bench.reconstruction.studio.skin import Skin, paint
from clinic.case import Camera, Floats, Photo, Pixels, Points, Ruler
from clinic.geometry import vertex_normals
from clinic.reconstruction.camera import FULL_FRAME_DIAGONAL_MM
from clinic.reconstruction.training.ict import Ict
from clinic.rendering.lighting import Light, bake, encoded

WIDTH, HEIGHT = 1000, 1300
SERIES: tuple[float, ...] = (0.0, 45.0, -45.0, 90.0, -90.0)  # as clinics take them
_RESTLESS = (
    ("mouthSmile", 0.10), ("browInnerUp", 0.10), ("eyeBlink", 0.12), ("eyeSquint", 0.15), ("mouthPress", 0.15),
    ("mouthFrown", 0.10), ("eyeWide", 0.10), ("cheekPuff", 0.03),
)  # fmt: skip
_METERED = 0.3  # linear
_GAIN = 0.78  # leaves room above skin that two lamps light at once


@dataclass(frozen=True, slots=True, eq=False)
class Sitting:
    """What was taken, and what is true.

    photos, cameras: one each per view; the cameras' frame is that of the truth. truth: (11248, 3) mm, the vertices of
    the neutral head; shapes: (p, 11248, 3), those in each photo. weights: (100,) of the family's identities. yaw_deg:
    (p,), + shows the left side. rulers: as clicked in the photo, empty unless one was held.
    """

    photos: tuple[Photo, ...]
    cameras: tuple[Camera, ...]
    truth: Points
    shapes: Points
    weights: Floats
    yaw_deg: Floats
    rulers: tuple[Ruler, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Person:
    kind: Kind
    weights: Floats
    skin: Skin
    iris: Floats
    iris_mm: float
    pupil_mm: float
    hair_mm: float
    tangled: Floats
    shirt: Floats
    seed: int


def sitting(
    kind: Kind, weights: Floats, seed: int, views: Sequence[float] = SERIES, *, ruler_in: int | None = None
) -> Sitting:
    """Take one photo for each view (yaw in degrees, + shows the patient's left side).

    kind: made once for the family. weights: (100,) who comes. seed: everything else. ruler_in: number of the photo in
    which a ruler is held beside the face.
    """
    person = _person(kind, weights, seed)
    random = np.random.default_rng([seed, 1])
    lens = int(random.integers(60, 106))
    background = _wall(random)
    lamps = _lamps(random)
    taken = []
    for number, yaw in enumerate(views):
        own = np.random.default_rng([seed, 2, number])  # a photo stays what it is, whatever others are taken
        turned = yaw + float(np.clip(own.normal(0, 3), -5, 5))
        camera = _camera(turned, lens, own)
        shape = kind.ict.draw(weights, _expression(kind.ict, own))
        stick = held(shape[kind.ict.lm68[[36, 45]]], camera, turned, own) if number == ruler_in else None
        pixels = _photo(person, shape, camera, turned, lamps, background, stick, own)
        taken.append((Photo(pixels, f"photo {number + 1}", float(lens)), camera, shape, turned, stick))
    photos, cameras, shapes, yaws, sticks = zip(*taken, strict=True)
    rulers = tuple(
        Ruler(photo.id, stick.clicked[0], stick.clicked[1], stick.length_mm)
        for photo, stick in zip(photos, sticks, strict=True)
        if stick
    )
    truth = kind.ict.draw(weights)
    return Sitting(photos, cameras, truth, np.stack(shapes), weights, np.array(yaws), rulers)


def _person(kind: Kind, weights: Floats, seed: int) -> _Person:
    random = np.random.default_rng([seed, 0])
    skin = paint(kind, random)
    return _Person(
        kind,
        weights,
        skin,
        iris_colour(skin.tone, random),
        float(random.normal(5.85, 0.2)),
        float(random.uniform(1.2, 2.4)),
        float(random.uniform(0.0, 14.0)),
        random.normal(size=len(kind.ict.mean)),
        random.uniform(0.15, 0.75) * random.uniform(0.6, 1.0, 3),
        seed,
    )


def _wall(random: np.random.Generator) -> Floats:
    """Return the plain wall of a clinic, (2, 3) sRGB of bottom and top: grey, white or blue."""
    colour = random.uniform(0.25, 0.85) * (1 - random.uniform(0, 0.5) * np.array([1.0, 0.5, 0.0]))
    return np.array([[0.88], [1.0]]) * colour


def _camera(yaw_deg: float, lens_35mm: int, random: np.random.Generator) -> Camera:
    """Stand where clinics do, 0.8 to 2 m away; the lens is what EXIF says within what focusing changes."""
    focal = lens_35mm * np.hypot(WIDTH, HEIGHT) / FULL_FRAME_DIAGONAL_MM * np.exp(random.normal(0, 0.015))
    away = float(np.clip(focal / random.uniform(2.5, 3.1), 800, 2000))
    yaw, pitch, roll = np.radians([yaw_deg, np.clip(random.normal(0, 3), -5, 5), random.normal(0, 2)])
    towards = np.array([np.sin(yaw) * np.cos(pitch), -np.cos(yaw) * np.cos(pitch), np.sin(pitch)])
    right = np.array([np.cos(yaw), np.sin(yaw), 0.0])
    down = np.cross(-towards, right)
    right, down = np.cos(roll) * right + np.sin(roll) * down, np.cos(roll) * down - np.sin(roll) * right
    rotation = np.stack([right, down, -towards])
    aim = np.array([0.0, -30.0, -5.0]) + random.normal(0, 8, 3)
    return Camera(focal, WIDTH / 2, HEIGHT / 2, WIDTH, HEIGHT, rotation, (0, 0, away) - rotation @ aim)


def _expression(ict: Ict, random: np.random.Generator) -> Floats:
    """Return what a face at rest still does, (57,)."""
    weights = np.zeros(len(ict.names))
    for name, most in _RESTLESS:
        strength = max(0.0, random.uniform(-most, most))
        for side in ("_L", "_R"):
            if name + side in ict.names:
                weights[ict.names.index(name + side)] = strength * random.uniform(0.7, 1.3)
    return weights


def _lamps(random: np.random.Generator) -> tuple[tuple[float, float, float], ...]:
    """Return two or three lamps: azimuth and elevation seen from the camera, and share of the light."""
    sides = [(random.uniform(25, 60), random.uniform(10, 40)), (-random.uniform(25, 60), random.uniform(10, 40))]
    if random.uniform() < 0.4:
        sides.append((random.uniform(-15, 15), random.uniform(30, 60)))
    share = random.uniform(0.6, 1.4, len(sides))
    share *= 0.6 / share.sum()
    return tuple((azimuth, up, float(part)) for (azimuth, up), part in zip(sides, share, strict=True))


def _photo(
    person: _Person,
    shape: Points,
    camera: Camera,
    yaw_deg: float,
    lamps: Sequence[tuple[float, float, float]],
    background: Floats,
    stick: Stick | None,
    random: np.random.Generator,
) -> Pixels:
    light = Light(tuple(lamps), 12.0, 0.4, 0.3, 0.0)
    turned = np.radians(yaw_deg)
    to_camera = np.array([[np.cos(turned), np.sin(turned), 0], [-np.sin(turned), np.cos(turned), 0], [0, 0, 1]])
    bodies = _lit(person, shape, light, to_camera, random)
    towards = light.directions @ to_camera  # lamps stand around the camera, and the patient turns
    mirrored = [Lamp(way, part / 0.3) for way, (_, _, part) in zip(towards, lamps, strict=True)]
    colour, gloss = expose([*bodies, *([stick.body] if stick else [])], mirrored, camera, background)
    return develop(colour, gloss, random)


def _lit(person: _Person, shape: Points, light: Light, to_camera: Floats, random: np.random.Generator) -> list[Body]:
    """Return all surfaces of a person under lamps that stand around the camera; to_camera: (3, 3), turns that to −y."""
    kind = person.kind
    triangles = kind.ict.triangles
    head = with_hair(kind, shape, vertex_normals(shape, triangles), person.hair_mm, person.tangled)
    gaze = np.array([random.normal(0, 0.03), -1.0, random.normal(0, 0.03)])
    gaze /= np.linalg.norm(gaze)
    eyes = [
        eyeball(fit_eye(shape[rim], gaze), person.iris_mm, person.pupil_mm, person.iris, person.seed)
        for rim in kind.rims[:2]
    ]
    meshes = [(head, triangles), *((points, faces) for points, faces, _ in eyes)]
    normals = [vertex_normals(points, faces) for points, faces in meshes]
    starts = np.cumsum([0] + [len(points) for points, _ in meshes])
    joined = np.concatenate([faces + start for (_, faces), start in zip(meshes, starts[:-1], strict=True)])
    points = np.vstack([points for points, _ in meshes])
    baked = bake(points @ to_camera.T, np.vstack(normals) @ to_camera.T, joined, light)
    received = [_GAIN * encoded(baked.light[a:b]) for a, b in pairwise(starts)]
    skin = Body(
        head[kind.vertex], normals[0][kind.vertex], kind.triangles, received[0][kind.vertex],
        0.35, 10.0, kind.uv, person.skin.albedo, person.skin.shine,
    )  # fmt: skip
    lining, fan = mouth_lining(shape[kind.rims[2]])
    mouth = Body(lining, np.tile((0.0, -1.0, 0.0), (len(lining), 1)), fan, np.full((len(lining), 3), 0.06))
    balls = [
        Body(points, own, faces, received[1 + k] * albedo, 0.9, 180.0)
        for k, ((points, faces, albedo), own) in enumerate(zip(eyes, normals[1:3], strict=True))
    ]
    return [skin, mouth, *balls, _cloth(person, shape, to_camera)]


def _cloth(person: _Person, shape: Points, to_camera: Floats) -> Body:
    """Return the shoulders, lit as if nothing shaded them."""
    points, faces = shoulders(shape)
    normals = vertex_normals(points, faces)
    lit = _GAIN * encoded(0.35 + 0.65 * np.clip(normals @ to_camera.T @ (0.0, -0.8, 0.6), 0, 1))
    return Body(points, normals, faces, lit[:, None] * person.shirt)


def develop(colour: Picture, gloss: Picture, random: np.random.Generator) -> Pixels:
    """Add up light, and take it through lens, sensor and JPEG."""
    linear = (colour / _GAIN) ** 2.2 + 0.25 * gloss.mean(axis=2, keepdims=True)
    centre = linear[HEIGHT // 4 : 3 * HEIGHT // 4, WIDTH // 4 : 3 * WIDTH // 4]
    exposure = (_METERED / float(np.median(centre))) ** 0.5  # cameras meter on the face, and photographers correct
    linear *= exposure * np.exp(random.normal(0, 0.12)) * np.exp(random.normal(0, 0.03, 3))
    shown = np.clip(linear, 0, None) ** (1 / 2.2)
    shown = np.where(shown > 0.85, 0.85 + 0.15 * np.tanh((shown - 0.85) / 0.15), shown)  # a camera's shoulder
    shown = cv2.GaussianBlur(shown.astype(np.float32), (0, 0), random.uniform(0.5, 0.8))
    grain = 0.006 * random.normal(size=shown.shape)
    grain += 0.006 * cv2.GaussianBlur(random.normal(size=shown.shape), (0, 0), 1)
    pixels = np.round(255 * np.clip(shown + grain, 0, 1)).astype(np.uint8)
    coded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(88, 96))])[1]
    return np.ascontiguousarray(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))[..., ::-1])
