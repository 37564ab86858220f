"""A ruler in the picture: two marks that the user put on it."""

import cv2
import numpy as np

from clinic.case import Floats, Photo, Ruler
from clinic.reconstruction.scale.sight import Reading, Sight

SOURCE = "ruler"
_MADE = 0.003  # relative: what a ruler's print or stamp is off (class II of EN 13940 is finer)
_TILT = 0.005  # relative: held 6° out of the plane of the picture
_MARK_PX = 1.0
_SNAP_PX = 6.0  # how far from the user's mark its line is looked for
_SNAPPED_PX = 0.35
_LEAST_CONTRAST = 0.12  # of the brightness around it


def read(sight: Sight, ruler: Ruler) -> Reading:
    """Return the size that a ruler in this photo gives."""
    marks, mark_px = _on_the_lines(sight.photo, np.array([ruler.start, ruler.end], np.float64))
    depths, doubts = zip(*(sight.depth(mark) for mark in marks), strict=True)
    ends = [sight.ray(mark) * depth for mark, depth in zip(marks, depths, strict=True)]
    length = float(np.linalg.norm(ends[1] - ends[0]))
    length_px = float(np.linalg.norm(marks[1] - marks[0]))
    deep = float(np.mean(doubts)) / float(np.mean(depths))
    sigma = float(np.sqrt(_MADE**2 + _TILT**2 + 2 * (mark_px / length_px) ** 2 + deep**2))
    return Reading(SOURCE, ruler.length_mm / length, sigma)


def _on_the_lines(photo: Photo, marks: Floats) -> tuple[Floats, float]:
    """Move both marks (2, 2) along the ruler to the middle of the lines nearest to them, if both have one.

    Returns the marks and how far off each may be, px.
    """
    along = (marks[1] - marks[0]) / np.linalg.norm(marks[1] - marks[0])
    snapped = [_nearest_line(photo, mark, along) for mark in marks]
    if any(mark is None for mark in snapped):
        return marks, _MARK_PX
    return np.array(snapped), _SNAPPED_PX


def _nearest_line(photo: Photo, mark: Floats, along: Floats) -> Floats | None:
    """Return the middle of the dark line across `along` that is nearest to a mark, None without one."""
    across = np.array([-along[1], along[0]])
    steps = np.arange(-_SNAP_PX - 3, _SNAP_PX + 3.01, 0.25)
    at = mark + steps[:, None, None] * along + np.arange(-2, 2.1, 0.5)[:, None] * across - 0.5
    grey = _grey_around(photo, at)
    profile = grey.mean(axis=1)
    dark = cv2.GaussianBlur(profile[:, None], (1, 13), 3.0).ravel() - profile
    peaks = [
        i
        for i in range(1, len(steps) - 1)
        if abs(steps[i]) <= _SNAP_PX and dark[i] >= dark[i - 1] and dark[i] > dark[i + 1]
    ]
    lines = [i for i in peaks if dark[i] > _LEAST_CONTRAST * profile.max()]
    if not lines:
        return None
    nearest = min(lines, key=lambda i: abs(steps[i]))
    return np.asarray(mark + _middle(dark, steps, nearest) * along)


def _grey_around(photo: Photo, at: Floats) -> Floats:
    """Sample the picture at (r, s, 2) pixel indices as grey values."""
    low = np.maximum(np.floor(at.min(axis=(0, 1))).astype(int) - 2, 0)
    high = np.ceil(at.max(axis=(0, 1))).astype(int) + 3
    part = cv2.cvtColor(photo.pixels[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2GRAY).astype(np.float32)
    local = (at - low).astype(np.float32)
    grey = cv2.remap(part, local[..., 0], local[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(grey, np.float64)


def _middle(dark: Floats, steps: Floats, peak: int) -> float:
    """Return the top of the parabola through a peak and its neighbours."""
    before, top, after = dark[peak - 1 : peak + 2]
    bend = before - 2 * top + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(steps[peak] + shift * (steps[1] - steps[0]))
