"""Finds the faces in a photo: 478 points and 52 expression weights each, with the face landmarker's own graphs.

Source: Google MediaPipe Face Landmarker (Apache-2.0), its three networks run directly. The detector sees 128 × 128
pixels, so a face that is small in a large picture is looked for again in overlapping tiles.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import cv2
import numpy as np

from clinic import resources
from clinic.case import Floats, Pixels
from clinic.case.arrays import freeze
from clinic.reconstruction.crop import crop
from clinic.reconstruction.quiet import without_remarks

MODEL = "face_landmarker.task"
COUNT = 478
IRISES = 468  # from here on the points move with the gaze
# The order of the expression network's outputs: "_neutral" first, then ARKit's names without tongueOut.
_NAMES = """
_neutral browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft
cheekSquintRight eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight
eyeLookOutLeft eyeLookOutRight eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight
jawForward jawLeft jawOpen jawRight mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight
mouthFunnel mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker mouthRight
mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmileLeft mouthSmileRight mouthStretchLeft
mouthStretchRight mouthUpperUpLeft mouthUpperUpRight noseSneerLeft noseSneerRight
"""
BLENDSHAPE_NAMES = tuple(_NAMES.split())

# Which of the 478 points the expression network reads: bit i is set for point i.
_READ_BITS = int(
    "3ff40040000000008225607f7ee026100005501a65d013a93c1068800a400400000000288225310fef77013080002a80a997404ea4f041a2002265f3",
    16,
)
_READ = np.array([i for i in range(COUNT) if _READ_BITS >> i & 1])
EYES = _EYE_R, _EYE_L = 33, 263  # outer eye corners, the one on the left of the picture first
_SIDE = 256  # pixels of the crop that the landmark network reads
_CROP = 1.5  # side of the crop over the longer side of the face's box
_MIN_SCORE = 0.5
_MIN_PRESENCE = 0.5
_SAME_FACE = 0.3  # overlap (intersection over union) from which two boxes are one face
_SEARCH = 1024  # pixels along the longer side: a quarter of it is still twice what the detector sees
_LEAST_TILE = 128  # pixels: below, the detector would only see an enlarged picture


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One face in a photo.

    points: (478, 3): column and row in pixels, and depth in pixels (smaller is nearer, not metric). presence: 0…1, how
    sure the network is that the crop shows a face. box: (4,) left, top, right, bottom of the points, pixels.
    blendshapes: (52,) in the order of `BLENDSHAPE_NAMES`.
    """

    points: Floats
    presence: float
    box: Floats
    blendshapes: Floats

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, COUNT, 3), box=(np.float64, 4), blendshapes=(np.float64, 52))

    @property
    def eye_corners_px(self) -> float:
        """Distance between the outer eye corners in pixels, turning of the head undone by the points' depth."""
        return float(np.linalg.norm(self.points[_EYE_L] - self.points[_EYE_R]))

    @property
    def size_px(self) -> float:
        """The longer side of the box, pixels."""
        return float(max(self.box[2] - self.box[0], self.box[3] - self.box[1]))

    def blendshape(self, name: str) -> float:
        """Return one expression weight. Raises ValueError for an unknown name."""
        return float(self.blendshapes[BLENDSHAPE_NAMES.index(name)])


def detect(pixels: Pixels) -> tuple[Detection, ...]:
    """Return every face in a picture, the largest first.

    pixels: (rows, columns, 3) sRGB. Raises `resources.MissingModelFile`.
    """
    found: list[Detection] = []
    reduced, factor = _reduced(pixels)
    for square in _squares(reduced.shape[1], reduced.shape[0]):
        for box, eyes, _ in _candidates(reduced, square):
            box, eyes = box * factor, eyes * factor
            if any(_is_part(box, known.box) for known in found):
                continue
            detection = read_face(pixels, box, eyes)
            if detection is not None and not any(_overlap(detection.box, known.box) > _SAME_FACE for known in found):
                found.append(detection)
    return tuple(sorted(found, key=lambda detection: -detection.size_px))


def likely_boxes(pixels: Pixels, least_score: float) -> list[Floats]:
    """Return boxes (4,) px that may hold a face, the likeliest first, also those that 478 points cannot be read from.

    None overlaps a likelier one as the same face would. Raises `resources.MissingModelFile`.
    """
    reduced, factor = _reduced(pixels)
    found = [
        candidate
        for square in _squares(reduced.shape[1], reduced.shape[0])
        for candidate in _candidates(reduced, square, least_score)
    ]
    boxes: list[Floats] = []
    for box, _, _ in sorted(found, key=lambda candidate: -candidate[2]):
        if not any(_overlap(box * factor, known) > _SAME_FACE for known in boxes):
            boxes.append(box * factor)
    return boxes


def _reduced(pixels: Pixels) -> tuple[Pixels, float]:
    """Return the picture no larger than the search needs, and how much larger the real one is."""
    factor = max(pixels.shape[:2]) / _SEARCH
    if factor <= 1:
        return pixels, 1.0
    size = (round(pixels.shape[1] / factor), round(pixels.shape[0] / factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)), factor


def _squares(width: int, height: int) -> Iterator[tuple[float, float, float]]:
    """Yield left, top and side of where to look: the whole picture, then half-overlapping tiles, ever smaller."""
    side = float(max(width, height))
    yield (width - side) / 2, (height - side) / 2, side
    for parts in (2, 4):
        tile = side / parts
        if tile < _LEAST_TILE:
            return
        for top in _starts(height, tile):
            for left in _starts(width, tile):
                yield left, top, tile


def _starts(length: int, tile: float) -> Floats:
    count = max(1, int(np.ceil(2 * length / tile)) - 1)
    return np.linspace(0, max(length - tile, 0), count)


