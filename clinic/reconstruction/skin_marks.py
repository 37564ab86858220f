"""The drawing of a patient's skin (moles, folds, scars, brows) on a chart that all faces share.

Two photos of one person carry the same drawing on both sides of the chart; a mirrored photo carries it on the wrong
sides. What is compared is how the left half differs from the right, so that what all faces have in common says nothing.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from clinic.case import Floats, Ints, Mask, Photo
from clinic.case.arrays import freeze
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import IRISES, Detection

_ROWS, _COLUMNS = 240, 200
_PER_MM = 1.25
_EYES_DOWN = 0.42  # of the chart's height
_FINEST_PX, _COARSEST_PX = 1.0, 2.5  # shading is coarser than the marks that are compared
_CONTRAST_PX, _CONTRAST_FLOOR = 10.0, 0.02
_LEAST_SEEN = 0.35  # of its size on the chart: skin that is turned further away shows no marks
_RIM_PX = 7
_BLOCK_PX, _BLOCK_SEEN = 20, 150
_EYE_R, _EYE_L = 33, 263
_SHRINK = 1.5  # a photo that is finer than the chart by more is averaged first


@dataclass(frozen=True, slots=True, eq=False)
class SkinMarks:
    """detail: (rows, columns) fine contrast on the chart. seen: (rows, columns) where it can be read.

    lit_from_left: logarithm of the light on the patient's left half over that on the right.
    """

    detail: Floats
    seen: Mask
    lit_from_left: float

    def __post_init__(self) -> None:
        freeze(self, detail=(np.float64, _ROWS, _COLUMNS), seen=(np.bool_, _ROWS, _COLUMNS))

    @property
    def both_sides(self) -> Mask:
        """(rows, columns) where both a spot and its mirror image can be read."""
        both: Mask = self.seen & self.seen[:, ::-1]
        return both


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the marks of two photos agree: score in standard errors, + the same sides, − mirrored; blocks compared."""

    score: float
    blocks: int


def skin_marks(photo: Photo, face: Detection) -> SkinMarks:
    """Return the marks that a photo shows."""
    chart, points = _chart(), face.points[:IRISES, :2]
    shrink = _px_per_texel(points)
    pixels = photo.pixels
    if shrink > _SHRINK:
        size = tuple(max(1, round(length / shrink)) for length in pixels.shape[1::-1])
        ratio = np.array(size) / pixels.shape[1::-1]
        pixels, points = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)), points * ratio
    corners = points[chart.triangles]
    at = np.einsum("nk,nkd->nd", chart.weights, corners[chart.triangle]).reshape(_ROWS, _COLUMNS, 2) - 0.5
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    drawn = cv2.remap(grey, at.astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    size_seen = _areas(corners) / chart.areas / _px_per_texel(points) ** 2
    seen = (size_seen[chart.triangle].reshape(_ROWS, _COLUMNS) > _LEAST_SEEN) & chart.inside
    bright = np.asarray(drawn, np.float64)
    both = seen & seen[:, ::-1]
    light = (bright + 1) ** 2.2 * both
    halves = light[:, _COLUMNS // 2 :].sum(), light[:, : _COLUMNS // 2].sum()
    return SkinMarks(_detail(bright), _shrunk(seen), float(np.log((halves[0] + 1) / (halves[1] + 1))))


def agreement(one: SkinMarks, other: SkinMarks) -> Agreement:
    """Return how the marks of two photos agree; blocks is 0 if neither shows both sides of the face."""
    ahead, turned = sorted((one, other), key=lambda marks: -int(marks.both_sides.sum()))
    sided = (ahead.detail - ahead.detail[:, ::-1]) / 2
    common = ahead.both_sides & turned.seen
    scores = []
    for row in range(0, _ROWS, _BLOCK_PX):
        for column in range(0, _COLUMNS, _BLOCK_PX):
            block = (slice(row, row + _BLOCK_PX), slice(column, column + _BLOCK_PX))
            if common[block].sum() > _BLOCK_SEEN:
                a, b = sided[block][common[block]], turned.detail[block][common[block]]
                scores.append(float(a @ b) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9))
    if len(scores) < 2:
        return Agreement(0.0, len(scores))
    error = float(np.std(scores)) / np.sqrt(len(scores))
    return Agreement(float(np.mean(scores)) / max(error, 1e-3), len(scores))


@dataclass(frozen=True, slots=True, eq=False)
class _Chart:
    """triangles: (t, 3) of the detector's points, areas (t,) px². triangle, weights: what each texel shows."""

    triangles: Ints
    areas: Floats
    triangle: Ints
    weights: Floats
    inside: Mask


@cache
def _chart() -> _Chart:
    """Return the chart: the mean face from the front."""
    from scipy.spatial import Delaunay

    space = FaceSpace.load()
    mean = space.landmarks_478.on(space.topology.subdivide(space.mean), space.topology.triangles)[:IRISES]
    place = np.column_stack([_COLUMNS / 2 + _PER_MM * mean[:, 0], _EYES_DOWN * _ROWS - _PER_MM * mean[:, 2]])
    mesh = Delaunay(place)
    column, row = np.meshgrid(np.arange(_COLUMNS) + 0.5, np.arange(_ROWS) + 0.5)
    texels = np.column_stack([column.ravel(), row.ravel()])
    triangle = mesh.find_simplex(texels)
    to_weights = mesh.transform[triangle]
    two = np.einsum("nij,nj->ni", to_weights[:, :2], texels - to_weights[:, 2])
    return _Chart(
        triangles=mesh.simplices,
        areas=_areas(place[mesh.simplices]),
        triangle=triangle,
        weights=np.column_stack([two, 1 - two.sum(axis=1)]),
        inside=(triangle >= 0).reshape(_ROWS, _COLUMNS),
    )


def _px_per_texel(points: Floats) -> float:
    """Return how many pixels of the photo a texel spans; from the larger of two distances, so that turning counts."""
    space = FaceSpace.load()
    mean = space.landmarks_478.on(space.topology.subdivide(space.mean), space.topology.triangles)
    ends = ((_EYE_R, _EYE_L), (168, 152))  # outer eye corners; root of the nose and chin
    spans = [np.linalg.norm(points[a] - points[b]) / np.linalg.norm(mean[a] - mean[b]) for a, b in ends]
    return float(max(spans)) / _PER_MM


def _areas(corners: Floats) -> Floats:
    """Return the signed areas (t,) of triangles (t, 3, 2): what faces away in the photo is negative."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    doubled: Floats = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    return doubled / 2


def _detail(grey: Floats) -> Floats:
    """Return the fine contrast, as strong everywhere."""
    bright = np.log(grey + 8)
    band = cv2.GaussianBlur(bright, (0, 0), _FINEST_PX) - cv2.GaussianBlur(bright, (0, 0), _COARSEST_PX)
    strength = np.sqrt(cv2.GaussianBlur(band**2, (0, 0), _CONTRAST_PX))
    return np.asarray(band / (strength + _CONTRAST_FLOOR))


def _shrunk(region: Mask) -> Mask:
    return np.asarray(cv2.erode(region.astype(np.uint8), np.ones((_RIM_PX, _RIM_PX))) > 0)
