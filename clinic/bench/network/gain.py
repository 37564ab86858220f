"""What the network adds to the fit: the same photos with and without its proposal, held against the truth."""

import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from clinic.bench.reconstruction import crew
from clinic.bench.reconstruction.aligned import similarity
from clinic.bench.reconstruction.family import REGIONS
from clinic.bench.reconstruction.studio.sitting import SERIES, sitting
from clinic.case import Acquisition, Floats
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.reconstruction.face_space import HOLDOUT
from clinic.reconstruction.position_map import propose
from clinic.reconstruction.shaping import CUES, shape
from clinic.reconstruction.training.ict import identities

WAYS = {"without": replace(CUES, look=None), "with": replace(CUES, look=propose)}
_FIRST_SITTING = 1000  # the people and sittings of `clinic bench reconstruction`


@dataclass(frozen=True, slots=True, eq=False)
class Gain:
    """apart: by photos and way, (f, s) mm between corresponding points. regions: (r, s) in the order of REGIONS."""

    apart: Mapping[tuple[int, str], Floats]
    regions: Floats

    def median_mm(self, photos: int, way: str) -> float:
        """Return the median over all points of all faces."""
        return float(np.median(self.apart[photos, way]))

    def gain_pct(self, photos: int) -> float:
        """Return how far the median lies under the one without, per cent."""
        return 100 * (1 - self.median_mm(photos, "with") / self.median_mm(photos, "without"))

    def region_pct(self, photos: int) -> Mapping[str, float]:
        """Return by region how much larger the mean of the faces' medians is with the network, per cent."""
        told = {}
        for name, inside in zip(REGIONS, self.regions, strict=True):
            with_, without = (
                np.median(self.apart[photos, way][:, inside > 0], axis=1).mean() for way in ("with", "without")
            )
            told[name] = 100 * float(with_ / without - 1)
        return told


def gain(folder: Path, people: int, counts: tuple[int, ...]) -> Gain:
    """Fit so many people from the first one, three … photos of the standard series."""
    tasks = [(folder, number, people, counts) for number in range(people)]
    context = multiprocessing.get_context("spawn")
    with crew.one_thread(), ProcessPoolExecutor(min(2, os.cpu_count() or 1), context) as workers:
        rows = [row for row in workers.map(_of_one, tasks) if row]
    _, family = crew.family(folder, HOLDOUT)
    return Gain({key: np.array([row[key] for row in rows]) for key in rows[0]}, family.regions.astype(float))


def _of_one(task: tuple[Path, int, int, tuple[int, ...]]) -> Mapping[tuple[int, str], Floats]:
    folder, number, people, counts = task
    space, family = crew.family(folder, HOLDOUT)
    weights = identities(crew.PEOPLE_SEED, people)[number]
    taken = sitting(family.kind, weights, _FIRST_SITTING + number, SERIES[: max(counts)])
    true, apart = family.true(taken.truth), {}
    for count in counts:
        for way, cues in WAYS.items():
            try:
                found = shape(Acquisition(taken.photos[:count]), space, Progress(), cues)
            except ClinicError:
                return {}  # a refused face tells nothing of either way
            ours = family.ours(space, found.control)
            apart[count, way] = np.linalg.norm(similarity(ours, true).of(ours) - true, axis=1)
    return apart