def _candidates(
    pixels: Pixels, square: tuple[float, float, float], least_score: float = _MIN_SCORE
) -> list[tuple[Floats, Floats, float]]:
    """Return boxes (4,), eye points (2, 2) and scores that the detector finds in one square of the picture."""
    left, top, side = square
    picture = _cut(pixels, square)
    regressed, logits = _graph("face_detector").run(picture[None].astype(np.float32) / 127.5 - 1)
    score = 1 / (1 + np.exp(-np.clip(logits[0, :, 0].astype(float), -60, 60)))
    rows = regressed[0].astype(float) / 128
    kept: list[tuple[Floats, Floats, float]] = []
    for index in np.argsort(-score, kind="stable"):
        if score[index] <= least_score:
            break
        centre = _anchors()[index] + rows[index, :2]
        box = np.concatenate([centre - rows[index, 2:4] / 2, centre + rows[index, 2:4] / 2])
        if all(_overlap(box, known) <= _SAME_FACE for known, _, _ in kept):
            kept.append((box, _anchors()[index] + rows[index, 4:8].reshape(2, 2), float(score[index])))
    corner = np.array([left, top])
    return [(box * side + np.tile(corner, 2), eyes * side + corner, likely) for box, eyes, likely in kept]


def _cut(pixels: Pixels, square: tuple[float, float, float]) -> Pixels:
    """Cut a square out of the picture, zero outside it, and shrink it to 128 × 128 by area."""
    left, top, side = (round(value) for value in square)
    rows, columns = pixels.shape[:2]
    inside = pixels[max(top, 0) : min(top + side, rows), max(left, 0) : min(left + side, columns)]
    above, before = max(-top, 0), max(-left, 0)
    below, after = side - above - inside.shape[0], side - before - inside.shape[1]
    padded = cv2.copyMakeBorder(inside, above, below, before, after, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    return np.asarray(cv2.resize(padded, (128, 128), interpolation=cv2.INTER_AREA))


@lru_cache(maxsize=1)
def _anchors() -> Floats:
    """Return the (896, 2) cell centres of the detector: 16 × 16 cells twice, then 8 × 8 cells six times."""

    def centres(cells: int, times: int) -> Floats:
        at = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2)
        return np.repeat(grid, times, axis=0)

    return np.concatenate([centres(16, 2), centres(8, 6)])


def read_face(pixels: Pixels, box: Floats, eyes: Floats) -> Detection | None:
    """Return the face inside a box (4,), None if there is none; eyes: (2, 2), the one on the left of the picture first.

    The points are read twice: the second crop follows the first points.
    """
    points, presence = _read(pixels, box, eyes)
    if presence < _MIN_PRESENCE:
        return None
    points, presence = _read(pixels, _bounds(points), points[list(EYES), :2])
    if presence < _MIN_PRESENCE:
        return None
    (weights,) = _graph("face_blendshapes").run(points[None, _READ, :2].astype(np.float32))
    return Detection(points, presence, _bounds(points), weights.astype(float))


def _read(pixels: Pixels, box: Floats, eyes: Floats) -> tuple[Floats, float]:
    """Run the landmark network on a crop around `box`, turned until the eyes are level."""
    side = _CROP * float(max(box[2] - box[0], box[3] - box[1]))
    along = eyes[1] - eyes[0]
    angle = np.arctan2(along[1], along[0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scaled = turn * side / _SIDE
    corner = (box[:2] + box[2:]) / 2 - scaled @ (_SIDE / 2, _SIDE / 2)
    square = crop(pixels, scaled, corner, _SIDE)
    outputs = _graph("face_landmarks_detector").run(square[None].astype(np.float32) / 255)
    local = outputs[0].reshape(COUNT, 3).astype(float)
    presence = 1 / (1 + np.exp(-float(outputs[1].ravel()[0])))
    return np.column_stack([local[:, :2] @ scaled.T + corner, local[:, 2] * side / _SIDE]), presence


def _bounds(points: Floats) -> Floats:
    return np.concatenate([points[:, :2].min(axis=0), points[:, :2].max(axis=0)])


def _intersection(a: Floats, b: Floats) -> float:
    width, height = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    return float(max(width, 0) * max(height, 0))


def _area(box: Floats) -> float:
    return float(max(box[2] - box[0], 0) * max(box[3] - box[1], 0))


def _overlap(a: Floats, b: Floats) -> float:
    """Intersection over union of two boxes."""
    shared = _intersection(a, b)
    return shared / max(_area(a) + _area(b) - shared, 1e-12)


def _is_part(box: Floats, known: Floats) -> bool:
    """True if a box belongs to a known face: most of the smaller one lies in the other."""
    return _intersection(box, known) > 0.5 * min(_area(box), _area(known))


class _Graph:
    """One network; a lock, because an interpreter holds its inputs and outputs."""

    def __init__(self, model: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        # One thread: two were slower, and the order of sums stays the same from run to run.
        with without_remarks():
            self._interpreter = Interpreter(model_content=model, num_threads=1)
            self._interpreter.allocate_tensors()
        self._outputs = sorted(self._interpreter.get_output_details(), key=_output_order)
        self._lock = Lock()

    def run(self, tensor: Any) -> list[Any]:
        """Return the outputs: regression before scores, points before presence."""
        with self._lock:
            self._interpreter.set_tensor(self._interpreter.get_input_details()[0]["index"], tensor)
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(output["index"]) for output in self._outputs]


def _output_order(output: dict[str, Any]) -> int:
    """The largest output first: that puts boxes before scores and points before presence."""
    return -int(np.prod(output["shape"]))


@lru_cache(maxsize=3)
def _graph(name: str) -> _Graph:
    with zipfile.ZipFile(resources.path(MODEL)) as task:
        return _Graph(task.read(f"{name}.tflite"))
