"""What was taken of the patient."""

from dataclasses import dataclass

import numpy as np

from clinic.case.arrays import Pixels, freeze
from clinic.case.digest import digest


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One upright photograph in sRGB, 8 bits, with nothing of its metadata but the lens.

    pixels: (rows, columns, 3) uint8. focal_35mm: 35 mm equivalent focal length in mm from EXIF, None if unknown or if
    the picture was cropped. made_from: SHA-256 of the file that was read.
    """

    pixels: Pixels
    name: str  # a neutral label ("photo 1"), never the file's name: that may hold the patient's
    focal_35mm: float | None = None
    made_from: str = ""
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        freeze(self, pixels=(np.uint8, -1, -1, 3))

    @property
    def id(self) -> str:
        """Digest of the picture: equal pixels, equal id."""
        return digest(self.pixels)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Acquisition:
    """All photos of one sitting, and what the user said about scale."""

    photos: tuple[Photo, ...] = ()
    interpupillary_mm: float | None = None  # measured on the patient, distance gaze
