"""Lets attacks run side by side, a process for each core; what they take is counted in each of them."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar
from unittest import mock

from clinic.archive.crypto import passphrase_key

P = TypeVar("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Done(Generic[T_co]):
    """An answer, the wall seconds it took, and the processor's, those of ended children among them."""

    answer: T_co
    seconds: float
    cpu_seconds: float


@contextmanager
def crew() -> Iterator[ProcessPoolExecutor]:
    """Give the processes. Each stretches the same guess for the same archive once: here nobody attacks Argon2."""
    with ProcessPoolExecutor(os.cpu_count() or 1, forking(), initializer=_stretch_once) as processes:
        yield processes


def each(processes: ProcessPoolExecutor, work: Callable[[P], T], parts: Iterable[P]) -> Iterator[Done[T]]:
    """Work on all parts from now on; yield the answers in their order."""
    return processes.map(_Timed(work), parts)


def forking() -> Any:
    """Return the way to start processes: a fork, where there is one, starts 20 times as fast."""
    ways = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in ways else "spawn")


@dataclass(frozen=True, slots=True)
class _Timed(Generic[P, T]):
    """A call of `work` with a clock beside it; it can be sent to another process."""

    work: Callable[[P], T]

    def __call__(self, part: P) -> Done[T]:
        begun, cpu = time.perf_counter(), _cpu_seconds()
        answer = self.work(part)
        return Done(answer, time.perf_counter() - begun, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    return sum(os.times()[:4])


def _stretch_once() -> None:
    """Remember what Argon2id made of a passphrase, salt and cost: it makes the same of them each time."""
    mock.patch("clinic.archive.slots.passphrase_key", cache(passphrase_key)).start()
