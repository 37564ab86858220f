"""The finest detail of photos that show more than the texture was worked out in: pores, hairs of the brows.

Everything that is smooth is done at one size; only what lies between that and the final size is read again from the
photos, as a factor on the colours.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from clinic.case import Photo, Pixels
from clinic.reconstruction.texture.chart import Chart, Image
from clinic.reconstruction.texture.sighting import Sighting

_STRONGEST = 0.35  # in log levels: more is a border that was missed, not a pore
_FINEST = 4  # times finer than the chart: 4096 texels along an edge
_STRIP, _HALO = 128, 4  # rows of the chart that are worked on at a time, and those around them that have a say


def times_finer(px_per_mm: float, chart: Chart) -> int:
    """Return by how much (1, 2, 4) the chart's texels must be divided to hold what a photo shows."""
    times = 1
    while times < _FINEST and px_per_mm * chart.typical_mm > times:
        times *= 2
    return times


def finer(
    pixels: Pixels, weight: Image, photos: Sequence[Photo], sightings: Sequence[Sighting], chart: Chart, times: int
) -> Pixels:
    """Return the texture at `times` its size with the photos' detail where they are believed.

    pixels: (size, size, 3). weight: (size, size) in 0…1. photos and sightings: in the same order.
    """
    sources = [
        _Source(photo, sighting, times / chart.typical_mm)
        for photo, sighting in zip(photos, sightings, strict=True)
        if (sighting.weight > 0).any()
    ]
    sharp = np.empty((times * chart.size, times * chart.size, 3), np.uint8)
    for first in range(0, chart.size, _STRIP):
        begin, end = max(first - _HALO, 0), min(first + _STRIP + _HALO, chart.size)
        strip = slice(begin, end)
        larger = _enlarged(pixels[strip], times, cv2.INTER_CUBIC)
        factor = _factor(sources, strip, weight[strip], times)
        inner = slice(times * (first - begin), times * (min(first + _STRIP, chart.size) - begin))
        whole = slice(times * first, times * min(first + _STRIP, chart.size))
        sharp[whole] = cv2.convertScaleAbs(larger[inner] * factor[inner][..., None])
    return sharp


class _Source:
    """A photo's grey, no finer than the texels that it is read for, and where each texel of the chart lies in it."""

    def __init__(self, photo: Photo, sighting: Sighting, texels_per_mm: float) -> None:
        seen = sighting.place[sighting.weight > 0]
        low = np.clip(np.floor(seen.min(axis=0)) - 4, 0, None).astype(int)
        high = np.ceil(seen.max(axis=0)).astype(int) + 4
        grey = cv2.cvtColor(photo.pixels[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2GRAY)
        share = min(1.0, texels_per_mm / sighting.px_per_mm)
        self.grey = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA).astype(np.float32)
        scale = np.array([self.grey.shape[1] / grey.shape[1], self.grey.shape[0] / grey.shape[0]], np.float32)
        self.place: Image = (sighting.place - low.astype(np.float32)) * scale - np.float32(0.5)
        self.strength: Image = (sighting.weight * np.float32(sighting.px_per_mm)) ** 3


def _factor(sources: Sequence[_Source], strip: slice, weight: Image, times: int) -> Image:
    """Return by what (times · rows, times · columns) the photos' detail brightens the texels of a strip."""
    summed = np.zeros((times * weight.shape[0], times * weight.shape[1]), np.float32)
    total = np.full_like(summed, 1e-9)
    for source in sources:
        seen = np.flatnonzero(source.strength[strip].any(axis=0))
        if len(seen):
            part = slice(max(int(seen[0]) - _HALO, 0), int(seen[-1]) + 1 + _HALO)
            strength = _enlarged(source.strength[strip, part], times, cv2.INTER_LINEAR)
            where = np.s_[:, times * part.start : times * part.start + strength.shape[1]]
            summed[where] += strength * _detail(source.grey, source.place[strip, part], times)
            total[where] += strength
    factor: Image = np.exp(summed / total * _enlarged(weight, times, cv2.INTER_LINEAR))
    return factor


def _detail(grey: Image, place: Image, times: int) -> Image:
    """Return log levels of what the finer texels show beyond the coarser ones, which lie at `place` in a photo."""
    where = _enlarged(place, times, cv2.INTER_LINEAR)
    fine = cv2.remap(grey, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) + np.float32(4)
    coarse = cv2.resize(fine, place.shape[1::-1], interpolation=cv2.INTER_AREA)
    detail: Image = np.clip(np.log(fine / _enlarged(coarse, times, cv2.INTER_LINEAR)), -_STRONGEST, _STRONGEST)
    return detail


def _enlarged(image: Image | Pixels, times: int, kernel: int) -> Image:
    larger: Image = cv2.resize(image, None, fx=times, fy=times, interpolation=kernel)
    return larger
