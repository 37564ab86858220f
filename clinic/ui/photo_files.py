"""Photos from files, one after the other: each says how far it is, and one that is refused stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from clinic import workflow
from clinic.case import Case, Pixels
from clinic.errors import ClinicError
from clinic.jobs import Progress

WAITING, READING, TAKEN, SKIPPED = "waiting", "reading", "taken", "skipped"
_SMALL_PX = 96


@dataclass(frozen=True, slots=True, eq=False)
class FileTold:
    """How far a file is. words: what it turned out to be, or why it was skipped. small: a picture of it."""

    path: Path
    state: str
    words: str = ""
    small: Pixels | None = None


def take_each(case: Case, paths: Sequence[Path], progress: Progress, tell: Callable[[FileTold], object]) -> Case:
    """Return the case with every photo that can be used."""
    for number, path in enumerate(paths):
        tell(FileTold(path, READING))
        part = progress.part(number / len(paths), (number + 1) / len(paths))
        try:
            case = workflow.take_photos(case, [path], part)
        except ClinicError as error:
            tell(FileTold(path, SKIPPED, str(error)))
        else:
            tell(FileTold(path, TAKEN, small=_small(case.acquisition.photos[-1].pixels)))
    return case


def _small(pixels: Pixels) -> Pixels:
    """Return a photo no smaller than a thumbnail needs."""
    rows, columns = pixels.shape[:2]
    share = min(1.0, _SMALL_PX / min(rows, columns))
    size = max(1, round(columns * share)), max(1, round(rows * share))
    small: Pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return small
