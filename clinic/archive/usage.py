"""The usage log: with which versions and weights something was made. Each entry stands in the audit row about it.

Who did it, when, from which device and for which record, the row says itself. What is told here is sealed under the
patient's key, names nobody, and goes when the patient is erased.
"""

from collections.abc import Collection

from clinic import __version__
from clinic.case import Case


def program() -> dict[str, str]:
    """Return which program it was."""
    return {"program": f"Clinic {__version__}"}


def of(case: Case, fresh: Collection[str]) -> dict[str, str]:
    """Return how the new parts of a case were made; nothing if none of them was computed.

    fresh: kinds of parts that were not stored before.
    """
    made = {}
    if case.face is not None and "FaceModel" in fresh:
        made["face"] = case.face.made_by
    if case.simulation is not None and "Simulation" in fresh:
        made["simulation"] = case.simulation.made_by
    return program() | made if made else {}
