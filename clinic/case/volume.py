"""A stack of slices through the patient: CT, cone beam CT or MR."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.case.arrays import Floats, Points, freeze
from clinic.case.digest import digest

CT, MR = "CT", "MR"


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """Values on a regular grid, its axes within 45° of left, back and up; nothing else of the files it came from.

    values: (slices, rows, columns) int16, Hounsfield units of a CT, arbitrary units of an MR. spacing: (3,) mm between
    columns, rows and slices. directions: (3, 3), its columns are the unit vectors along columns, rows and slices in the
    scanner frame (LPS), right-handed and orthogonal. origin: (3,) mm, the centre of the first voxel, scanner frame.
    warnings: what was done to make the grid regular, and what that means. made_from: SHA-256 of what was read.
    """

    values: NDArray[np.int16]
    spacing: Floats
    directions: Floats
    origin: Floats
    modality: str
    warnings: tuple[str, ...] = ()
    made_from: str = ""

    def __post_init__(self) -> None:
        freeze(
            self,
            values=(np.int16, -1, -1, -1),
            spacing=(np.float64, 3),
            directions=(np.float64, 3, 3),
            origin=(np.float64, 3),
        )

    @property
    def id(self) -> str:
        """Digest of what was read, and of how the grid lies."""
        return digest((self.made_from, self.spacing, self.directions, self.origin, self.values.shape))

    @property
    def shape(self) -> tuple[int, int, int]:
        """(columns, rows, slices), in the order of the axes x, y, z."""
        slices, rows, columns = self.values.shape
        return columns, rows, slices

    def to_scanner(self, voxels: Points) -> Points:
        """Return (n, 3) mm in the scanner frame of (column, row, slice) positions, which may lie between voxels."""
        placed: Points = (voxels * self.spacing) @ self.directions.T + self.origin
        return placed

    def to_voxels(self, points: Points) -> Points:
        """Return the (n, 3) (column, row, slice) positions of points in the scanner frame, mm."""
        found: Points = (points - self.origin) @ self.directions / self.spacing
        return found
