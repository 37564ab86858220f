"""Closed loops around an opening, matched between two meshes corner to corner."""

import numpy as np

from clinic.case import Floats, Ints, Points


def along(ours: Points, theirs: Points) -> Points:
    """Return (k, 3): for each point of our loop its place on their loop, by share of the length between the corners.

    Both are closed loops in order, (k, 3) and (m, 3); the corners are the points farthest right and left. The upper
    side goes to the upper side.
    """
    goal = np.empty_like(ours)
    for mine, other in zip(_sides(ours), _sides(theirs), strict=True):
        share, path = _share(ours[mine]), theirs[other]
        length = _share(path)
        goal[mine] = np.column_stack([np.interp(share, length, axis) for axis in path.T])
    return goal


def _sides(loop: Points) -> tuple[Ints, Ints]:
    """Return the upper and the lower side of a loop, each from the right corner to the left, corners included."""
    right, left = int(np.argmin(loop[:, 0])), int(np.argmax(loop[:, 0]))
    count = len(loop)
    one = (right + np.arange((left - right) % count + 1)) % count
    other = (right - np.arange((right - left) % count + 1)) % count
    upper, lower = sorted((one, other), key=lambda side: -float(loop[side[1:-1], 2].mean()))
    return upper.astype(np.int32), lower.astype(np.int32)


def _share(path: Points) -> Floats:
    length = np.r_[0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))]
    share: Floats = length / length[-1]
    return share
