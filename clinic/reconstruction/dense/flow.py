"""How far the second photo lies off the first in the middle view, coarse to fine, with its information.

Iterated least squares on locally normalised grey values (Lucas and Kanade 1981, symmetric in both pictures), each
pixel by a Gaussian window; where a window alone cannot tell, a wider one fills in. At the end the windows are read
alone, and each brings its own 2 × 2 information: strong across an edge, weak along it, nothing on plain skin.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from clinic.reconstruction.dense.between import Between, shifted
from clinic.reconstruction.dense.sighting import Image

WINDOW_PX = 3.5  # sigma of the window
_WIDE = 3.0  # of the wider one, over that
_SPARSE = 4  # px
_NORMAL_PX = 3.5  # sigma over which brightness and contrast are made alike: shade is wider than marks of the skin
_LEAST_CONTRAST = 0.6  # grey values: below, there is only noise
_LEVELS = 4
_ROUNDS = (4, 3, 3, 6)  # finest first
_FILL = 0.02  # how much the wider window counts, in squared normalised gradients
_HOLD = 0.002
_LONGEST_STEP = 1.5  # px


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """What was measured at every pixel of the middle view.

    shift: (rows, columns, 2) px, from the first photo's skin to the second's. information: (rows, columns, 2, 2) per
    px². alike: (rows, columns) correlation of both windows, −1…1.
    """

    shift: Image
    information: Image
    alike: Image


def flow(pair: Between) -> Flow:
    """Return how far the second photo lies off the first."""
    none = np.zeros((*pair.shared.shape, 2), np.float32)
    first, second = pair.looks(none)
    shift = _coarse(first, second, pair.shared, _LEVELS - 1)
    for _ in range(_ROUNDS[0]):
        shift = _improved(shift, *pair.looks(shift), pair.shared)
    return _read(shift, *pair.looks(shift), pair.shared)


def _coarse(first: Image, second: Image, mask: Image, levels: int) -> Image:
    """Return the shift at full size, worked out at the coarser sizes only."""
    pyramid = [(first, second, mask)]
    for _ in range(levels):
        pyramid.append(_halved(*pyramid[-1]))
    shift = np.zeros((*pyramid[-1][2].shape, 2), np.float32)
    for level in range(levels, 0, -1):
        one, other, seen = pyramid[level]
        for _ in range(_ROUNDS[level]):
            half = shift * np.float32(0.5)
            shift = _improved(shift, shifted(one, -half), shifted(other, half), seen)
        rows, columns = pyramid[level - 1][2].shape
        shift = np.float32(2) * cv2.resize(shift, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return shift


def _halved(first: Image, second: Image, mask: Image) -> tuple[Image, Image, Image]:
    """Halve two pictures, counting only what is seen."""
    rows, columns = ((length + 1) // 2 for length in mask.shape)
    weight = cv2.resize(cv2.GaussianBlur(mask, (0, 0), 1.0), (columns, rows), interpolation=cv2.INTER_AREA)
    pictures = [
        cv2.resize(cv2.GaussianBlur(picture * mask, (0, 0), 1.0), (columns, rows), interpolation=cv2.INTER_AREA)
        / np.maximum(weight, 1e-3)
        for picture in (first, second)
    ]
    return pictures[0], pictures[1], (weight > 0.3).astype(np.float32)


def _improved(shift: Image, first: Image, second: Image, mask: Image) -> Image:
    """Return a better shift, one step on."""
    one, other = _normalised(first, mask), _normalised(second, mask)
    xx, xy, yy, by_x, by_y = _equations(one, other, mask)
    # around the present shift, so that the windows pull on the whole shift and not on the step
    by_x, by_y = by_x + xx * shift[..., 0] + xy * shift[..., 1], by_y + xy * shift[..., 0] + yy * shift[..., 1]
    sums = _blurred(np.dstack([xx, xy, yy, by_x, by_y, mask]), WINDOW_PX)
    wide = _widely_blurred(sums)
    held = _HOLD * wide[..., 5]
    around = _solved(wide, held, shift)
    improved = _solved(sums, _FILL * sums[..., 5] + 1e-6, around)
    step = improved - shift
    moved: Image = (shift + np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)).astype(np.float32)
    return moved


def _read(shift: Image, first: Image, second: Image, mask: Image) -> Flow:
    """Return what each window says alone, and how much."""
    one, other = _normalised(first, mask), _normalised(second, mask)
    products = (one * other, one * one, other * other)
    sums = _blurred(np.dstack([*_equations(one, other, mask), mask, *products]), WINDOW_PX)
    count = np.maximum(sums[..., 5], 1e-6)
    step = _solved(sums, (1e-4 * count).astype(np.float32), np.zeros_like(shift))
    alike = sums[..., 6] / np.sqrt(np.maximum(sums[..., 7] * sums[..., 8], 1e-9))
    noise = (sums[..., 7] + sums[..., 8] - 2 * sums[..., 6]) / count
    explained = (sums[..., 3] * step[..., 0] + sums[..., 4] * step[..., 1]) / count
    noise = np.maximum(noise - explained, 0.01)
    independent = count * (4 * np.pi * WINDOW_PX**2) / noise
    tensor = np.stack([sums[..., [0, 1]], sums[..., [1, 2]]], axis=-2) / count[..., None, None]
    long = np.linalg.norm(step, axis=2) > _LONGEST_STEP
    information = tensor * (independent * ~long)[..., None, None]
    read = shift + np.where(long[..., None], 0, step)
    return Flow(read.astype(np.float32), information.astype(np.float32), alike.astype(np.float32))


def _normalised(picture: Image, mask: Image) -> Image:
    """Return a picture with local mean 0 and variance 1: lamps and exposure differ between photos."""
    sums = _blurred(np.dstack([picture * mask, picture**2 * mask, mask]), _NORMAL_PX)
    count = np.maximum(sums[..., 2], 1e-3)
    mean = sums[..., 0] / count
    spread = np.sqrt(np.maximum(sums[..., 1] / count - mean**2, 0) + _LEAST_CONTRAST**2)
    normal: Image = ((picture - mean) / spread * mask).astype(np.float32)
    return normal


def _equations(one: Image, other: Image, mask: Image) -> tuple[Image, Image, Image, Image, Image]:
    """Return, per pixel, the squared gradient xx, xy, yy and its product with the difference."""
    mean: Image = (one + other) * np.float32(0.5)
    kernel = np.array([[-1, 8, 0, -8, 1]], np.float32) / 12
    x = cv2.filter2D(mean, -1, -kernel) * mask
    y = cv2.filter2D(mean, -1, -kernel.T) * mask
    apart = (one - other) * mask
    return x * x, x * y, y * y, x * apart, y * apart


def _solved(sums: Image, hold: Image, towards: Image) -> Image:
    """Return (A + hold)⁻¹ (b + hold · towards) at every pixel; sums hold A as xx, xy, yy, then b."""
    xx, yy, xy = sums[..., 0] + hold, sums[..., 2] + hold, sums[..., 1]
    by_x, by_y = sums[..., 3] + hold * towards[..., 0], sums[..., 4] + hold * towards[..., 1]
    share = 1 / np.maximum(xx * yy - xy * xy, 1e-12)
    solution: Image = np.dstack([(yy * by_x - xy * by_y) * share, (xx * by_y - xy * by_x) * share]).astype(np.float32)
    return solution


def _widely_blurred(sums: Image) -> Image:
    """Return images seen through the wider window; it is smooth, so every fourth pixel will do."""
    rows, columns = sums.shape[:2]
    size = (-(-columns // _SPARSE), -(-rows // _SPARSE))
    layers = []
    for k in range(sums.shape[2]):
        sparse = cv2.resize(np.ascontiguousarray(sums[..., k]), size, interpolation=cv2.INTER_AREA)
        sparse = cv2.GaussianBlur(sparse, (0, 0), _WIDE * WINDOW_PX / _SPARSE)
        layers.append(cv2.resize(sparse, (columns, rows), interpolation=cv2.INTER_LINEAR))
    return np.dstack(layers)


def _blurred(images: Image, sigma: float) -> Image:
    layers = [cv2.GaussianBlur(np.ascontiguousarray(images[..., k]), (0, 0), sigma) for k in range(images.shape[2])]
    return np.dstack(layers)
