"""How much light falls on skin of each direction, learned from a photo and the face in it.

For matt surfaces under any distant light, irradiance over the normal is nine spherical harmonics to within 2 %.
Source: Ramamoorthi & Hanrahan 2001, "An efficient representation for irradiance environment maps", equation 13.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats
from clinic.case.arrays import freeze

# Prior standard deviation of the nine terms, relative to the first. One photo shows no normals that point away, so the
# second order is held back: it would be free to go anywhere there.
_SPREAD = np.array([10.0, 0.6, 0.6, 0.6, 0.15, 0.15, 0.15, 0.15, 0.15])
_NOISE = 0.1  # relative: pores, blush, errors of the surface
_ENOUGH = 20_000  # samples: nine numbers need no more
_DARKEST = 0.2  # of the mean: what bounced light leaves in a shadow


@dataclass(frozen=True, slots=True, eq=False)
class Irradiance:
    """Light over the normal, 1 on average over the skin it was learned from. terms: (9,)."""

    terms: Floats

    def __post_init__(self) -> None:
        freeze(self, terms=(np.float64, 9))

    def at(self, normals: NDArray[Any]) -> NDArray[Any]:
        """Return (...,) the light on unit normals (..., 3), never below a floor of bounced light."""
        light: NDArray[Any] = np.maximum(harmonics(normals) @ self.terms.astype(normals.dtype), _DARKEST)
        return light


def harmonics(normals: NDArray[Any]) -> NDArray[Any]:
    """Return (..., 9): the real spherical harmonics up to order two, without their constants."""
    x, y, z = normals[..., 0], normals[..., 1], normals[..., 2]
    terms = [np.ones_like(x), x, y, z, x * y, x * z, y * z, x * x - y * y, 3 * z * z - 1]
    return np.stack(terms, axis=-1)


def learn(normals: Floats, luminance: Floats) -> Irradiance:
    """Fit the light to skin of one colour: unit normals (k, 3) and linear luminance (k,).

    Reweighted least squares (Cauchy), so that gloss, brows and shadows that are cast do not count.
    """
    step = len(luminance) // _ENOUGH + 1
    normals, luminance = normals[::step], luminance[::step]
    relative = luminance / max(float(np.median(luminance)), 1e-6)
    basis = harmonics(np.asarray(normals, dtype=np.float64))
    prior = np.diag((_NOISE / _SPREAD) ** 2) * max(len(relative) / 100, 1.0)
    weight = np.ones(len(relative))
    terms = np.zeros(9)
    for _ in range(8):
        weighted = basis * weight[:, None]
        terms = np.linalg.solve(weighted.T @ basis + prior, weighted.T @ relative)
        weight = 1.0 / (1.0 + ((basis @ terms - relative) / _NOISE) ** 2)
    return Irradiance(terms / max(float(np.mean(basis @ terms)), 1e-6))
