"""Who has an archive open: what replaces its files must be alone with it, and whoever comes meanwhile has to wait."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinic.archive.claims import SUFFIX, claimed, held
from clinic.archive.errors import ArchiveBusy

_OPEN, _ALONE = "open.", f"alone{SUFFIX}"
_LOOKS, _BETWEEN_S = 5, 0.02  # two who look at the same time see each other for a moment


@contextmanager
def present(folder: Path) -> Iterator[str]:
    """Be one of those who have the archive open, and give the name of the claim. Raises ArchiveBusy, OSError."""
    own = folder / f"{_OPEN}{secrets.token_hex(8)}{SUFFIX}"
    with claimed(own):
        if _is_held(folder / _ALONE):
            raise ArchiveBusy
        yield own.name


@contextmanager
def alone(folder: Path, own: str) -> Iterator[None]:
    """Be the only one, beside one's own claim, until the end. Raises ArchiveBusy if another has it open; OSError."""
    with claimed(folder / _ALONE):
        for other in folder.glob(f"{_OPEN}*{SUFFIX}"):
            if other.name != own and _is_held(other):
                raise ArchiveBusy
        yield


def _is_held(claim: Path) -> bool:
    for _ in range(_LOOKS):
        if not held(claim):
            return False
        time.sleep(_BETWEEN_S)
    return True
