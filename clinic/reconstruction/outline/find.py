"""Finds the outline of the face in a photo, starting from where the current fit expects it."""

from collections.abc import Sequence

import numpy as np

from clinic.case import Camera, Floats, Ints, Mask, Photo, PhotoFit, Pixels, Points, Topology
from clinic.reconstruction.outline import boundary
from clinic.reconstruction.outline.contour import Contour, occluding
from clinic.reconstruction.outline.lines import Lines, read_lines
from clinic.reconstruction.outline.skin import skin_colour
from clinic.reconstruction.spots import Spots

REACH_MM = 12.0  # how far a mean face's outline lies off, at worst
_FITTED_REACH_MM = 7.0  # and that of a face that was fitted to its landmarks
_STEPS_PER_MM = 3.0
_CORE = 0.6  # of the reach: nearer, the first look does not know which side is skin
_GUARD_MM, _SHARED_MM = 1.0, 6.0
_UPRIGHT = 0.6  # cosine between where was searched and the outline's normal
_EDGE_MM = 1.6  # on both sides of the border, where its exact place is read
_GAMMA = 2.2
_SAME_WALL = 0.06
_LEAST_CONTRAST = 0.06  # of a colour, 0…1
_LEAST_POINTS = 6
_SMOOTH_MM, _STRAY = 4.0, 3.0  # a point so many spreads off its neighbours is not the outline
# Standard deviations: what the edge itself leaves, and what pulls neighbours alike: hairs, shine, clothes, and that the
# outline of the mesh lies on other skin than the face's. With a quarter of that, outlines made faces from one photo
# worse on 40 rendered heads of another family.
_READ_PX, _ALIKE_MM = 0.35, 1.0
_ALIKE = 10.0  # points, a millimetre apart, that err as one


def find(pixels: Pixels, camera: Camera, points: Points, topology: Topology, reach_mm: float = REACH_MM) -> Spots:
    """Return points of the mesh's outline and where the photo shows the skin's, known across the outline only.

    pixels: the photo. camera, points (n, 3): the current fit and its display mesh, in one frame. reach_mm: how far off
    it may be. Only outline where bare skin meets background is returned, so the answer may be empty.
    """
    contour = occluding(camera, points, topology)
    if len(contour.image) < _LEAST_POINTS:
        empty = np.zeros(0)
        return _spots(contour, contour.outward, empty, empty, np.zeros(0, np.int32))
    scale = float(np.median(contour.px_per_mm))
    place = _place(contour)
    direction = _smoothed(contour, place, 0.5 * reach_mm * scale)
    lines = read_lines(pixels, contour.image, direction, reach_mm * scale, max(0.5, scale / _STEPS_PER_MM))
    border = boundary.borders(
        lines, place, contour.piece, np.zeros(len(place)), _CORE * reach_mm * scale, _SHARED_MM * scale
    )
    border = boundary.borders(lines, place, contour.piece, border, _GUARD_MM * scale, _SHARED_MM * scale)
    border, contrast, skin = _exact(lines, border, _EDGE_MM * scale)
    spread, strays = _strays(border, place, contour.piece, _SMOOTH_MM * scale)
    upright = np.einsum("si,si->s", direction, contour.outward)
    kept = np.flatnonzero(
        (contrast > _LEAST_CONTRAST)
        & ~strays
        & (upright > _UPRIGHT)
        & (np.abs(border) < 0.9 * reach_mm * scale)
        & _goes_on(lines, border, _EDGE_MM * scale)
        & skin_colour(pixels, camera, points, topology).holds(skin)
    ).astype(np.int32)
    sigma = np.sqrt(_ALIKE) * np.hypot(np.hypot(_READ_PX, _ALIKE_MM * contour.px_per_mm), spread)
    return _spots(contour, direction, border, sigma, kept)


def outlines(photos: Sequence[Photo], fits: Sequence[PhotoFit], topology: Topology) -> list[Spots]:
    """Return the outline of each photo, given how it sees the face that was fitted to the landmarks."""
    seen = zip(photos, fits, strict=True)
    return [find(photo.pixels, fit.camera, fit.points, topology, _FITTED_REACH_MM) for photo, fit in seen]


