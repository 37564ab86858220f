"""Measures how the detector misplaces its points on rendered heads: writes resources/face_space/detector_error.npz.

    python -m clinic.reconstruction.training.detector_error

260 people of the holdout build, each drawn by two renderers under nine yaw angles: a quarter of an hour on two cores.
Each picture counts a second time as its mirror image.
"""

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from clinic import resources
from clinic.case import Camera, Floats, Ints, Mask, Pixels, Points
from clinic.reconstruction.detector_error import FILE
from clinic.reconstruction.face_space import HOLDOUT, FaceSpace
from clinic.reconstruction.landmarks import COUNT, IRISES, detect
from clinic.reconstruction.training.one_photo import shot as painted
from clinic.reconstruction.training.predictor import studio

YAWS_DEG = np.arange(-60.0, 61.0, 15.0)
_PEOPLE, _SEED, _WORKERS = 260, 991, 2
_JITTER_DEG, _SIZE = 6.0, 400
_SHAPES, _DRIFTS = 40, 160
_LOST_MM = 12.0  # a face whose points lie so far off on average was not found
_MOST_MM = 15.0
_RIDGE = 30.0  # of a response to a shape, over that shape's standard deviation
_LEAST_NOISE_MM = 0.8
# The detector has learned from photos of people, so it may be less drawn to the average there than on renders.
_IN_PEOPLE = 0.9
# People are not renders: what the renderers have in common may be off as a smooth field over the face.
_STYLE_MM, _STYLE_LENGTH_MM = 0.5, 20.0
# What points of the detector mean: landmarks that anatomy names. Renders paint them in their own way; people's corners
# of eyes and mouth are where they are. The points around them come along.
_MEANT = {
    "cheilion_r": 61, "cheilion_l": 291, "exocanthion_r": 33, "exocanthion_l": 263, "endocanthion_r": 133,
    "endocanthion_l": 362, "labiale_superius": 0, "labiale_inferius": 17,
}  # fmt: skip
_AROUND_MM, _MEANT_MM, _PAINTED_MM = 12.0, 0.3, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """identity: (s, k) of each sitter. apart_mm: (s, y, 478, 2) from where each point lies to where it was detected.

    To the right and down in the plane of the upright head; nan where no face was found.
    """

    identity: Floats
    apart_mm: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """What `detector_error` reads, for y yaw angles; see `DetectorError`. shapes: (478, 3, q)."""

    shapes: Floats
    mean: Floats
    response: Floats
    drift: Floats
    noise: Floats


def measure(people: int) -> Seen:
    """Photograph people of the holdout build and let the detector look."""
    with ProcessPoolExecutor(_WORKERS) as crew:
        rows = [row for rows in crew.map(_of_one, range(people), chunksize=8) for row in rows]
    return Seen(np.array([identity for identity, _ in rows]), np.array([apart for _, apart in rows]))


def _of_one(person: int) -> list[tuple[Floats, Floats]]:
    space, random = FaceSpace.load(HOLDOUT), np.random.default_rng((_SEED, person))
    yaws = (YAWS_DEG + random.uniform(-_JITTER_DEG, _JITTER_DEG, len(YAWS_DEG))).tolist()
    one = painted.shoot(space, random, yaws)
    sitter = studio.dressed(space, random)
    other = [studio.photographed(sitter, random, (yaw, yaw), _SIZE) for yaw in yaws]
    return [
        (shots[0].identity, np.stack([_apart_mm(space, shot.pixels, shot.camera, shot.points) for shot in shots]))
        for shots in (one, other)
    ]


def _apart_mm(space: FaceSpace, pixels: Pixels, camera: Camera, points: Points) -> Floats:
    faces = detect(pixels)
    places = space.landmarks_478.on(points, space.topology.triangles)
    if len(faces) != 1:
        return np.full((COUNT, 2), np.nan)
    depth = camera.to_camera(places)[:, 2:]
    apart = (faces[0].points[:, :2] - camera.project(places)) * depth / camera.focal_px
    roll = np.arctan2(*camera.rotation[:2, 2] * (1, -1))
    c, s = np.cos(roll), np.sin(roll)
    level = apart @ np.array([[c, -s], [s, c]])
    level -= np.median(level[_firm(space)], axis=0)  # a fit takes the common shift for a move of the head
    lost = np.abs(level[:IRISES]).mean() > _LOST_MM
    return np.full((COUNT, 2), np.nan) if lost else np.clip(level, -_MOST_MM, _MOST_MM)


def _firm(space: FaceSpace) -> Ints:
    return np.flatnonzero(np.isfinite(space.landmarks_478_sigma[:IRISES])).astype(np.int32)


def errors(space: FaceSpace, seen: Seen) -> Errors:
    """Return mean, response to the shape, and what is left: what points share, and what each does by itself."""
    shapes = _shapes(space)
    seen, moved = _with_mirror_images(space, seen)
    known = moved.reshape(len(moved), -1) @ np.linalg.pinv(shapes.reshape(-1, shapes.shape[2])).T
    found: Mask = np.isfinite(seen.apart_mm[:, :, 0, 0])
    mean, response = _responses(known, seen.apart_mm, found)
    response *= _IN_PEOPLE
    off = seen.apart_mm - mean - np.einsum("ylcq,sq->sylc", response, known)
    off += _style(space, len(off))[:, None]
    drift, noise = _drift(np.where(found[:, :, None, None], off, 0.0), found)
    return Errors(shapes, _meant(space, mean), response, drift, noise)


def _shapes(space: FaceSpace) -> Floats:
    """Return (478, 3, q) mm: how the points lie on the heads of the space, in the main, one standard deviation each."""
    modes = np.stack([_places(space, space.mean + mode) - _places(space, space.mean) for mode in space.modes], axis=2)
    left, sizes, _ = np.linalg.svd(modes.reshape(-1, modes.shape[2]), full_matrices=False)
    return np.asarray((left * sizes)[:, :_SHAPES].reshape(COUNT, 3, -1))


