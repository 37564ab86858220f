"""Turns renders into what dlib learns from: crops around boxes that are off as a detector's are, with the points."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import Generator

from clinic.case import Embedding, Floats, Pixels
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.predictor import crop
from clinic.reconstruction.profile import names
from clinic.reconstruction.training.predictor.studio import Shot, dressed, photographed

_LOOSE = (0.10, 0.14, 9.0)  # shift over side, log of size, degrees: the first look, from a detector's box
_TIGHT = (0.03, 0.04, 3.0)  # the second, from the first points
FRONTAL_YAW, PROFILE_YAW = (-45.0, 45.0), (-104.0, -52.0)


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """grey: a crop. points: (p, 2) in its pixels. yaw_deg: of the render."""

    grey: Pixels
    points: Floats
    yaw_deg: float


@dataclass(frozen=True, slots=True)
class Subject:
    """What is learned: the predictor's name, under which yaws, and whether it is the side view's points."""

    name: str
    yaws: tuple[float, float]
    is_profile: bool

    @property
    def embedding(self) -> Embedding:
        """The points on the mesh."""
        space = FaceSpace.load()
        return names.embedding(space.topology, "r") if self.is_profile else space.landmarks_68


FRONTAL = Subject("frontal_68.npz", FRONTAL_YAW, False)
PROFILE = Subject("profile_right.npz", PROFILE_YAW, True)


def lessons(subject: Subject, seed: int, count: int, shots: int, workers: int) -> list[Lesson]:
    """Return two lessons from each of `shots` renders of each of `count` sitters; equal seeds give equal lessons."""
    make: Callable[[int], list[Lesson]] = partial(_from_one, subject, seed, shots)
    if workers == 1:
        return [lesson for number in range(count) for lesson in make(number)]
    with ProcessPoolExecutor(workers) as pool:
        return [lesson for some in pool.map(make, range(count), chunksize=32) for lesson in some]


def _from_one(subject: Subject, seed: int, shots: int, number: int) -> list[Lesson]:
    random = np.random.default_rng((seed, number))
    sitter = dressed(FaceSpace.load(), random)
    return [
        _look(shot, subject, random, spread)
        for shot in (photographed(sitter, random, subject.yaws) for _ in range(shots))
        for spread in (_LOOSE, _TIGHT)
    ]


def _look(shot: Shot, subject: Subject, random: Generator, spread: Sequence[float]) -> Lesson:
    points = true_points(shot, subject.embedding)
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max())
    centre = (low + high) / 2 + random.normal(0, spread[0], 2) * side
    cut = crop(shot.pixels, centre, side * np.exp(random.normal(0, spread[1])), np.radians(random.normal(0, spread[2])))
    return Lesson(cut.grey, cut.inside(points), shot.yaw_deg)


def true_points(shot: Shot, embedding: Embedding) -> Floats:
    """Return where the points (p, 2) of an embedding stand in a render, px."""
    return shot.camera.project(embedding.on(shot.points, FaceSpace.load().topology.triangles))