def _smoothed(contour: Contour, place: Floats, over_px: float) -> Floats:
    """Return (s, 2) search directions that do not cross in a hollow as the normals do."""
    near = np.exp(-0.5 * ((place[:, None] - place[None, :]) / over_px) ** 2)
    near *= contour.piece[:, None] == contour.piece[None, :]
    direction = near @ contour.outward
    smoothed: Floats = direction / np.linalg.norm(direction, axis=1, keepdims=True)
    return smoothed


def _place(contour: Contour) -> Floats:
    """Return (s,) px along the outline."""
    steps = np.linalg.norm(np.diff(contour.image, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _exact(lines: Lines, rough: Floats, window_px: float) -> tuple[Floats, Floats, Floats]:
    """Return (s,) the border to a fraction of a pixel, (s,) its contrast and (s, 3) the skin's colour beside it.

    The share of skin, summed over a window across the border, is the length of the skin in it: blur changes nothing.
    """
    off = lines.at[None, :] - rough[:, None]
    inside, outside = (off < -window_px / 2) & (off >= -window_px), (off > window_px / 2) & (off <= window_px)
    skin, light = _mean(lines.colour, inside), lines.colour**_GAMMA  # a lens blurs light, not its square root
    outer = _mean(light, outside)
    apart = _mean(light, inside) - outer
    share = np.einsum("sti,si->st", light - outer[:, None, :], apart) / np.maximum((apart**2).sum(1), 1e-9)[:, None]
    near = np.abs(off) <= window_px
    length = (np.clip(share, 0, 1) * near).sum(axis=1) * lines.step
    first = np.where(near, lines.at[None, :], np.inf).min(axis=1) - lines.step / 2
    return first + length, np.linalg.norm(skin - _mean(lines.colour, outside), axis=1), skin


def _goes_on(lines: Lines, border: Floats, window_px: float) -> Mask:
    """Return (s,) whether what begins at the border goes on to the line's end, as a wall does and hair does not."""
    off = lines.at[None, :] - border[:, None]
    beside = _mean(lines.colour, (off > window_px / 2) & (off <= window_px))
    far = lines.inside & (off > 2 * window_px)
    rest = _mean(lines.colour, far)
    varied = np.sqrt(_mean((lines.colour - rest[:, None, :]) ** 2, far).sum(axis=1))
    alike: Mask = np.linalg.norm(beside - rest, axis=1) < _SAME_WALL + varied
    return alike & far.any(axis=1)


def _mean(colour: Floats, use: Mask) -> Floats:
    count = np.maximum(use.sum(axis=1), 1)
    mean: Floats = (colour * use[..., None]).sum(axis=1) / count[:, None]
    return mean


def _strays(border: Floats, place: Floats, piece: Ints, smooth_px: float) -> tuple[Floats, Mask]:
    """Return (s,) how widely neighbours scatter around a local line, and which points do not follow it."""
    spread, stray = np.zeros(len(border)), np.zeros(len(border), bool)
    for number in range(len(border)):
        near = np.flatnonzero((np.abs(place - place[number]) < smooth_px) & (piece == piece[number]))
        if len(near) < _LEAST_POINTS:
            stray[number] = True
            continue
        off = _off_line(place[near] - place[number], border[near])
        spread[number] = 1.4826 * float(np.median(np.abs(off)))
        stray[number] = abs(off[near == number][0]) > _STRAY * max(spread[number], 0.5)
    return spread, stray


def _off_line(place: Floats, border: Floats) -> Floats:
    """Return residuals of a line that few strays do not pull (Theil and Sen)."""
    run = place[:, None] - place[None, :]
    rise = border[:, None] - border[None, :]
    slope = float(np.median(rise[np.abs(run) > 1e-6] / run[np.abs(run) > 1e-6])) if len(place) > 1 else 0.0
    off = border - slope * place
    return np.asarray(off - np.median(off))


def _spots(contour: Contour, direction: Floats, border: Floats, sigma: Floats, kept: Ints) -> Spots:
    """Return the kept points; whitening has rank one, across the outline."""
    whiten = np.zeros((len(kept), 2, 2))
    whiten[:, 0] = contour.outward[kept] / sigma[kept, None]
    return Spots(
        triangle=contour.triangle[kept],
        weights=contour.weights[kept],
        image=contour.image[kept] + border[kept, None] * direction[kept],
        whiten=whiten,
    )
