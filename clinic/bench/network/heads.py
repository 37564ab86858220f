"""Heads of the foreign family, photographed from all sides, with their true 68 landmarks."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinic.bench.reconstruction import crew
from clinic.bench.reconstruction.studio.sitting import sitting
from clinic.case import Floats, Photo
from clinic.reconstruction.camera import believed_lens
from clinic.reconstruction.position_map.frame import Frame, around
from clinic.reconstruction.training.ict import identities

YAWS_DEG = (0.0, 20.0, -38.0, 45.0, -50.0, 68.0, -82.0)
_PEOPLE_SEED, _FIRST_SITTING = 23, 7000
_LOOSE = 0.04  # how far the box of landmarks is off, over its longer side: no detector is exact


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """photo: of a head turned by yaw_deg. spots: (68, 2) px where its landmarks truly lie. frame: what is cut out."""

    photo: Photo
    yaw_deg: float
    spots: Floats
    frame: Frame

    @property
    def size_px(self) -> float:
        """The square root of the area of the landmarks' box."""
        sides: Floats = self.spots.max(axis=0) - self.spots.min(axis=0)
        return float(np.sqrt(sides.prod()))


def heads(folder: Path, people: int) -> list[Head]:
    """Photograph so many people under every yaw angle."""
    context = multiprocessing.get_context("spawn")
    with crew.one_thread(), ProcessPoolExecutor(min(2, os.cpu_count() or 1), context) as workers:
        tasks = [(folder, number, people) for number in range(people)]
        return [head for some in workers.map(_of_one, tasks) for head in some]


def _of_one(task: tuple[Path, int, int]) -> Sequence[Head]:
    folder, number, people = task
    kind = crew.kind(folder)
    weights = identities(_PEOPLE_SEED, people)[number]
    taken = sitting(kind, weights, _FIRST_SITTING + number, YAWS_DEG)
    random = np.random.default_rng((_FIRST_SITTING, number))
    found = []
    for photo, camera, shape, yaw in zip(taken.photos, taken.cameras, taken.shapes, taken.yaw_deg, strict=True):
        spots = camera.project(shape[kind.ict.lm68])
        up = camera.rotation[:, 2]
        roll = float(np.degrees(np.arctan2(up[0], -up[1])))
        box = float((spots.max(axis=0) - spots.min(axis=0)).max())
        off = spots + random.normal(0, _LOOSE * box, 2)
        centre = np.array([photo.width / 2, photo.height / 2])
        found.append(Head(photo, float(yaw), spots, around(off, roll, believed_lens(photo).focal_px, centre)))
    return found
