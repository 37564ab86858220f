"""sRGB and linear light. Source: IEC 61966-2-1."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import Pixels

_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)


def to_linear(srgb: NDArray[Any]) -> NDArray[np.float32]:
    """Return linear light of sRGB given as 0…1."""
    x = np.clip(srgb, 0, 1).astype(np.float32)
    linear: NDArray[np.float32] = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** np.float32(2.4))
    return linear


def to_srgb(linear: NDArray[np.float32]) -> Pixels:
    """Return 8 bit sRGB, rounded, of linear light in 0…1."""
    x = np.clip(linear, 0, 1)
    return (np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** np.float32(1 / 2.4) - 0.055) * 255 + 0.5).astype(np.uint8)


def luminance(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (...,) the luminance of (..., 3) linear light."""
    weighted: NDArray[np.float32] = linear @ _WEIGHTS
    return weighted
