"""Which part of a volume is the head, and which air is inside it: decided on a coarse copy.

A ball that does not fit between things keeps them apart: table and head rest are thin or hang on little, openings of
nose, ears and mouth are narrow.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import (
    binary_dilation,
    binary_fill_holes,
    distance_transform_edt,
    find_objects,
    gaussian_filter,
    generate_binary_structure,
    label,
)

from clinic.case import MR, Floats, Mask, Volume
from clinic.case.arrays import freeze
from clinic.errors import ClinicError
from clinic.reconstruction.tomography import voxels
from clinic.reconstruction.tomography.levels import Levels
from clinic.words import say

_COARSE_MM = 1.8
_CORE_MM = 3.5  # radius of the ball that fits into a nose and the wall of a sinus, and not into a head rest
_RIM_MM = 2.0  # of what hangs on the head kept whatever it is
_LARGEST_PART_MM = 75.0  # an ear, a nose, a bun of hair; what is larger beside the head is no part of it
_OPENING_MM = 5.0  # radius of the ball that does not enter nostrils, ears and a mouth
_LEAST_CM3 = 400.0  # half of a small child's face and brain
_OUTSIDE_SHARE = 0.02  # of the volume's border, touched by air that is outside; a cut windpipe touches less
_AROUND = generate_binary_structure(3, 3)  # a block and all that touch it


class NoHead(ClinicError):
    """Nothing in the volume is as large as a head."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "No head was found in this scan: nothing in it is large enough and lies apart from the table. "
                "Check that it is the right series, or set the skin level by hand."
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Coarse:
    """A head on a grid of blocks. factors: (3,) voxels per block along x, y, z.

    region: (z, y, x) 1 in the head and around it, 0 where table, rest and sheets lie. cavity: 1 in air inside the head.
    box: first and last voxel + 1 of the head along z, y, x.
    """

    factors: tuple[int, int, int]
    region: NDArray[np.float32]
    cavity: NDArray[np.float32]
    box: tuple[slice, slice, slice]

    def __post_init__(self) -> None:
        freeze(self, region=(np.float32, -1, -1, -1), cavity=(np.float32, -1, -1, -1))


def find(volume: Volume, levels: Levels) -> Coarse:
    """Return where the head is. Raises NoHead."""
    factors = tuple(max(1, round(_COARSE_MM / float(step))) for step in volume.spacing)
    step = volume.spacing * factors
    means = voxels.block_means(volume.values, factors)
    # Tissue and air go on beyond the scan: its ends close no wind pipe and the top of no head.
    margin = int(np.ceil(2 * _OPENING_MM / step.min())) + 1
    bright = np.pad(means > levels.skin, margin, mode="edge")
    solid = _filled(bright) if volume.modality == MR else bright
    core = _largest(_opened(solid, _CORE_MM, step))
    if core.sum() * step.prod() / 1000.0 < _LEAST_CM3:
        raise NoHead
    head, others = _parts(solid, core, step)
    outside = _outside(head, step)
    cavity = ~outside & ~(head & bright)
    seen = (slice(margin, -margin),) * 3
    return Coarse(
        factors=(factors[0], factors[1], factors[2]),
        region=_region(head | cavity, others)[seen],
        cavity=_soft(cavity, outside)[seen],
        box=_box((head | cavity)[seen], factors, volume.values.shape),
    )


def _filled(solid: Mask) -> Mask:
    """Return a head with what is dark in MR, bone and air, where any slice shows it enclosed."""
    filled = solid.copy()
    for axis in range(3):
        for slice_, whole in zip(np.moveaxis(solid, axis, 0), np.moveaxis(filled, axis, 0), strict=True):
            whole |= binary_fill_holes(slice_)
    return filled


def _near(mask: Mask, radius_mm: float, step: Floats) -> Mask:
    """Return what lies within a distance of a mask."""
    within: Mask = distance_transform_edt(~mask, sampling=step[::-1]) <= radius_mm
    return within


def _opened(mask: Mask, radius_mm: float, step: Floats) -> Mask:
    """Return where a ball inside the mask reaches."""
    inner = distance_transform_edt(mask, sampling=step[::-1]) > radius_mm
    return _near(inner, radius_mm, step) & mask if inner.any() else inner


def _largest(mask: Mask) -> Mask:
    found, count = label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(found.ravel())
    sizes[0] = 0
    largest: Mask = found == sizes.argmax()
    return largest


def _parts(solid: Mask, core: Mask, step: Floats) -> tuple[Mask, Mask]:
    """Return the head with its small parts, and everything else that is no air."""
    head = solid & _near(core, _RIM_MM, step)
    found, count = label(solid & ~head)
    touching = np.unique(found[binary_dilation(head, _AROUND)])
    extents = _extents(found, count) * step[::-1]
    for number in touching[touching > 0]:
        if extents[number - 1].max() <= _LARGEST_PART_MM and not _on_border(found, number):
            head |= found == number
    return head, solid & ~head


def _extents(found: NDArray[np.int32], count: int) -> Floats:
    boxes = find_objects(found, count)
    return np.array([[part.stop - part.start for part in box] for box in boxes], float).reshape(-1, 3)


def _on_border(found: NDArray[np.int32], number: int) -> bool:
    """True if a part runs on beyond the sides of the volume; head and neck alone may."""
    return any(bool((np.take(found, end, axis=axis) == number).any()) for axis in (1, 2) for end in (0, -1))


def _outside(head: Mask, step: Floats) -> Mask:
    """Return the air around the head, up to as far into its openings as they are wide."""
    found, count = label(~_near(head, _OPENING_MM, step))
    border = np.concatenate([np.take(found, end, axis=axis).ravel() for axis in range(3) for end in (0, -1)])
    touched = np.bincount(border, minlength=count + 1)
    touched[0] = 0
    wide = np.isin(found, np.flatnonzero(touched > _OUTSIDE_SHARE * border.size))
    steps = int(np.ceil((_OPENING_MM + step.max()) / step.min()))
    reached: Mask = binary_dilation(wide, iterations=steps, mask=~head)
    return reached & _near(wide, _OPENING_MM + float(step.max()), step)


def _region(whole: Mask, others: Mask) -> NDArray[np.float32]:
    near = binary_dilation(whole, _AROUND)
    free = binary_dilation(near, _AROUND) & ~binary_dilation(others, _AROUND)
    around: NDArray[np.float32] = ((free | near) & ~others).astype(np.float32)
    return around


def _soft(cavity: Mask, outside: Mask) -> NDArray[np.float32]:
    """Return a smooth mask that covers the rim of a cavity and ends before the air outside."""
    grown = np.asarray(gaussian_filter(cavity.astype(np.float32), 0.8, truncate=2.0) > 0.08) & ~outside
    smooth: NDArray[np.float32] = np.clip(gaussian_filter(grown.astype(np.float32), 0.5) * 1.3, 0.0, 1.0)
    return smooth


def _box(mask: Mask, factors: tuple[int, ...], shape: tuple[int, ...]) -> tuple[slice, slice, slice]:
    sides = []
    for axis, (factor, size) in enumerate(zip(factors[::-1], shape, strict=True)):
        used = np.flatnonzero(mask.any(axis=tuple(k for k in range(3) if k != axis)))
        first, last = (int(used[0]) - 2) * factor, (int(used[-1]) + 3) * factor
        whole = last > mask.shape[axis] * factor  # blocks do not cover the last voxels
        sides.append(slice(max(0, first), size if whole else min(size, last)))
    return sides[0], sides[1], sides[2]
