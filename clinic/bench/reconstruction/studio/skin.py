"""Painted skin: tones of a person, regions, brows, lips, and marks from blotches down to pores.

Everything is painted over the texture of the mean head, so that a spot stays on its place of skin in every photo. The
contrast of the detail is that of faces photographed at 2 to 3 px/mm, 2 to 4 %.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from clinic.bench.reconstruction.studio.head import Kind, hair
from clinic.case import Floats, Ints, Mask, Pixels
from clinic.geometry.rasterise import rasterise

Picture = NDArray[np.float32]
SIZE = 1280  # rows: 4.3 texels per mm
_PX_MM = SIZE * 6.9 / 2048
_TONES = ((238, 203, 184), (226, 184, 158), (208, 163, 138), (180, 132, 104), (140, 96, 72), (96, 66, 52))
_HAIR = ((38, 28, 22), (58, 40, 28), (92, 64, 40), (150, 115, 72), (150, 148, 145))
# Blotches, patches, grain and pores: sigma in mm, contrast.
_DETAIL = ((9.0, 0.015), (3.0, 0.010), (1.0, 0.015), (0.35, 0.025))
_LIPS, _NOSE_TIP = tuple(range(48, 60)), 30
_BROWS = (tuple(range(17, 22)), tuple(range(22, 27)))


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """albedo: (SIZE, 2·SIZE, 3) sRGB. shine: (SIZE, 2·SIZE) how strongly each place mirrors the lamps. tone: (3,)."""

    albedo: Pixels
    shine: Pixels
    tone: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Chart:
    """Where each texel lies on the mean head: place (rows, columns, 3) mm, inside (rows, columns)."""

    place: Picture
    inside: Mask


def paint(kind: Kind, random: np.random.Generator) -> Skin:
    """Paint one person."""
    chart = _chart(kind)
    tone = np.array(_TONES[random.integers(len(_TONES))]) / 255 * random.uniform(0.95, 1.05, 3)
    dark = np.array(_HAIR[random.integers(3 if tone[0] < 0.75 else len(_HAIR))]) / 255
    colour = np.broadcast_to(tone.astype(np.float32), (*chart.inside.shape, 3)).copy()
    colour *= 1 + _blush(kind, chart, random)[..., None] * np.array([0.3, -0.9, -0.7], np.float32)
    colour *= np.exp(_detail(chart, random))
    colour *= 1 - _marks(chart, random)[..., None] * np.array([0.75, 1.0, 1.1], np.float32)
    colour *= 1 - _stubble(kind, chart, random)[..., None] * np.array([1.1, 1.0, 0.9], np.float32)
    lips = _lips(kind, chart)[..., None]
    colour *= 1 - lips * random.uniform(0.5, 1.0) * np.array([0.16, 0.38, 0.32], np.float32)
    for cover, strength in ((_brows(kind, random), 0.85), (_lashes(kind), 0.8)):
        colour += strength * cover[..., None] * (dark.astype(np.float32) * 0.9 - colour)
    cover = hair(chart.place.reshape(-1, 3).astype(np.float64)).reshape(chart.inside.shape).astype(np.float32)
    strands = cv2.GaussianBlur(random.standard_normal(chart.inside.shape).astype(np.float32), (0, 0), 0.8, sigmaY=14)
    locks = dark.astype(np.float32) * np.exp(1.6 * strands)[..., None]
    colour += np.clip(cover * (1.0 + 3.0 * strands), 0, 1)[..., None] * (locks - colour)
    gloss = (0.6 + 0.8 * lips[..., 0]) * (1 - cover) * np.exp(0.35 * _noise(chart.inside.shape, 0.35, random))
    return Skin(_bytes(colour), _bytes(gloss / 2), tone)


def _bytes(values: Picture) -> Pixels:
    return np.round(255 * np.clip(values, 0, 1)).astype(np.uint8)


@lru_cache(maxsize=1)
def _chart(kind: Kind) -> _Chart:
    flat = np.stack([kind.ict.uv[:, 0] * SIZE, (1 - kind.ict.uv[:, 1]) * SIZE], axis=1)
    drawn = rasterise(flat, np.ones(len(flat)), kind.triangles, SIZE, 2 * SIZE)
    place = drawn.carry(kind.ict.mean[kind.vertex], kind.triangles)
    return _Chart(place, drawn.hit)


def _noise(shape: tuple[int, ...], sigma_mm: float, random: np.random.Generator) -> Picture:
    """Return smooth noise of one."""
    sigma = sigma_mm * _PX_MM
    shrink = max(1, int(sigma / 3))
    small = random.standard_normal([side // shrink + 1 for side in shape]).astype(np.float32)
    smooth = cv2.GaussianBlur(small, (0, 0), sigma / shrink) * (2 * np.sqrt(np.pi) * sigma / shrink)
    return np.asarray(cv2.resize(smooth, shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _detail(chart: _Chart, random: np.random.Generator) -> Picture:
    """Return the logarithm of the skin's unevenness, three channels: light and dark, and a little red."""
    shape = chart.inside.shape
    grey = sum(random.uniform(0.7, 1.3) * strength * _noise(shape, sigma, random) for sigma, strength in _DETAIL)
    red = 0.012 * _noise(shape, 2.0, random)
    return np.stack([grey, grey - red, grey - red], axis=-1)


