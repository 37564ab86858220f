"""The finest detail of photos that show more than the texture was worked out in: pores, hairs of the brows.

Everything that is smooth is done at one size; only what lies between that and twice the size is read again from the
photos, as a factor on the colours.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from clinic.case import Photo, Pixels
from clinic.reconstruction.texture.chart import Chart, Image
from clinic.reconstruction.texture.sighting import Sighting

_STRONGEST = 0.35  # in log levels: more is a border that was missed, not a pore


def twice_as_fine(
    pixels: Pixels, weight: Image, photos: Sequence[Photo], sightings: Sequence[Sighting], chart: Chart
) -> Pixels:
    """Return the texture at twice its size with the photos' detail where they are believed.

    pixels: (size, size, 3). weight: (size, size) in 0…1. photos and sightings: in the same order.
    """
    size = (2 * chart.size, 2 * chart.size)
    summed = np.zeros(size, np.float32)
    total = np.full(size, 1e-9, np.float32)
    for photo, sighting in zip(photos, sightings, strict=True):
        strength = cv2.resize((sighting.weight * sighting.px_per_mm) ** 3, size, interpolation=cv2.INTER_LINEAR)
        summed += strength * _detail(photo, sighting, chart)
        total += strength
    factor = np.exp(summed / total * cv2.resize(weight, size, interpolation=cv2.INTER_LINEAR))
    larger = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
    sharp: Pixels = cv2.convertScaleAbs(larger * factor[..., None])
    return sharp


def _detail(photo: Photo, sighting: Sighting, chart: Chart) -> Image:
    """Return (2 size, 2 size): log levels of what the finer texels show beyond the coarser ones."""
    place = cv2.resize(sighting.place, (2 * chart.size, 2 * chart.size), interpolation=cv2.INTER_LINEAR)
    seen = sighting.place[sighting.weight > 0]
    if len(seen) == 0:
        return np.zeros(place.shape[:2], np.float32)
    low = np.clip(np.floor(seen.min(axis=0)) - 4, 0, None).astype(int)
    high = np.ceil(seen.max(axis=0)).astype(int) + 4
    grey = cv2.cvtColor(photo.pixels[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2GRAY)
    # a photo finer than the texels is averaged first, or it would flicker
    share = min(1.0, 2 / (sighting.px_per_mm * chart.typical_mm))
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA).astype(np.float32)
    scale = np.array([small.shape[1] / grey.shape[1], small.shape[0] / grey.shape[0]], np.float32)
    where = (place - low.astype(np.float32)) * scale - np.float32(0.5)
    fine = cv2.remap(small, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) + np.float32(4)
    coarse = cv2.resize(fine, (chart.size, chart.size), interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(coarse, fine.shape[::-1], interpolation=cv2.INTER_LINEAR)
    detail: Image = np.clip(np.log(fine / smooth), -_STRONGEST, _STRONGEST)
    return detail
