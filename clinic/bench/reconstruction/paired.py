"""Paired differences between two ways on the same faces, with bootstrap intervals."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats

_DRAWS = 4000
_SEED = 5
_OUTSIDE_PCT = 2.5  # on each side of a 95 % interval


@dataclass(frozen=True, slots=True)
class Difference:
    """median: of the paired differences. low, high: its 95 % bootstrap interval. count: pairs."""

    median: float
    low: float
    high: float
    count: int


def difference(first: Floats, second: Floats) -> Difference:
    """Return first − second over pairs (n,), pairs that lack either (NaN) left out; all NaN without a pair."""
    apart = (first - second)[np.isfinite(first - second)]
    if not len(apart):
        return Difference(np.nan, np.nan, np.nan, 0)
    drawn = np.random.default_rng(_SEED).integers(len(apart), size=(_DRAWS, len(apart)))
    medians = np.median(apart[drawn], axis=1)
    low, high = np.percentile(medians, [_OUTSIDE_PCT, 100 - _OUTSIDE_PCT])
    return Difference(float(np.median(apart)), float(low), float(high), len(apart))
