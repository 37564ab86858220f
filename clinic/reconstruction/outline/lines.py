"""Reads a photo along lines across an outline."""

from dataclasses import dataclass

import cv2
import numpy as np

from clinic.case import Floats, Mask, Pixels
from clinic.case.arrays import freeze


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Colours along the outward normal of each of s outline points.

    at: (t,) px from the expected outline, + outwards, evenly spaced. colour: (s, t, 3) sRGB, 0…1.
    inside: (s, t) False beyond the edge of the photo.
    """

    at: Floats
    colour: Floats
    inside: Mask

    def __post_init__(self) -> None:
        freeze(self, at=(np.float64, -1), colour=(np.float64, -1, len(self.at), 3), inside=(np.bool_, -1, len(self.at)))

    @property
    def step(self) -> float:
        """Pixels from one reading to the next."""
        return float(self.at[1] - self.at[0])


def read_lines(pixels: Pixels, start: Floats, direction: Floats, reach_px: float, step_px: float) -> Lines:
    """Read lines through points (s, 2) along unit vectors (s, 2), from `reach_px` inside to as far outside.

    A photo that shows more detail than the steps can follow is smoothed first.
    """
    count = int(np.ceil(reach_px / step_px))
    at = np.arange(-count, count + 1) * step_px
    where = start[:, None, :] + at[None, :, None] * direction[:, None, :]
    low = np.floor(where.min(axis=(0, 1)) - 4 * step_px - 2).astype(int)
    high = np.ceil(where.max(axis=(0, 1)) + 4 * step_px + 2).astype(int)
    size = np.array(pixels.shape[1::-1])
    low, high = np.clip(low, 0, size - 1), np.clip(high, 1, size)
    cut = pixels[low[1] : high[1], low[0] : high[0]]
    if step_px > 0.75:
        cut = cv2.GaussianBlur(cut, (0, 0), step_px / 2)
    # OpenCV counts from the centre of the first pixel, we from its corner.
    local = (where - low - 0.5).astype(np.float32)
    read = cv2.remap(cut, local[..., 0], local[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    within = np.asarray(((where >= 0.5) & (where <= size - 0.5)).all(axis=2))
    return Lines(at.astype(np.float64), read.astype(float) / 255, within)