def _near(chart: _Chart, place: Floats, reach_mm: float) -> Picture:
    """Return a soft spot around a place of the mean head."""
    away = ((chart.place - place.astype(np.float32)) ** 2).sum(axis=-1)
    spot: Picture = np.exp(-away / (2 * reach_mm**2))
    return spot


def _blush(kind: Kind, chart: _Chart, random: np.random.Generator) -> Picture:
    """Return the redness of cheeks, nose and chin, and shade under the eyes as less of it."""
    mean, lm = kind.ict.mean, kind.ict.lm68
    cheeks = [0.5 * (mean[lm[a]] + mean[lm[b]]) for a, b in ((2, 31), (14, 35))]
    strength = random.uniform(0.02, (0.14, 0.08, 0.10))
    red = strength[0] * sum(_near(chart, cheek, 18.0) for cheek in cheeks)
    red += strength[1] * _near(chart, mean[lm[_NOSE_TIP]], 12.0) + strength[2] * 0.5 * _near(chart, mean[lm[8]], 15.0)
    return np.asarray(red, np.float32)


def _marks(chart: _Chart, random: np.random.Generator) -> Picture:
    """Return how dark freckles and moles are."""
    many = random.uniform(0, 1) ** 2
    kinds = ((0.35, 0.10, int(2500 * many)), (0.7, 0.14, int(600 * many)), (0.5, 0.16, 60), (1.1, 0.5, 12))
    rows, columns = np.nonzero(chart.inside)
    dark = np.zeros(chart.inside.shape, np.float32)
    for sigma_mm, strength, count in kinds:
        chosen = random.integers(len(rows), size=count)
        points = np.zeros_like(dark)
        points[rows[chosen], columns[chosen]] = strength * random.uniform(0.3, 1.0, count)
        sigma = sigma_mm * _PX_MM
        dark += cv2.GaussianBlur(points, (0, 0), sigma) * (2 * np.pi * sigma**2)
    return np.minimum(dark, 0.7)


def _stubble(kind: Kind, chart: _Chart, random: np.random.Generator) -> Picture:
    """Return the shade of a shaven beard; most have none."""
    strength = max(0.0, random.uniform(-0.25, 0.2))
    mean, lm = kind.ict.mean, kind.ict.lm68
    x, y, z = (chart.place[..., axis] for axis in range(3))
    below = np.clip((mean[lm[33], 2] - z) / 8.0, 0, 1) * np.clip((z - mean[lm[8], 2] + 45.0) / 25.0, 0, 1)
    below = below * np.clip((-5.0 - y) / 25.0, 0, 1) * np.clip((75.0 - np.abs(x)) / 10.0, 0, 1)
    dots = np.clip(1 + 0.5 * _noise(chart.inside.shape, 0.3, random), 0, 2)
    shade: Picture = (strength * below * dots).astype(np.float32)
    return shade


