"""Learns to tell people apart: `python -m clinic.reconstruction.training.likeness.train`.

Writes resources/likeness/likeness.npz and its card. Renders are of this program's own face space; everything random
follows from the seed here. 360 people with 8 photos each take four minutes of one core.
"""

import hashlib
import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from clinic import resources
from clinic.case import Floats, Ints
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import IRISES, Detection, detect
from clinic.reconstruction.strangers import MOST_TURNED_DEG, Discriminant, aligned, state
from clinic.reconstruction.training.likeness import sitter

_SEED, _PEOPLE, _PHOTOS, _HELD_OUT = 77, 360, 8, 40
_FIRM_MM = 2.5  # points that the detector places less firmly do not align
_MISREAD_DEG = 15.0
_LEAST_PHOTOS = 3
_KEPT, _DIRECTIONS = 150, 40  # principal components of the shape, directions that tell people apart
_DRIFT_RIDGE, _WITHIN_RIDGE = 100.0, 0.2
_SURE = 0.98


@dataclass(frozen=True, slots=True, eq=False)
class Album:
    """Photos of many people: faces, their true yaws, and whose they are."""

    faces: tuple[Detection, ...]
    yaws_deg: Floats
    owners: Ints


def take(people: Iterable[int]) -> Album:
    """Photograph people of the face space; photos in which no face is found are left out."""
    faces, yaws, owners = [], [], []
    for number in people:
        random = np.random.default_rng((_SEED, number))
        who = sitter.person(random)
        for _ in range(_PHOTOS):
            pixels, yaw = sitter.photo(who, random)
            found = detect(pixels)
            if found:
                faces.append(found[0])
                yaws.append(yaw)
                owners.append(number)
    return Album(tuple(faces), np.array(yaws), np.array(owners, np.int32))


def learn(album: Album) -> Discriminant:
    """Return the discriminant that an album teaches."""
    space = FaceSpace.load()
    reference = space.landmarks_478.on(space.topology.subdivide(space.mean), space.topology.triangles)[:IRISES]
    firm = np.flatnonzero(space.landmarks_478_sigma < _FIRM_MM).astype(np.int32)
    shapes, states, owners = _readable(album, reference, firm)
    mean = shapes.mean(axis=0)
    drift = _drift(_within(shapes, owners), _within(states, owners))
    freed = shapes - mean - states @ drift
    offset = freed.mean(axis=0)
    kept = np.linalg.svd(freed - offset, full_matrices=False)[2][:_KEPT].T
    directions, between = _apart((freed - offset) @ kept, owners)
    told = kept @ directions
    return Discriminant(reference, firm, mean, told, drift @ told, offset @ told, between)


def _readable(album: Album, reference: Floats, firm: Ints) -> tuple[Floats, Floats, Ints]:
    """Return shapes (p, 1404), states (p, s) and owners (p,) of the photos that the product would read."""
    shapes, states, owners = [], [], []
    for face, true_yaw, owner in zip(album.faces, album.yaws_deg, album.owners, strict=True):
        shape, yaw, pitch = aligned(face, reference, firm)
        if abs(yaw) < MOST_TURNED_DEG and abs(yaw - true_yaw) < _MISREAD_DEG:
            shapes.append(shape)
            states.append(state(face, yaw, pitch))
            owners.append(owner)
    often = np.bincount(owners)[owners] >= _LEAST_PHOTOS
    return np.array(shapes)[often], np.array(states)[often], np.array(owners, np.int32)[often]


def _within(values: Floats, owners: Ints) -> Floats:
    """Return (p, v) how far each photo is from its owner's mean."""
    means = np.stack([values[owners == owner].mean(axis=0) for owner in np.unique(owners)])
    away: Floats = values - means[np.searchsorted(np.unique(owners), owners)]
    return away


def _drift(shapes: Floats, states: Floats) -> Floats:
    """Return (s, 1404) what each unit of state does to a shape: ridge regression within people."""
    ridge = _DRIFT_RIDGE * np.diag(states.var(axis=0) + 1e-3)
    return np.asarray(np.linalg.solve(states.T @ states + ridge, states.T @ shapes))


def _apart(values: Floats, owners: Ints) -> tuple[Floats, Floats]:
    """Return directions (c, k) in which one person's photos vary by 1, and the variance (k,) between people there."""
    people = np.unique(owners)
    away = _within(values, owners)
    within = away.T @ away / (len(values) - len(people))
    means = np.stack([values[owners == owner].mean(axis=0) for owner in people])
    between = np.cov(means.T) - within * len(people) / len(values)
    within += _WITHIN_RIDGE * np.trace(within) / len(within) * np.eye(len(within))
    root = np.linalg.cholesky(within)
    spread, vectors = np.linalg.eigh(np.linalg.solve(root, np.linalg.solve(root, between).T))
    order = np.argsort(-spread)[:_DIRECTIONS]
    return np.linalg.solve(root.T, vectors[:, order]), np.maximum(spread[order], 1e-3)


def odds(learned: Discriminant, album: Album) -> tuple[Floats, Floats]:
    """Return the log odds of all pairs of one person's photos, and of different people's."""
    read = [learned.traits(face) for face in album.faces]
    told = [(owner, traits) for owner, traits in zip(album.owners, read, strict=True) if traits is not None]
    found: dict[bool, list[float]] = {True: [], False: []}
    for number, (owner, one) in enumerate(told):
        for other_owner, other in told[:number]:
            found[owner == other_owner].append(learned.log_odds(one, other[None]))
    return np.array(found[True]), np.array(found[False])


def stored(learned: Discriminant) -> bytes:
    """Return the file: half precision is ample for the directions."""
    arrays = {
        name: getattr(learned, name).astype(np.float32) for name in ("reference", "mean", "drift", "offset", "between")
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, **arrays, firm=learned.firm.astype(np.int16), directions=learned.directions.astype(np.float16)
    )
    return buffer.getvalue()


def main() -> int:
    """Learn from all people but some, say how well those are told apart, and write the file and its card."""
    learned = learn(take(range(_PEOPLE - _HELD_OUT)))
    same, different = odds(learned, take(range(_PEOPLE - _HELD_OUT, _PEOPLE)))
    content = stored(learned)
    folder = resources.folder("likeness")
    folder.mkdir(exist_ok=True)
    (folder / "likeness.npz").write_bytes(content)
    limit = float(np.quantile(same, 1 - _SURE))
    card = (
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        f'face_space = "{FaceSpace.load().sha256[:16]}"\n'
        f"people = {_PEOPLE - _HELD_OUT}\nheld_out = {_HELD_OUT}\n"
        f"log_odds_that_{100 * _SURE:.0f}_percent_of_one_persons_pairs_pass = {limit:.2f}\n"
        f"different_people_below_it = {float(np.mean(different < limit)):.3f}\n"
    )
    (folder / "likeness.toml").write_text(card, encoding="utf-8")
    sys.stdout.write(card)
    return 0


if __name__ == "__main__":
    sys.exit(main())
