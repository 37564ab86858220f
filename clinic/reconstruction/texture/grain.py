"""Pores and mottling where a photo shows none, so that filled skin does not look like wax beside real skin."""

import cv2
import numpy as np

from clinic.reconstruction.texture.chart import Chart, Image

_SEED = 20240917
# Wavelength in mm, then the strength in log luminance: pores, fine relief, mottling.
_BANDS = ((0.8, 0.022), (1.6, 0.020), (3.5, 0.016), (8.0, 0.014))
_REDNESS = 0.4  # of the mottling: blood lies in patches, so it is redder where it is darker
_RESOLVED = 3.0  # photo pixels per wavelength from which a photo shows it


def add_grain(colour: Image, weight: Image, chart: Chart, px_per_mm: float) -> Image:
    """Return linear colour with the grain that is missing.

    weight: (size, size) how far a photo shows the texel. px_per_mm: of that photo: what is finer than its pixels is
    missing everywhere.
    """
    noise = np.random.default_rng(_SEED).standard_normal(chart.raster.triangle.shape, dtype=np.float32)
    grain = np.zeros_like(noise)
    mottling = np.zeros_like(noise)
    texel = float(np.median(chart.texel_mm[chart.region("face") > 0.5]))
    for wavelength_mm, strength in _BANDS:
        shown = weight * np.clip(wavelength_mm * px_per_mm / _RESOLVED - 0.5, 0, 1)
        band = _band(noise, wavelength_mm / texel) * (strength * (1 - shown))
        grain += band
        if wavelength_mm > 3:
            mottling += band
    skin = 1 - chart.region("interior")
    tint = np.stack([grain + _REDNESS * mottling, grain - _REDNESS * mottling, grain], axis=-1)
    grained: Image = colour * np.exp(tint * skin[..., None])
    return grained


def _band(noise: Image, wavelength: float) -> Image:
    """Return noise of about one wavelength (texels), with standard deviation 1."""
    sigma = wavelength / 6
    fine = cv2.GaussianBlur(noise, (0, 0), sigma) if sigma > 0.3 else noise
    band = fine - cv2.GaussianBlur(noise, (0, 0), sigma * 2)
    scaled: Image = band / max(float(band.std()), 1e-6)
    return scaled
