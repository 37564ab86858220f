"""Measures how the trained network misreads faces: writes resources/weights/pmn-mobile-error.npz.

    python -m clinic.reconstruction.training.pmn.reading_error

Heads of the holdout build, drawn by two other renderers than the one that the network learned from
(`training.one_photo`, `training.predictor`), under seven yaw angles. Each picture counts a second time as its mirror
image. What the two renderers' readings differ in all over is what the network takes for shape and is style; a photo of
a person will differ as much again.
"""

import hashlib
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from clinic import resources
from clinic.case import Floats
from clinic.jobs import Progress
from clinic.reconstruction.face_space import HOLDOUT, FaceSpace
from clinic.reconstruction.network.reading import Reader, reader
from clinic.reconstruction.network.weights import CARD
from clinic.reconstruction.position_map import MOBILE
from clinic.reconstruction.position_map.error import FILE, ReadingError, coarser
from clinic.reconstruction.position_map.frame import Crop, around
from clinic.reconstruction.position_map.texels import texels
from clinic.reconstruction.training.one_photo import shot as painted
from clinic.reconstruction.training.predictor import studio
from clinic.reconstruction.training.synthesis.batch import MAP_SIZE

YAWS_DEG = np.array([-75.0, -50.0, -25.0, 0.0, 25.0, 50.0, 75.0])
SEED = 4242
_PEOPLE = 150  # by each renderer
_SIZE_PX = 400  # of the second renderer's pictures
_STORED = ("shapes", "inside", "yaw_deg", "mean", "response", "noise", "shared")
_JITTER_DEG, _JITTER = 8.0, 0.03  # of the yaw; of the landmarks' box, over its longer side
_SHAPES, _SIZE = 40, 16
_RIDGE = 20.0  # of a response, in faces that show none
_LEAST_MM = 0.05  # noise that no reading is free of, in standard deviations of a shape


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """true, found: (r, s, y, size · size, 3) mm from the mean face; found by the network, mirror images included.

    A row of `r` for each renderer.
    """

    true: Floats
    found: Floats


Shot = painted.Shot | studio.Shot


def measure(network: Reader, space: FaceSpace, people: int, progress: Progress) -> ReadingError:
    """Photograph so many people with each renderer and let the network read them; six seconds a person and core."""
    read = _read(network, space, people, progress)
    shapes, inside = _shapes(space)
    empty = np.zeros((len(YAWS_DEG), len(shapes)))
    square = np.zeros((len(YAWS_DEG), len(shapes), len(shapes)))
    error = ReadingError(_SIZE, shapes, inside, YAWS_DEG, empty, square, square, square[0])
    true, found = error.coordinates(read.true), error.coordinates(read.found)
    means, response = _responses(true, found)
    off = found - means[:, None] - np.einsum("yqc,rsyc->rsyq", response, true)
    off = off.reshape(-1, *off.shape[2:])
    noise = np.einsum("syq,syr->yqr", off, off) / len(off) + _LEAST_MM**2 * np.eye(len(shapes))
    style = _style(means)
    return replace(error, mean=means.mean(axis=0), response=response, noise=noise + style, shared=_shared(off) + style)


def _read(network: Reader, space: FaceSpace, people: int, progress: Progress) -> Read:
    true, found = [], []
    for number in range(2 * people):
        progress.report(number / (2 * people), f"Person {number + 1} of {2 * people}")
        random = np.random.default_rng((SEED, number))
        yaws = (YAWS_DEG + random.uniform(-_JITTER_DEG, _JITTER_DEG, len(YAWS_DEG))).tolist()
        photograph = _painted if number < people else _in_the_studio
        shots = photograph(space, random, yaws)
        crops, lenses = zip(*(_crop(space, shot, network.side, random) for shot in shots), strict=True)
        read = network.read(np.stack(crops), np.stack(lenses).astype(np.float32))
        moved = np.tensordot(shots[0].identity, texels(space, read.neutral.shape[-1]).modes, 1)
        field = np.broadcast_to(moved.T.reshape(1, *read.neutral.shape[1:]), read.neutral.shape)
        true.append(coarser(field, _SIZE))
        found.append(coarser(read.neutral, _SIZE))
    both = [np.stack(rows) for rows in (true, found)]
    return Read(*(_with_mirror_images(rows).reshape(2, -1, *rows.shape[1:]) for rows in both))


def _painted(space: FaceSpace, random: np.random.Generator, yaws_deg: Sequence[float]) -> Sequence[Shot]:
    return painted.shoot(space, random, yaws_deg)


def _in_the_studio(space: FaceSpace, random: np.random.Generator, yaws_deg: Sequence[float]) -> Sequence[Shot]:
    sitter = studio.dressed(space, random)
    return [studio.photographed(sitter, random, (yaw, yaw), _SIZE_PX) for yaw in yaws_deg]


