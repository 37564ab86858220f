"""The six stages as a surgeon works, and how each stands for a case."""

from dataclasses import dataclass
from enum import Enum, auto

from clinic.case import Case
from clinic.ui.photo_words import of_all_photos
from clinic.words import say, tr


class State(Enum):
    """How a stage stands."""

    EMPTY = auto()
    READY = auto()
    ATTENTION = auto()
    BUSY = auto()


@dataclass(frozen=True, slots=True)
class Stage:
    """One tab: id, words and icon."""

    id: str
    words: str
    icon: str


STAGES = (
    Stage("patient", say("Patient"), "patient"),
    Stage("capture", say("Capture"), "capture"),
    Stage("analyse", say("Analyse"), "analyse"),
    Stage("plan", say("Plan"), "plan"),
    Stage("compare", say("Compare"), "compare"),
    Stage("share", say("Share"), "share"),
)
EMPTY = (State.EMPTY, say("Empty"))
READY = (State.READY, say("Ready"))


def state(stage: str, case: Case | None, written: bool = False, doubtful: int = 0) -> tuple[State, str]:
    """Return how a stage stands, and the word for it.

    written: files were shared since the last change. doubtful: how many photos should be looked at again.
    """
    if case is None:
        return EMPTY
    if stage == "patient":
        return READY
    if stage == "share":
        return READY if written else EMPTY
    if stage == "capture":
        return _capture(case, doubtful)
    return {"analyse": _analyse, "plan": _plan, "compare": _compare}[stage](case)


def _capture(case: Case, doubtful: int) -> tuple[State, str]:
    if doubtful:
        return State.ATTENTION, tr("{doubtful} to check", doubtful=doubtful)
    return READY if case.acquisition.ids else EMPTY


def _analyse(case: Case) -> tuple[State, str]:
    if case.face is None:
        return EMPTY
    if case.stale_face:
        return State.ATTENTION, tr("Stale")
    count = len(of_all_photos(case))
    return (State.ATTENTION, tr("{count} to check", count=count)) if count else READY


def _plan(case: Case) -> tuple[State, str]:
    if case.face is None or not case.plan.edits:
        return EMPTY
    if case.simulation is None or case.stale_simulation:
        return State.ATTENTION, tr("To solve")
    return State.READY, tr("Solved")


def _compare(case: Case) -> tuple[State, str]:
    if case.simulation is None:
        return EMPTY
    return (State.ATTENTION, tr("Stale")) if case.stale_simulation else READY
