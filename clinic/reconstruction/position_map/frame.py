"""The square around a face that the position map network reads, and the way between it and the photo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Pixels
from clinic.reconstruction.crop import crop

_WIDER = 1.5  # side of the square over the longer side of the points' box, as `training.synthesis.camera` cuts it


Crop = NDArray[np.float32]  # (3, side, side) sRGB in 0..1


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A levelled square in a photo.

    corner: (2,) px, where its upper left corner lies. axes: (2, 2) px, columns: its sides to the right and down.
    lens: (3,) as the network is told: tangents of the angles from the optical axis to its middle, right and down in its
    own axes, and the logarithm of focal length over half its side.
    """

    corner: Floats
    axes: Floats
    lens: Floats

    def cut(self, pixels: Pixels, side: int) -> Crop:
        """Return (3, side, side) float32 in 0..1, black beyond the photo."""
        square = crop(pixels, self.axes / side, self.corner, side)
        return np.ascontiguousarray(square.transpose(2, 0, 1), dtype=np.float32) / np.float32(255)

    def in_photo(self, places: Floats) -> Floats:
        """Return (n, 2) px of places (n, 2) in the square, −1..1 from edge to edge."""
        found: Floats = (places + 1) / 2 @ self.axes.T + self.corner
        return found


def around(points: Floats, roll_deg: float, focal_px: float, centre: Floats) -> Frame:
    """Return the frame around landmarks.

    points: (n, 2) px, hidden ones too. roll_deg: + where the head leans clockwise in the picture. centre: (2,) px where
    the optical axis meets the photo.
    """
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    level = np.array([[c, s], [-s, c]])
    placed = (points - centre) @ level.T
    low, high = placed.min(axis=0), placed.max(axis=0)
    half, middle = _WIDER / 2 * float((high - low).max()), (low + high) / 2
    corner = level.T @ (middle - half) + centre
    return Frame(corner, 2 * half * level.T, np.array([*(middle / focal_px), np.log(focal_px / half)]))
