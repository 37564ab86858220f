"""Trains the shape predictors: `python -m clinic.reconstruction.training.predictor.train`.

Writes them to resources/predictors. Everything random follows from the seeds here.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from clinic import resources
from clinic.case import Floats
from clinic.reconstruction.predictor import BOX, SIDE, Trees
from clinic.reconstruction.training.predictor import dlib_file, ship
from clinic.reconstruction.training.predictor.lessons import FRONTAL, PROFILE, Lesson, Subject, lessons

_SEED, _HELD_OUT = 68, 6801
_SITTERS, _SHOTS, _HELD_OUT_SITTERS = 1800, 3, 400
# levels, trees in each, depth of a tree: what keeps a file near 3 MB
_SHAPE = {FRONTAL.name: (10, 80, 4), PROFILE.name: (12, 130, 4)}


def train(subject: Subject, taught: Sequence[Lesson], shape: tuple[int, int, int], threads: int = 2) -> Trees:
    """Return an ensemble; shape: levels, trees in each, depth of a tree."""
    import dlib

    options = dlib.shape_predictor_training_options()
    options.cascade_depth, options.num_trees_per_cascade_level, options.tree_depth = shape
    options.nu, options.oversampling_amount = 0.1, 2
    options.feature_pool_size, options.num_test_splits = 500, 20
    options.feature_pool_region_padding = 0.05
    options.random_seed, options.num_threads = subject.name, threads
    first = (SIDE - BOX) // 2
    box = dlib.rectangle(first, first, first + BOX - 1, first + BOX - 1)
    marked = [[dlib.full_object_detection(box, _whole(lesson.points))] for lesson in taught]
    learned = dlib.train_shape_predictor([lesson.grey for lesson in taught], marked, options)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predictor.dat"
        learned.save(str(file))
        return dlib_file.trees(file.read_bytes())


def _whole(points: Floats) -> list[Any]:
    """Return dlib's points: whole pixels, counted from the centre of the first."""
    import dlib

    return [dlib.point(int(x), int(y)) for x, y in np.round(points - 0.5)]


def errors(predictor: Trees, held_out: Sequence[Lesson]) -> Floats:
    """Return (lessons, points) errors, in shares of the square root of the area of the box of the true points."""
    return np.array(
        [
            np.linalg.norm(predictor.find(lesson.grey) - lesson.points, axis=1)
            / np.sqrt(np.prod(np.ptp(lesson.points, axis=0)))
            for lesson in held_out
        ]
    )


def main() -> int:
    """Train one or both predictors and say how well they do on held-out renders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[FRONTAL.name, PROFILE.name])
    parser.add_argument("--into", type=Path, default=resources.folder("predictors"))
    chosen = parser.parse_args()
    for subject in (FRONTAL, PROFILE):
        if chosen.only not in (None, subject.name):
            continue
        began = time.process_time()
        taught = lessons(subject, _SEED, _SITTERS, _SHOTS, workers=2)
        predictor = train(subject, taught, _SHAPE[subject.name])
        ship.write(chosen.into, subject.name, ship.trees(predictor))
        nme = 100 * errors(predictor, lessons(subject, _HELD_OUT, _HELD_OUT_SITTERS, 1, workers=2))
        sys.stdout.write(
            f"{subject.name}: {len(taught)} crops, {time.process_time() - began:.0f} s; held out: "
            f"{nme[::2].mean():.2f} % from a loose box, {nme[1::2].mean():.2f} % from a tight one\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
