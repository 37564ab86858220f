"""What an error says to a surgeon, and what it says to whoever is asked for help; neither tells of a patient."""

import logging
import platform
import traceback

from clinic import __version__
from clinic.errors import ClinicError
from clinic.words import say

_log = logging.getLogger(__name__)
_DEFECT = say(
    "Something went wrong inside Clinic. Nothing that was saved is lost and nothing was changed. "
    "Try again; if it happens once more, restart Clinic."
)


def words(error: Exception) -> str:
    """Return what happened, what it means and what to do."""
    if isinstance(error, ClinicError):
        return str(error)
    # The message of an unexpected error may hold patient data: only its kind and place are logged.
    _log.error("defect: %s at %s", type(error).__name__, _place(error))
    return _DEFECT


def details(error: Exception) -> str:
    """Return kind and place of an error, and of what caused it, with the versions that matter."""
    kinds = [f"{type(one).__name__} ({_place(one)})" for one in (error, error.__cause__) if isinstance(one, Exception)]
    return f"{', '.join(kinds)} · Clinic {__version__} · {platform.system()} {platform.release()}"


def _place(error: Exception) -> str:
    at = traceback.extract_tb(error.__traceback__)[-1:]
    return ", ".join(f"{one.name}:{one.lineno}" for one in at)
