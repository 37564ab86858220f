"""Images that belong together, checked numbers of what a child process said."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from clinic.case import Floats
from clinic.case.arrays import freeze
from clinic.words import say

LEAST_SLICES = 8
_SAME_AXES, _SAME_SPACING = 3, 3  # digits that agree within a series
_FEW_LOCALIZERS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One slice and where its pixels are: number of the file in the source, member of a ZIP (−1: none), frame.

    position: (3,) mm, centre of the first pixel, scanner frame LPS.
    """

    file: int
    member: int
    frame: int
    position: Floats
    slope: float
    intercept: float
    order: tuple[int, int]  # acquisition and instance number

    def __post_init__(self) -> None:
        freeze(self, position=(np.float64, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Slices of one orientation and size, which may become a volume.

    axes: (2, 3) unit vectors along columns and along rows. pixel_mm: between rows, between columns. description: the
    scanner's words, for the screen alone: they may hold anything. halved: pixels are merged two by two when they are
    read.
    """

    source: tuple[Path, ...]
    modality: str
    description: str
    rows: int
    columns: int
    bits: int
    pixel_mm: tuple[float, float]
    thickness_mm: float
    axes: Floats
    frames: tuple[Frame, ...]
    halved: bool = False

    def __post_init__(self) -> None:
        freeze(self, axes=(np.float64, 2, 3))

    @property
    def normal(self) -> Floats:
        """(3,) unit vector across the slices."""
        across: Floats = np.cross(self.axes[0], self.axes[1])
        return across

    @property
    def step_mm(self) -> float:
        """The usual distance from slice to slice."""
        along = np.sort([frame.position @ self.normal for frame in self.frames])
        return float(np.median(np.diff(along))) if len(along) > 1 else self.thickness_mm

    @property
    def voxels(self) -> int:
        """How many there are."""
        return len(self.frames) * self.rows * self.columns

    def in_halves(self) -> "Series":
        """Return the same with pixels of twice the size; the middle of the first lies half a pixel further in."""
        along_row, along_column = self.pixel_mm[1] * self.axes[0], self.pixel_mm[0] * self.axes[1]
        shift = 0.5 * (along_row + along_column)
        return replace(
            self,
            rows=self.rows // 2,
            columns=self.columns // 2,
            pixel_mm=(2 * self.pixel_mm[0], 2 * self.pixel_mm[1]),
            frames=tuple(replace(frame, position=frame.position + shift) for frame in self.frames),
            halved=True,
        )

    @property
    def words(self) -> str:
        """For a list: "CT, 300 slices every 0.7 mm, 512 × 512"."""
        return say(
            "{modality}, {count} slices every {step_mm:.2g} mm, {columns} × {rows}",
            modality=self.modality,
            count=len(self.frames),
            step_mm=self.step_mm,
            columns=self.columns,
            rows=self.rows,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a path holds: usable series, the one with most slices of a CT first, and why files were left out."""

    series: tuple[Series, ...]
    left_out: tuple[tuple[str, int], ...]  # (reason, how many)
    several_patients: bool


def gathered(source: tuple[Path, ...], images: Sequence[dict[str, Any]], others: Iterable[str]) -> Found:
    """Sort images into series. Raises KeyError, TypeError or ValueError where a child sent nonsense."""
    left_out = Counter(others)
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for image in images:
        reason = _why_not(image)
        if reason:
            left_out[reason] += 1
        else:
            groups[_key(image)].append(image)
    series: list[Series] = []
    for group in groups.values():
        once = {(image["instance"], image["frame"]): image for image in group}
        left_out[say("are copies of others")] += len(group) - len(once)
        for stack in _stacks(list(once.values())):
            if len(stack) < LEAST_SLICES:
                left_out[say("are stacks of less than {least_slices} slices", least_slices=LEAST_SLICES)] += len(stack)
            else:
                series.append(_series(source, stack))
    series.sort(key=lambda one: (one.modality != "CT", -len(one.frames)))
    reasons = tuple((reason, count) for reason, count in left_out.items() if count)
    return Found(tuple(series), reasons, len({image["patient"] for image in images}) > 1)


def _why_not(image: dict[str, Any]) -> str:
    if image["samples"] != 1:
        return say("are in colour")
    if image["is_localizer"]:
        return say("are scouts for planning the scan")
    if not image["position"] or not image["orientation"] or not image["spacing"] or min(image["spacing"]) <= 0:
        return say("do not say where they lie in the patient")
    axes = np.array(image["orientation"], float).reshape(2, 3)
    if np.abs(axes @ axes.T - np.eye(2)).max() > 1e-2:
        return say("have axes that are not at right angles")
    return ""


def _key(image: dict[str, Any]) -> tuple[Any, ...]:
    axes = tuple(np.round(np.array(image["orientation"], float), _SAME_AXES) + 0.0)
    spacing = tuple(round(float(one), _SAME_SPACING) for one in image["spacing"])
    return (image["series"], image["modality"], int(image["rows"]), int(image["columns"]), axes, spacing)


def _stacks(group: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Part a group until no two slices lie in the same place: by phase or echo, then by order."""
    if not _overlaps(group):
        return [group]
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for image in group:
        parts[image["apart"]].append(image)
    return [stack for part in parts.values() for stack in (_turns(part) if _overlaps(part) else [part])]


def _place(image: dict[str, Any]) -> tuple[float, ...]:
    return tuple(np.round(np.array(image["position"], float), 2) + 0.0)


def _overlaps(group: list[dict[str, Any]]) -> bool:
    return len({_place(image) for image in group}) < len(group)


def _turns(group: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Put the first slice of every place into the first stack, the second into the second."""
    turns: list[list[dict[str, Any]]] = []
    seen: Counter[tuple[float, ...]] = Counter()
    for image in sorted(group, key=lambda one: (int(one["acquisition"]), int(one["number"]))):
        turn = seen[_place(image)]
        seen[_place(image)] += 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(image)
    return turns


def _series(source: tuple[Path, ...], stack: list[dict[str, Any]]) -> Series:
    first = stack[0]
    axes = np.array(first["orientation"], float).reshape(2, 3)
    across = np.cross(axes[0], axes[1])
    frames = sorted(map(_frame, stack), key=lambda frame: float(frame.position @ across))
    return Series(
        source=source,
        modality=str(first["modality"]),
        description=str(first["description"]),
        rows=int(first["rows"]),
        columns=int(first["columns"]),
        bits=int(first["bits"]),
        pixel_mm=(float(first["spacing"][0]), float(first["spacing"][1])),
        thickness_mm=float(first["thickness"] or 0.0),
        axes=axes / np.linalg.norm(axes, axis=1, keepdims=True),
        frames=tuple(frames),
    )


def _frame(image: dict[str, Any]) -> Frame:
    return Frame(
        file=int(image["file"]),
        member=int(image["member"]),
        frame=int(image["frame"]),
        position=np.array(image["position"], float),
        slope=float(image["slope"]),
        intercept=float(image["intercept"]),
        order=(int(image["acquisition"]), int(image["number"])),
    )
