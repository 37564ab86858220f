"""How fast this computer reads memory: what no back-substitution can beat, since it reads the factor twice."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from clinic.bench.timing import timed
from clinic.case import Floats

_GIB = 2**30
_TIMES = 5
_BYTES_PER_NONZERO = 8  # numbers alone: column numbers are shared by whole blocks of the factor
_READS = 2  # forwards and back


def bandwidth(threads: int, size: int = _GIB) -> float:
    """Return the bytes per second at which threads together stream through an array of so many bytes; best of five.

    size: far above what processors cache, so a gibibyte.
    """
    shares = np.array_split(np.ones(size // 8), threads)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(_read, shares))
        seconds = min(timed(lambda: list(pool.map(_read, shares)))[1] for _ in range(_TIMES))
    return size / seconds


def least_seconds(nonzeros: float, bytes_per_second: float) -> float:
    """Return how long it takes at least to substitute through a factor with so many entries."""
    return _READS * _BYTES_PER_NONZERO * nonzeros / bytes_per_second


@njit(nogil=True, cache=True, fastmath=True)  # type: ignore[untyped-decorator]
def _read(values: Floats) -> float:
    total = 0.0
    for value in values:
        total += value
    return total
