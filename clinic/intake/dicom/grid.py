"""From slices as they were taken to a regular grid in LPS: gantry tilt, uneven and missing slices, axes.

A tilted gantry stacks slices along a line that is not their normal; they are moved within their planes until it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import shift

from clinic.case import Floats, Volume
from clinic.case.arrays import freeze
from clinic.intake.dicom.series import Series
from clinic.intake.errors import UnreadableVolume
from clinic.words import say, say_plural

_UNEVEN = 0.02  # relative: by how much steps differ before slices are interpolated
_MOST_OPEN_MM = 7.0  # between slices: more is anatomy that nobody measured
_THICKEST_MM = 6.0
_TILT_PX = 0.25
_AIR = {"CT": -1024}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Where the slices lie and what has to be done.

    along: (n,) mm along the normal, rising. offsets: (n, 2) pixels (row, column) by which each slice lies off the
    normal through the first. step_mm: of the regular grid.
    """

    along: Floats
    offsets: Floats
    step_mm: float
    warnings: tuple[str, ...]

    def __post_init__(self) -> None:
        freeze(self, along=(np.float64, -1), offsets=(np.float64, -1, 2))


def plan(series: Series, name: str) -> Plan:
    """Return what is to be done with a series. Raises UnreadableVolume where too much lies open between slices."""
    positions = np.array([frame.position for frame in series.frames])
    along = (positions - positions[0]) @ series.normal
    steps = np.diff(along)
    step = float(np.median(steps))
    if step > _THICKEST_MM:
        raise UnreadableVolume(
            name,
            say(
                "its slices lie {step:.1f} mm apart; a face needs at most {thickest_mm:.0f} mm",
                step=step,
                thickest_mm=_THICKEST_MM,
            ),
        )
    if steps.max() > max(_MOST_OPEN_MM, 1.5 * step):
        raise UnreadableVolume(
            name, say("slices are missing: {gap:.1f} mm lie open between two of them", gap=steps.max())
        )
    offsets = (positions - positions[0]) @ series.axes[::-1].T / series.pixel_mm
    return Plan(along, offsets, step, tuple(_warnings(series, steps, step, offsets)))


def _warnings(series: Series, steps: Floats, step: float, offsets: Floats) -> list[str]:
    warnings = []
    missing = int(np.sum(np.round(steps[steps > 1.5 * step] / step) - 1))
    if missing:
        warnings.append(
            say_plural(
                "{n} slice is missing and filled in between its neighbours.",
                "{n} slices are missing and filled in between their neighbours.",
                missing,
            )
        )
    elif _is_uneven(steps, step):
        warnings.append(
            say(
                "Slices lie {least:.2g} to {most:.2g} mm apart; they were made even.",
                least=steps.min(),
                most=steps.max(),
            )
        )
    moved = float(np.abs(offsets).max())
    if moved > _TILT_PX:
        shear = offsets[-1] * series.pixel_mm / (len(steps) * steps.mean())
        warnings.append(
            say("The scanner was tilted by {tilt:.0f}°; this was undone.", tilt=np.degrees(np.arctan(np.hypot(*shear))))
        )
    return warnings


def _is_uneven(steps: Floats, step: float) -> bool:
    return bool(np.abs(steps - step).max() > _UNEVEN * step)


def volume(series: Series, plan: Plan, values: NDArray[np.int16], made_from: str) -> Volume:
    """Return the slices (n, rows, columns) as a volume; the array is used up."""
    corner = series.frames[0].position
    if np.abs(plan.offsets).max() > _TILT_PX:
        values, moved = _upright(values, plan.offsets, _AIR.get(series.modality, int(values.min())))
        corner = corner + (moved * series.pixel_mm) @ series.axes[::-1]
    if _is_uneven(np.diff(plan.along), plan.step_mm):
        values = _even(values, plan)
    axes = np.column_stack([series.axes[0], _at_right_angle(series.axes), series.normal])
    spacing = np.array([series.pixel_mm[1], series.pixel_mm[0], plan.step_mm])
    return _in_lps(values, spacing, axes, corner, series, plan.warnings, made_from)


def _at_right_angle(axes: Floats) -> Floats:
    second = axes[1] - (axes[1] @ axes[0]) * axes[0]
    return np.asarray(second / np.linalg.norm(second))


def _upright(values: NDArray[np.int16], offsets: Floats, air: int) -> tuple[NDArray[np.int16], Floats]:
    """Return slices moved within their planes into a frame that holds all of them, and its corner in pixels."""
    low, high = np.floor(offsets.min(axis=0)), np.ceil(offsets.max(axis=0))
    rows, columns = (int(size) for size in values.shape[1:] + high - low)
    upright = np.full((len(values), rows, columns), air, np.int16)
    for slice_, moved, offset in zip(values, upright, offsets - low, strict=True):
        framed = np.full((rows, columns), air, np.float32)
        framed[: slice_.shape[0], : slice_.shape[1]] = slice_
        np.rint(shift(framed, offset, order=1, cval=air), out=framed)
        moved[:] = framed
    return upright, low


def _even(values: NDArray[np.int16], plan: Plan) -> NDArray[np.int16]:
    """Interpolate slices linearly at even steps."""
    wanted = np.arange(0.0, plan.along[-1] + 0.5 * plan.step_mm, plan.step_mm)
    above = np.clip(np.searchsorted(plan.along, wanted, side="right"), 1, len(plan.along) - 1)
    share = np.clip((wanted - plan.along[above - 1]) / (plan.along[above] - plan.along[above - 1]), 0.0, 1.0)
    even = np.empty((len(wanted), *values.shape[1:]), np.int16)
    for slice_, upper, weight in zip(even, above, share.astype(np.float32), strict=True):
        slice_[:] = np.rint((1 - weight) * values[upper - 1] + weight * values[upper])
    return even


def _in_lps(
    values: NDArray[np.int16],
    spacing: Floats,
    axes: Floats,
    corner: Floats,
    series: Series,
    warnings: tuple[str, ...],
    made_from: str,
) -> Volume:
    """Turn and mirror the array until its axes point as far as possible to the left, back and up."""
    order = _nearest_axes(axes)
    sign = np.sign(axes[np.arange(3), order])
    size = np.array(values.shape[::-1])[order]
    turned = values.transpose(*(2 - order[::-1]))
    turned = turned[tuple(slice(None, None, int(s)) for s in sign[::-1])]
    start = corner + sum(
        (
            axes[:, axis] * spacing[axis] * (count - 1)
            for axis, count, s in zip(order, size, sign, strict=True)
            if s < 0
        ),
        start=np.zeros(3),
    )
    return Volume(turned, spacing[order], axes[:, order] * sign, start, series.modality, warnings, made_from)


def _nearest_axes(axes: Floats) -> NDArray[np.intp]:
    """Return which axis of the array goes to x, y and z: the assignment whose cosines add up to most."""
    from itertools import permutations

    best = max(permutations(range(3)), key=lambda order: sum(abs(axes[k, axis]) for k, axis in enumerate(order)))
    return np.array(best)