def _places(space: FaceSpace, control: Points) -> Points:
    return space.landmarks_478.on(space.topology.subdivide(control), space.topology.triangles)


def _with_mirror_images(space: FaceSpace, seen: Seen) -> tuple[Seen, Floats]:
    """Return what was seen and its mirror images, and (s, 478, 3) where the points lie off the mean face's."""
    mirror, mean = mirrored(space), _places(space, space.mean)
    moved = np.array([_places(space, space.control(identity)) - mean for identity in seen.identity])
    apart = np.concatenate([seen.apart_mm, (seen.apart_mm * (-1, 1))[:, ::-1, mirror]])
    both = Seen(np.concatenate([seen.identity, seen.identity]), apart)
    return both, np.concatenate([moved, (moved * (-1, 1, 1))[:, mirror]])


def _responses(known: Floats, apart: Floats, found: Mask) -> tuple[Floats, Floats]:
    """Return (y, 478, 2) and (y, 478, 2, q): apart ≈ mean + response · shape, by ridge regression."""
    means, responses = [], []
    for yaw in range(apart.shape[1]):
        use = found[:, yaw]
        rows = np.column_stack([np.ones(use.sum()), known[use]])
        matrix = rows.T @ rows + np.diag(np.r_[0.0, np.full(known.shape[1], _RIDGE)])
        fitted = np.linalg.solve(matrix, rows.T @ apart[use, yaw].reshape(use.sum(), -1))
        means.append(fitted[0].reshape(-1, 2))
        responses.append(fitted[1:].T.reshape(-1, 2, known.shape[1]))
    return np.array(means), np.array(responses)


def _style(space: FaceSpace, count: int) -> Floats:
    """Return (count, 478, 2) mm random smooth fields over the mean face."""
    places = _places(space, space.mean)
    squared = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    values, vectors = np.linalg.eigh(np.exp(-squared / (2 * _STYLE_LENGTH_MM**2)))
    spread = _STYLE_MM * vectors * np.sqrt(np.maximum(values, 0))
    return np.asarray(np.einsum("lm,smd->sld", spread, np.random.default_rng(_SEED).normal(size=(count, COUNT, 2))))


def _drift(off: Floats, found: Mask) -> tuple[Floats, Floats]:
    """Return (y, 478, 2, d) what points share in all views of a sitter, one standard deviation, and (y, 478) noise.

    Views in which the detector errs widely count less, or they alone would be explained.
    """
    sizes = np.sqrt((off**2).sum(axis=(0, 2, 3)) / found.sum(axis=0) / off[0, 0].size)
    even = (off / sizes[:, None, None]).reshape(len(off), -1)
    _, _, fields = np.linalg.svd(even, full_matrices=False)
    weights = even @ fields[:_DRIFTS].T
    spread = np.sqrt((weights**2).mean(axis=0) * found.size / found.sum())
    drift = (spread * fields[:_DRIFTS].T).reshape(*off.shape[1:], -1) * sizes[:, None, None, None]
    all_of_it = (off**2).sum(axis=0) / found.sum(axis=0)[:, None, None]
    left = np.maximum(all_of_it - (drift**2).sum(axis=3), 0.0).mean(axis=2)
    return drift, np.maximum(np.sqrt(left), _LEAST_NOISE_MM)


def _meant(space: FaceSpace, mean: Floats) -> Floats:
    """Return the means with points that anatomy names held to their landmarks, as a view from the front shows them."""
    named = space.topology.landmarks_on(space.mean)
    places, number = _places(space, space.mean), np.array(list(_MEANT.values()))
    goal = np.array([named[name] for name in _MEANT]) - places[number]
    frontal = mean[len(YAWS_DEG) // 2]
    lacking = goal[:, [0, 2]] * (1, -1) - frontal[number]
    near = np.exp(-((places[:, None] - places[None, number]) ** 2).sum(axis=2) / (2 * _AROUND_MM**2))
    share = np.linalg.inv(near[number] + (_MEANT_MM / _PAINTED_MM) ** 2 * np.eye(len(number)))
    seen_across = np.stack([np.cos(np.radians(YAWS_DEG)), np.ones(len(YAWS_DEG))], axis=1)
    return np.asarray(mean + (near @ share @ lacking) * seen_across[:, None, :])


def mirrored(space: FaceSpace) -> Ints:
    """Return (478,) the point on the other side of the face."""
    places = _places(space, space.mean)
    apart = np.linalg.norm(places[None] * (-1, 1, 1) - places[:, None], axis=2)
    return np.asarray(apart.argmin(axis=1), np.int32)


def main(arguments: Sequence[str]) -> int:
    """Measure and write; arguments: how many people, where not all."""
    space = FaceSpace.load(HOLDOUT)
    found = errors(space, measure(int(arguments[0]) if arguments else _PEOPLE))
    np.savez_compressed(
        resources.folder("face_space") / FILE,
        allow_pickle=False,
        yaw_deg=YAWS_DEG.astype(np.float16),
        **{name: getattr(found, name).astype(np.float16) for name in Errors.__slots__},
    )
    for row, angle in enumerate(YAWS_DEG):
        size = [np.sqrt((part[row] ** 2).mean(axis=(0, 1)).sum()) for part in (found.response, found.drift)]
        sys.stdout.write(
            f"yaw {angle:+4.0f}°: mean {np.sqrt((found.mean[row] ** 2).mean()):.1f} mm, by shape {size[0]:.1f}, "
            f"drift {size[1]:.1f}, noise {np.median(found.noise[row]):.1f}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
