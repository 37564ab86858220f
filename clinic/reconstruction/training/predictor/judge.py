"""Teaches the difference between a face seen from the side and anything else that a predictor was started on.

`python -m clinic.reconstruction.training.predictor.judge` writes resources/predictors/profile_presence.npz.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from clinic import resources
from clinic.case import Floats, Mask, Pixels
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.profile import presence
from clinic.reconstruction.profile.detect import GROWN, SHIFT, settled
from clinic.reconstruction.training.predictor import ship
from clinic.reconstruction.training.predictor.lessons import PROFILE, PROFILE_YAW, true_points
from clinic.reconstruction.training.predictor.studio import background, shoot

_SEED, _RENDERS = 90, 1200
_RIGHT, _WRONG = 0.05, 0.12  # error of a reading in shares of the face; between the two nothing is learned
_PENALTY = 3e-4
_FACING = (-40.0, 40.0)


def examples(seed: int, number: int) -> list[tuple[Floats, bool]]:
    """Return features of a few readings of one picture, and whether each is right."""
    random = np.random.default_rng((seed, number))
    kind = number % 4
    if kind == 3:
        pixels = _developed(background(random, 448))
        return [(_features(pixels, _anywhere(random, 448)), False) for _ in range(3)]
    shot = shoot(FaceSpace.load(), random, PROFILE_YAW if kind < 2 else _FACING, 320)
    truth = true_points(shot, PROFILE.embedding)
    found = []
    for frame in (_frame(truth, random), _frame(truth, random, 0.5), _anywhere(random, 320)):
        points, spread = settled(shot.pixels, frame)
        size = np.sqrt(np.prod(np.ptp(truth, axis=0)))
        error = float(np.linalg.norm(points - truth, axis=1).mean() / size)
        if kind == 2 or error > _WRONG or error < _RIGHT:
            found.append((presence.features(shot.pixels, points, spread), kind < 2 and error < _RIGHT))
    mirrored = np.ascontiguousarray(shot.pixels[:, ::-1])
    flipped = truth * (-1, 1) + (shot.pixels.shape[1], 0)
    return [*found, (_features(mirrored, _frame(flipped, random)), False)]


def _features(pixels: Pixels, frame: Floats) -> Floats:
    return presence.features(pixels, *settled(pixels, frame))


def _frame(points: Floats, random: Generator, loose: float = 0.15) -> Floats:
    """Return a frame as the face detector puts it around these points, more or less."""
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max()) / GROWN * np.exp(random.normal(0, loose))
    centre = (low + high) / 2 - (SHIFT + random.normal(0, 0.4 * loose, 2)) * side
    return np.concatenate([centre - side / 2, centre + side / 2])


def _anywhere(random: Generator, size: int) -> Floats:
    side = random.uniform(0.15, 0.5) * size
    corner = random.uniform(0, size - side, 2)
    return np.concatenate([corner, corner + side])


def _developed(linear: Floats) -> Pixels:
    return np.asarray((255 * np.clip(linear, 0, 1) ** (1 / 2.2)).astype(np.uint8))


def logistic(features: Floats, right: Mask) -> tuple[Floats, float]:
    """Return weights (f,) and bias of a logistic regression with both kinds weighing alike."""
    from scipy.optimize import minimize

    sign = np.where(right, 1.0, -1.0)
    share = np.where(right, 0.5 / right.sum(), 0.5 / (~right).sum())

    def cost(all_weights: Floats) -> tuple[float, Floats]:
        margin = sign * (features @ all_weights[:-1] + all_weights[-1])
        slope = -share * sign / (1 + np.exp(np.clip(margin, -40, 40)))
        penalty = _PENALTY * all_weights[:-1]
        value = float((share * np.logaddexp(0, -margin)).sum() + 0.5 * penalty @ all_weights[:-1])
        return value, np.append(slope @ features + penalty, slope.sum())

    found = minimize(cost, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return found[:-1], float(found[-1])


def main() -> int:
    """Learn from renders, keep a fifth of them to say how often the judgement is right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=resources.folder("predictors"))
    chosen = parser.parse_args()
    made = [examples(_SEED, number) for number in range(_RENDERS)]
    held = sum(len(some) for some in made[: _RENDERS // 5])
    features = np.array([one for some in made for one, _ in some])
    right = np.array([is_so for some in made for _, is_so in some])
    weights, bias = logistic(features[held:], right[held:])
    arrays: dict[str, NDArray[np.float32]] = {
        "weights": weights.astype(np.float32),
        "bias": np.array(bias, np.float32),
    }
    ship.write(chosen.into, presence.FILE, arrays)
    score = features[:held] @ weights + bias
    sys.stdout.write(
        f"held out: {(score[right[:held]] > 0).mean():.3f} of {right[:held].sum()} faces from the side found, "
        f"{(score[~right[:held]] > 0).mean():.3f} of {(~right[:held]).sum()} others taken for one\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
