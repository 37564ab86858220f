"""Measures many faces in processes of their own, one thread each: that is faster here than threads that share."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from clinic.bench.reconstruction.face import Face, measure
from clinic.bench.reconstruction.family import FILE, Family, join
from clinic.bench.reconstruction.studio.head import Kind
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.training import correspondence, ict

PEOPLE_SEED = 7  # of the identities; that of the prior is another
_FIRST_SITTING = 1000
_PROCESSES = 2
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "LP_NUM_THREADS")


def faces(folder: Path, build: str, count: int) -> list[Face]:
    """Measure the first so many people of the family with one build of the face space."""
    tasks = [(folder, build, number, count) for number in range(count)]
    context = multiprocessing.get_context("spawn")
    with one_thread(), ProcessPoolExecutor(min(_PROCESSES, os.cpu_count() or 1), context) as crew:
        return list(crew.map(_face, tasks))


@lru_cache(maxsize=1)
def kind(folder: Path) -> Kind:
    """Read the family, once. Raises OSError where it is absent."""
    return Kind(ict.read(folder / FILE))


@lru_cache(maxsize=2)
def family(folder: Path, build: str) -> tuple[FaceSpace, Family]:
    """Return a build of the face space, and the family beside it."""
    space = FaceSpace.load(build)
    return space, join(kind(folder), space, correspondence.read())


def _face(task: tuple[Path, str, int, int]) -> Face:
    folder, build, number, count = task
    space, beside = family(folder, build)
    return measure(beside, space, ict.identities(PEOPLE_SEED, count)[number], _FIRST_SITTING + number)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let processes that are started meanwhile calculate with one thread each."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
