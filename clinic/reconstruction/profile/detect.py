"""Finds a face seen from the side and marks its points.

The face detector is less sure of side views but still frames them; each frame is read as if it faced right, and,
mirrored, as if it faced left. A reading from a face returns to the same points from wherever it starts, and what lies
there then looks like one.
"""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Pixels
from clinic.case.arrays import freeze
from clinic.reconstruction import landmarks, predictor
from clinic.reconstruction.profile import presence
from clinic.reconstruction.profile.names import NAMES

FILE = "profile_right.npz"
_LEAST_SCORE = 0.08  # of the face detector: side views of renders score 0.1 to 0.8
_MOST_BOXES = 5
_SURE = 0.9  # presence: no other box is looked at
# From the detector's frame to the box of the points, in shares of the frame's longer side, facing right. Medians of
# renders at 60 to 90°.
SHIFT, GROWN = np.array([-0.16, -0.10]), 1.75
_ROUNDS = 3
# Where the last readings start, off the box by shares of its side, and larger or smaller.
_STARTS = ((0.0, 0.0, 1.0), (0.05, 0.0, 1.0), (-0.05, 0.0, 1.0), (0.0, 0.05, 1.06), (0.0, -0.05, 0.94))


@dataclass(frozen=True, slots=True, eq=False)
class ProfileDetection:
    """A face seen from the side.

    side: "r" or "l", the patient's side that is seen; a face that looks to the right of the picture shows its right
    side. points: (p, 2) column and row, px, of `names`. spread: (p,) px, how far readings from other starts lie apart.
    box: (4,) left, top, right, bottom of the points, px. presence: 0…1, how much this looks like a face from the side.
    """

    side: str
    points: Floats
    spread: Floats
    box: Floats
    presence: float
    names: tuple[str, ...] = NAMES

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, len(self.names), 2), spread=(np.float64, len(self.names)), box=(np.float64, 4))

    @property
    def size_px(self) -> float:
        """The longer side of the box, pixels."""
        return float(max(self.box[2] - self.box[0], self.box[3] - self.box[1]))


def detect(pixels: Pixels) -> ProfileDetection | None:
    """Return the face seen from the side in a picture, the surest if there are several, None if there is none.

    pixels: (rows, columns, 3) sRGB. Raises `resources.MissingModelFile` and `predictor.DamagedPredictor`.
    """
    best: ProfileDetection | None = None
    for box in landmarks.likely_boxes(pixels, _LEAST_SCORE)[:_MOST_BOXES]:
        for reading in _both(pixels, box):
            if reading.presence >= (best.presence if best else presence.LEAST):
                best = reading
        if best and best.presence > _SURE:
            break
    return best


def _both(pixels: Pixels, box: Floats) -> tuple[ProfileDetection, ProfileDetection]:
    """Return what a frame holds if it faces right, and if it faces left."""
    mirrored = np.ascontiguousarray(pixels[:, ::-1])
    width = pixels.shape[1]
    left = read_side(mirrored, np.array([width - box[2], box[1], width - box[0], box[3]]))
    points = np.column_stack([width - left.points[:, 0], left.points[:, 1]])
    return read_side(pixels, box), ProfileDetection("l", points, left.spread, _bounds(points), left.presence)


def read_side(pixels: Pixels, frame: Floats) -> ProfileDetection:
    """Return the reading of a face that looks to the right; frame: (4,) the face detector's, px."""
    points, spread = settled(pixels, frame)
    return ProfileDetection("r", points, spread, _bounds(points), presence.of(pixels, points, spread))


def settled(pixels: Pixels, frame: Floats) -> tuple[Floats, Floats]:
    """Return the points (p, 2) that readings from a frame end at, and how far these lie apart, (p,), px."""
    side = float(max(frame[2] - frame[0], frame[3] - frame[1]))
    centre, side = (frame[:2] + frame[2:]) / 2 + SHIFT * side, GROWN * side
    for _ in range(_ROUNDS):
        points = predictor.read(FILE, predictor.crop(pixels, centre, side))
        centre, side = _square(points)
    cuts = [predictor.crop(pixels, centre + np.array([x, y]) * side, side * size) for x, y, size in _STARTS]
    readings = np.array([predictor.read(FILE, cut) for cut in cuts])
    points = np.median(readings, axis=0)
    return points, np.linalg.norm(readings - points, axis=2).mean(axis=0)


def _square(points: Floats) -> tuple[Floats, float]:
    """Return centre and side of the box of points."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (low + high) / 2, float((high - low).max())


def _bounds(points: Floats) -> Floats:
    return np.concatenate([points.min(axis=0), points.max(axis=0)])
