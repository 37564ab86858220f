"""Decides where along each line the skin ends: two regions of colour, and a border between them that runs smoothly.

Region competition after Zhu and Yuille 1996, solved exactly along an open curve by dynamic programming.
"""

import numpy as np

from clinic.case import Floats, Ints, Mask
from clinic.reconstruction.outline.lines import Lines

_LEAST_SD = 0.02  # of a colour, 0…1: what a smooth wall and JPEG leave
_CLIP = 6.0  # most that one reading may say for or against
_STIFF = 0.6  # cost of a step of the border by one pixel over one pixel of outline, squared
_SLOPE = 2.0  # most the border may move, pixels per pixel along the outline


def borders(lines: Lines, place: Floats, piece: Ints, start: Floats, guard_px: float, share_px: float) -> Floats:
    """Return (s,) px from the expected outline to the border of the skin.

    place: (s,) px along the outline. start: (s,) px, where the border is thought to be; further than guard_px from it,
    each side is taken for what it should be, and neighbours within share_px for alike.
    """
    found = np.zeros(len(place))
    for number in np.unique(piece):
        chosen = np.flatnonzero(piece == number)
        off = lines.at[None, :] - start[chosen, None]
        colour, inside = lines.colour[chosen], lines.inside[chosen]
        near = np.exp(-0.5 * ((place[chosen, None] - place[None, chosen]) / share_px) ** 2)
        skin = _model(colour, inside & (off < -guard_px), near)
        wall = _model(colour, inside & (off > guard_px), near)
        against = np.clip(_misfit(colour, *skin) - _misfit(colour, *wall), -_CLIP, _CLIP) * inside
        cost = np.cumsum(against, axis=1) - 0.5 * against
        found[chosen] = lines.at[_cheapest(cost, np.abs(np.diff(place[chosen])), lines.step)]
    return found


def _model(colour: Floats, use: Mask, near: Floats) -> tuple[Floats, Floats]:
    """Return mean (s, 3) and covariance (s, 3, 3) of the colours that are used; near: (s, s) who shares with whom."""
    share = use[..., None].astype(float)
    count = share.sum(axis=1)
    first = (colour * share).sum(axis=1)
    second = np.einsum("sti,stj,st->sij", colour, colour, use.astype(float))
    total = np.maximum(near @ count, 1e-9)
    mean = near @ first / total
    spread = np.einsum("sr,rij->sij", near, second) / total[:, :, None]
    covariance = spread - mean[:, :, None] * mean[:, None, :] + _LEAST_SD**2 * np.eye(3)
    return mean, covariance


def _misfit(colour: Floats, mean: Floats, covariance: Floats) -> Floats:
    """Return (s, t) minus twice the logarithm of the likelihood, halved."""
    off = colour - mean[:, None, :]
    inverse = np.linalg.inv(covariance)
    distance = np.einsum("sti,sij,stj->st", off, inverse, off)
    return np.asarray(0.5 * (distance + np.log(np.linalg.det(covariance))[:, None]))


def _cheapest(cost: Floats, apart: Floats, step: float) -> Ints:
    """Return (s,) the reading of each line that together cost least, neighbours' steps included (Viterbi)."""
    lines, readings = cost.shape
    offsets = np.arange(readings) * step
    best = np.zeros((lines, readings), np.int32)
    total = cost[0]
    for line in range(1, lines):
        along = max(float(apart[line - 1]), step)
        slope = (offsets[:, None] - offsets[None, :]) / along
        moved = total[None, :] + np.where(np.abs(slope) > _SLOPE, np.inf, _STIFF * along * slope**2)
        best[line] = np.argmin(moved, axis=1)
        total = cost[line] + moved[np.arange(readings), best[line]]
    path = np.zeros(lines, np.int32)
    path[-1] = int(np.argmin(total))
    for line in range(lines - 1, 0, -1):
        path[line - 1] = best[line, path[line]]
    return path
