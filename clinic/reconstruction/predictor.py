"""Our own shape predictors: points of a face read from grey pixels by regression trees, started from a box.

Method: Kazemi and Sullivan 2014, "One millisecond face alignment with an ensemble of regression trees". The trees are
learned with dlib (Boost licence) from renders of the face space alone: resources/predictors/README.md.
"""

import hashlib
import io
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clinic import resources
from clinic.case import Floats, Ints, Pixels
from clinic.case.arrays import freeze
from clinic.errors import ClinicError
from clinic.reconstruction.crop import cut
from clinic.words import say

SIDE = 300  # of the crop that the trees see, pixels
BOX = 195  # side of the box in its middle
_CALM = (1.0, 99.0)  # percentiles of grey that are stretched to the whole range
_CARD = "predictors.toml"


class DamagedPredictor(ClinicError):
    """A predictor is absent or is not the one that was trained."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "The file resources/predictors/{name} is missing or damaged, so faces cannot be read. "
                "Restore that folder from the program's own files or install the program again.",
                name=name,
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """A square cut from a picture. A point p of it lies at matrix · p + corner in the picture, pixels.

    grey: (SIDE, SIDE). The box that it was cut around is the square of `BOX` pixels in its middle.
    """

    grey: Pixels
    matrix: Floats
    corner: Floats

    def outside(self, points: Floats) -> Floats:
        """Return points (n, 2) of the crop in the picture."""
        placed: Floats = points @ self.matrix.T + self.corner
        return placed

    def inside(self, points: Floats) -> Floats:
        """Return points (n, 2) of the picture in the crop."""
        placed: Floats = (points - self.corner) @ np.linalg.inv(self.matrix).T
        return placed


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """An ensemble of regression trees in levels; every level reads its own pixels and moves all points a little.

    start: (p, 2) mean points, in shares of the box. anchor: (levels, pixels) the point that a pixel is tied to; delta:
    (levels, pixels, 2) how far it lies from there. pair, threshold: (levels, trees, splits, 2) and (levels, trees,
    splits): left if one pixel is brighter than the other by more than that. leaf: (levels, trees, leaves, p, 2).
    """

    start: Floats
    anchor: Ints
    delta: NDArray[np.float32]
    pair: Ints
    threshold: Ints
    leaf: NDArray[np.float16]

    def __post_init__(self) -> None:
        freeze(
            self,
            start=(np.float64, -1, 2),
            anchor=(np.int32, -1, -1),
            delta=(np.float32, -1, -1, 2),
            pair=(np.int32, -1, -1, -1, 2),
            threshold=(np.int32, -1, -1, -1),
            leaf=(np.float16, -1, -1, -1, len(self.start), 2),
        )

    def find(self, grey: Pixels) -> Floats:
        """Return the points (p, 2) in a grey crop, in its pixels."""
        box = (SIDE - BOX) // 2
        shape = self.start
        for level in range(len(self.anchor)):
            turn = _similarity(self.start, shape)
            reads = shape[self.anchor[level]] + self.delta[level] @ turn.T
            value = _pixels(grey, reads * BOX + box)
            shape = shape + self._moves(level, value)
        return shape * BOX + box

    def _moves(self, level: int, value: Ints) -> Floats:
        trees, splits = self.threshold[level].shape
        every, at = np.arange(trees), np.zeros(trees, int)
        for _ in range(int(np.log2(splits + 1))):
            one, other = self.pair[level, every, at].T
            at = 2 * at + np.where(value[one] - value[other] > self.threshold[level, every, at], 1, 2)
        moved: Floats = self.leaf[level, every, at - splits].sum(axis=0, dtype=np.float64)
        return moved


def crop(pixels: Pixels, centre: Floats, side: float, angle: float = 0.0) -> Crop:
    """Cut out the surroundings of a box with `centre` (2,) and `side`, px, which is turned by `angle`, radians.

    Grey is stretched, so that a dark photo looks like a light one; the picture's edge is drawn out beyond it.
    """
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * side / BOX
    corner = centre - matrix @ (SIDE / 2, SIDE / 2)
    grey = cv2.cvtColor(cut(pixels, matrix, corner, SIDE, cv2.BORDER_REPLICATE), cv2.COLOR_RGB2GRAY).astype(float)
    low, high = np.percentile(grey, _CALM)
    stretched = np.clip((grey - low) * 255 / max(high - low, 16.0), 0, 255)
    return Crop(stretched.astype(np.uint8), matrix, corner)


def read(name: str, cut: Crop) -> Floats:
    """Return the points (p, 2) that a predictor sees in a crop, in the pixels of the picture.

    Raises DamagedPredictor.
    """
    return cut.outside(load(name).find(cut.grey))


@cache
def load(name: str) -> Trees:
    """Return a predictor of ours, read once. Raises DamagedPredictor."""
    return Trees(**arrays(name))


@cache
def arrays(name: str) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file in resources/predictors, read once and verified. Raises DamagedPredictor."""
    folder = resources.folder("predictors")
    try:
        card = tomllib.loads((folder / _CARD).read_text(encoding="utf-8"))
        content = (folder / name).read_bytes()
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DamagedPredictor(name) from error
    if hashlib.sha256(content).hexdigest() != card.get("sha256", {}).get(name):
        raise DamagedPredictor(name)
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return dict(stored)


def _similarity(start: Floats, shape: Floats) -> Floats:
    """Return the (2, 2) turning and scaling that takes the mean points nearest to the points."""
    a, b = start - start.mean(axis=0), shape - shape.mean(axis=0)
    along, across = float((a * b).sum()), float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum())
    return np.array([[along, -across], [across, along]]) / float((a**2).sum())


def _pixels(grey: Pixels, at: Floats) -> Ints:
    """Return the (n,) grey values at points (n, 2), 0 outside."""
    column, row = np.floor(at).astype(int).T
    inside = (column >= 0) & (column < SIDE) & (row >= 0) & (row < SIDE)
    found: Ints = np.where(inside, grey[np.where(inside, row, 0), np.where(inside, column, 0)], 0).astype(np.int32)
    return found