def _texels(kind: Kind, vertices: Ints) -> Floats:
    """Return (n, 2) where vertices of the face lie in the picture."""
    corner = np.zeros(len(kind.ict.mean), np.int64)
    corner[kind.vertex[::-1]] = np.arange(len(kind.vertex))[::-1]
    place: Floats = kind.ict.uv[corner[vertices]] * (SIZE, -SIZE) + (0, SIZE)
    return place


def _smooth(points: Floats, count: int, closed: bool) -> Floats:
    """Return a rounded curve through points (Catmull–Rom)."""
    padded = np.concatenate([points[-1:], points, points[:2]] if closed else [points[:1], points, points[-1:]])
    spans = len(padded) - 3
    at = np.linspace(0, spans, count, endpoint=not closed)
    span = np.minimum(at.astype(int), spans - 1)
    t = (at - span)[:, None]
    a, b, c, d = (padded[span + k] for k in range(4))
    curve: Floats = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return curve


def _lips(kind: Kind, chart: _Chart) -> Picture:
    outline = _smooth(_texels(kind, kind.ict.lm68[list(_LIPS)]), 120, closed=True)
    filled = cv2.fillPoly(np.zeros(chart.inside.shape, np.float32), [np.round(outline).astype(np.int32)], 1.0)
    return np.asarray(cv2.GaussianBlur(filled, (0, 0), 0.7 * _PX_MM))


def _brows(kind: Kind, random: np.random.Generator) -> Picture:
    """Return hundreds of short hairs along each brow, below the family's points, which lie 29 mm above the eyes."""
    cover = np.zeros((SIZE, 2 * SIZE), np.uint8)
    width_mm, thick, lower_mm = random.uniform(1.4, 2.6), random.uniform(0.6, 1.0), random.normal(4.5, 1.2)
    for brow in _BROWS:
        line = _smooth(_texels(kind, kind.ict.lm68[list(brow)]), 200, closed=False)
        out = line if brow[0] == _BROWS[1][0] else line[::-1]  # from the nose outwards
        along = np.gradient(out, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        for at in random.integers(0, 200, int(500 * thick)):
            across = random.normal(0, width_mm * (1 - 0.5 * at / 200)) * _PX_MM
            root = out[at] + (0.0, across + lower_mm * _PX_MM)
            lean = np.radians(random.normal(35 - 45 * at / 200, 12)) * (1 if along[at, 0] > 0 else -1)
            turn = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])
            tip = root + turn @ along[at] * random.uniform(4, 8) * _PX_MM
            drawn = [np.round(np.stack([root, tip]) * 16).astype(np.int32)]
            cv2.polylines(cover, drawn, False, int(random.uniform(120, 230)), 1, cv2.LINE_AA, shift=4)
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.5) / 255, np.float32)


def _lashes(kind: Kind) -> Picture:
    """Return the dark edges of the lids, the upper ones darker."""
    cover = np.zeros((SIZE, 2 * SIZE), np.float32)
    for first in (36, 42):
        ring = [first + k for k in (0, 1, 2, 3, 4, 5, 0)]
        for part, strength, width_mm in ((ring[:4], 0.9, 1.3), (ring[3:], 0.4, 0.6)):
            line = _smooth(_texels(kind, kind.ict.lm68[part]), 60, closed=False)
            drawn = [np.round(line * 16).astype(np.int32)]
            cv2.polylines(cover, drawn, False, strength, round(width_mm * _PX_MM), cv2.LINE_AA, shift=4)
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.25 * _PX_MM))