def _crop(space: FaceSpace, shot: Shot, side: int, random: np.random.Generator) -> tuple[Crop, Floats]:
    """Return the crop around the true landmarks, a little off, and its lens."""
    marks = space.landmarks_478
    known = np.isfinite(space.landmarks_478_sigma)
    places = shot.camera.project(marks.on(shot.points, space.topology.triangles)[known])
    box = float((places.max(axis=0) - places.min(axis=0)).max())
    places = places + random.normal(0, _JITTER * box, 2)
    up = shot.camera.rotation[:, 2]
    roll = float(np.degrees(np.arctan2(up[0], -up[1])))
    frame = around(places, roll, shot.camera.focal_px, np.array([shot.camera.cx, shot.camera.cy]))
    return frame.cut(shot.pixels, side), frame.lens


def _with_mirror_images(rows: Floats) -> Floats:
    """Return (s, 2, y, size · size, 3): rows, and what a mirror shows: the maps turned round, the angles too."""
    s, y, _, _ = rows.shape
    squares = rows.reshape(s, y, _SIZE, _SIZE, 3)[:, ::-1, :, ::-1] * (-1.0, 1.0, 1.0)
    return np.stack([rows, squares.reshape(rows.shape)], axis=1)


def _shapes(space: FaceSpace) -> tuple[Floats, Floats]:
    """Return (q, size · size, 3) the shapes in which faces differ most, and what each texel counts."""
    known = texels(space, MAP_SIZE)
    fields = coarser(_as_maps(known.modes, MAP_SIZE), _SIZE)
    inside = coarser(known.on_face.astype(float).reshape(1, 1, MAP_SIZE, MAP_SIZE), _SIZE)[0, :, 0]
    weighted = (fields * np.sqrt(inside)[:, None]).reshape(len(fields), -1)
    turn = np.linalg.svd(weighted, full_matrices=False)[0][:, :_SHAPES]
    return np.tensordot(turn.T, fields, 1), inside


def _as_maps(fields: Floats, size: int) -> Floats:
    return fields.reshape(len(fields), size, size, 3).transpose(0, 3, 1, 2)


def _responses(true: Floats, found: Floats) -> tuple[Floats, Floats]:
    """Return (r, y, q) and (y, q, q): found ≈ a renderer's mean + response · true, by ridge regression."""
    renderers, people, yaws, q = true.shape
    whose = np.repeat(np.eye(renderers), people, axis=0)
    ridge = np.diag(np.r_[np.zeros(renderers), np.full(q, _RIDGE)])
    means, responses = [], []
    for yaw in range(yaws):
        rows = np.hstack([whose, true[:, :, yaw].reshape(-1, q)])
        fitted = np.linalg.solve(rows.T @ rows + ridge, rows.T @ found[:, :, yaw].reshape(-1, q))
        means.append(fitted[:renderers])
        responses.append(fitted[renderers:].T)
    return np.stack(means, axis=1), np.array(responses)


def _style(means: Floats) -> Floats:
    """Return (q, q) how far a renderer's mean (r, y, q) lies off the mean of the others, coordinate by coordinate."""
    renderers = len(means)
    return np.diag(means.var(axis=0, ddof=1).mean(axis=0) * (1 + 1 / renderers))


def _shared(off: Floats) -> Floats:
    """Return (q, q) the mean covariance between different photos of a person, made positive."""
    summed = off.sum(axis=1)
    views = off.shape[1]
    across = np.einsum("sq,sr->qr", summed, summed) - np.einsum("syq,syr->qr", off, off)
    covariance = across / (len(off) * views * (views - 1))
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    positive: Floats = (vectors * np.maximum(values, 0)) @ vectors.T
    return positive


def write(error: ReadingError, folder: Path, name: str) -> Path:
    """Write what was measured beside a network's weights, with its hash on their card, and return the file."""
    file = FILE.format(name)
    arrays = {key: getattr(error, key).astype(np.float16) for key in _STORED}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, size=np.int32(error.size), **arrays)
    (folder / file).write_bytes(buffer.getvalue())
    card = folder / CARD.format(name)
    kept = [line for line in card.read_text(encoding="utf-8").splitlines() if not line.startswith(f'"{file}"')]
    place = kept.index("[sha256]") + 1
    kept.insert(place, f'"{file}" = "{hashlib.sha256(buffer.getvalue()).hexdigest()}"')
    card.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder / file


def main(arguments: Sequence[str]) -> int:
    """Measure the network in resources/weights; arguments: how many people, where not all."""
    folder = resources.folder("weights")
    people = int(arguments[0]) if arguments else _PEOPLE
    error = measure(reader(MOBILE), FaceSpace.load(HOLDOUT), people, Progress())
    sys.stdout.write(f"Wrote {write(error, folder, MOBILE)}.\n")
    for yaw, mean, response in zip(error.yaw_deg, error.mean, error.response, strict=True):
        followed = np.trace(response) / len(response)
        sys.stdout.write(f"yaw {yaw:+4.0f}°: off by {np.abs(mean).mean():.2f}, follows {100 * followed:.0f} %\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
