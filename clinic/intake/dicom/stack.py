"""Makes a volume of a series: pixels from child processes, batch by batch, then a regular grid in LPS."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import Volume
from clinic.intake import files, sandbox
from clinic.intake.dicom import grid, pack
from clinic.intake.dicom.series import Frame, Series
from clinic.intake.dicom.words import in_words
from clinic.intake.errors import UnreadableVolume, UnsupportedFile
from clinic.jobs import Progress
from clinic.words import say

MOST_VOXELS = 240 * 10**6  # 480 MB, and as much again while the grid is made
_BATCH_VOXELS = 24 * 10**6  # decoded in a few seconds, whatever the compression
_INT16_BITS = 15
_MERGED = say("The scan is very large: its pixels were merged two by two.")


def read(series: Series, progress: Progress) -> Volume:
    """Return the volume of a series on a regular grid, axes nearest to left, back and up.

    Raises an ImportRejected where slices are damaged, too many, or leave too much open between them.
    """
    name = _name(series)
    used = series if series.voxels <= MOST_VOXELS else series.in_halves()
    if used.voxels > MOST_VOXELS:
        raise UnsupportedFile(
            name,
            say(
                "has {voxels:.0f} million voxels; at most {most_voxels:.0f} million are taken. Export it "
                "with thicker slices or a smaller field.",
                voxels=series.voxels / 1e6,
                most_voxels=4 * MOST_VOXELS / 1e6,
            ),
        )
    plan = grid.plan(used, name)
    values, made_from = _pixels(used, used.frames, progress.part(0.0, 0.8))
    progress.report(0.8, say("Putting the slices in place"))
    volume = grid.volume(used, plan, values, made_from)
    return replace(volume, warnings=(*volume.warnings, _MERGED)) if used.halved else volume


def preview(series: Series, progress: Progress) -> NDArray[np.uint8]:
    """Return the middle slice, (rows, columns) grey, soft tissue and bone both visible."""
    values, _ = _pixels(series, series.frames[len(series.frames) // 2 :][:1], progress)
    middle = values[0]
    low, high = (-300.0, 1200.0) if series.modality == "CT" else np.percentile(middle, (1.0, 99.5))
    grey: NDArray[np.uint8] = np.clip((middle - low) * (255.0 / max(high - low, 1.0)), 0, 255).astype(np.uint8)
    return grey


def _name(series: Series) -> str:
    first = series.source[0]
    return first.name if len(series.source) == 1 else first.parent.name


def _pixels(series: Series, frames: Sequence[Frame], progress: Progress) -> tuple[NDArray[np.int16], str]:
    values = np.empty((len(frames), series.rows, series.columns), np.int16)
    order = sorted(range(len(frames)), key=lambda k: (frames[k].file, frames[k].member, frames[k].frame))
    sha, done = hashlib.sha256(), 0
    for batch in _batches(order, series, frames):
        progress.report(done / len(frames), say("Reading slice {done} of {count}", done=done + 1, count=len(frames)))
        values[batch] = _decoded(series, [frames[k] for k in batch], sha, progress)
        done += len(batch)
    return values, sha.hexdigest()


def _batches(order: list[int], series: Series, frames: Sequence[Frame]) -> Iterator[list[int]]:
    at_once = max(1, _BATCH_VOXELS // (series.rows * series.columns))
    for start in range(0, len(order), at_once):
        yield order[start : start + at_once]


def _decoded(series: Series, frames: list[Frame], sha: "hashlib._Hash", progress: Progress) -> NDArray[np.int16]:
    name = _name(series)
    contents: list[bytes] = []
    asked: list[tuple[int, int, int, float, float]] = []
    for number, (file, group) in enumerate(groupby(frames, key=lambda frame: frame.file)):
        contents.append(files.load(series.source[file]).data)
        sha.update(contents[-1])
        asked += [(number, one.member, one.frame, one.slope, one.intercept) for one in group]
    ask: dict[str, Any] = {
        "want": "pixels",
        "frames": asked,
        "factor": _factor(series),
        "is_ct": series.modality == "CT",
    }
    ask["halved"] = series.halved
    try:
        parsed = sandbox.parse("dicom", files.Outside(name, pack.pack(ask, contents), None), progress)
    except sandbox.Refused as refused:
        raise in_words(refused, name) from refused
    values: NDArray[np.int16] = parsed.arrays["values"]
    if values.shape != (len(frames), series.rows, series.columns):
        raise UnreadableVolume(name, say("a slice has another size than it says"))
    return values


def _factor(series: Series) -> float:
    """Return what rescaled MR values are multiplied with: back to what was stored, and into 16 bits with a sign."""
    slope = max(abs(frame.slope) for frame in series.frames)
    return 2.0 ** min(0, _INT16_BITS - series.bits) / slope
