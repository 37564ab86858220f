"""Seconds and how they spread."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return the answer and the wall seconds it took."""
    begun = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - begun


def median_seconds(work: Callable[[], object], times: int) -> float:
    """Return the median wall seconds of work that can be done again."""
    return statistics.median(timed(work)[1] for _ in range(times))


def spread(values: Sequence[float]) -> Mapping[str, float]:
    """Return median, least and largest."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}
