"""Why an action cannot be done just now, in words for whoever looks for it; "" where it can."""

from typing import TYPE_CHECKING

from clinic.settings import TEXT_PERCENT
from clinic.ui import theme
from clinic.ui.panels.share import why_not_export
from clinic.ui.panels.solve import why_not_solve
from clinic.ui.photo_strip import fitted
from clinic.words import say

if TYPE_CHECKING:
    from clinic.ui.main_window import MainWindow

LOCKED = say("Unlock the archive first.")
RUNNING = say("Wait until what runs is done, or cancel it.")
NO_CASE = say("Open a patient first.")
NO_FACE = say("Build the face in Capture first.")


def never(window: "MainWindow") -> str:
    """Nothing hinders this."""
    return ""


def locked(window: "MainWindow") -> str:
    """It needs an open archive."""
    return "" if window.desk.open else LOCKED


def unrecorded(window: "MainWindow") -> str:
    """It needs an archive that keeps records."""
    return locked(window) or ("" if window.desk.recorded else say("This session keeps no records."))


def text_at_largest(window: "MainWindow") -> str:
    """It needs room for larger words."""
    largest = theme.largest_text(window.width())
    return "" if window.preferences.chosen.text_percent < largest else say("The window has no room for larger text.")


def text_at_smallest(window: "MainWindow") -> str:
    """It needs words that are larger than usual."""
    return "" if window.preferences.chosen.text_percent > TEXT_PERCENT[0] else say("The text has its usual size.")


def running(window: "MainWindow") -> str:
    """It needs that no job runs."""
    return locked(window) or (RUNNING if window.desk.busy else "")


def idle(window: "MainWindow") -> str:
    """It needs a job that runs."""
    return "" if window.desk.busy else say("Nothing is running.")


def no_case(window: "MainWindow") -> str:
    """It needs a patient, and that no job runs."""
    return running(window) or (NO_CASE if window.desk.case is None else "")


def no_face(window: "MainWindow") -> str:
    """It needs a face, also while a job runs."""
    if not window.desk.open:
        return LOCKED
    case = window.desk.case
    return NO_CASE if case is None else NO_FACE if case.face is None else ""


def no_fitted_photo(window: "MainWindow") -> str:
    """It needs a photo whose camera is known."""
    return no_face(window) or ("" if fitted(window.desk.case) else say("The face was built without photos."))


def no_bone(window: "MainWindow") -> str:
    """It needs a face that was built from a CT."""
    case = window.desk.case
    none = case is None or case.face is None or case.face.bone is None
    return no_face(window) or (say("The face was built without a CT.") if none else "")


def nothing_planned(window: "MainWindow") -> str:
    """It needs a plan that shows something."""
    return no_face(window) or ("" if window.desk.shown is not None else say("Plan a change first."))


def nothing_to_build(window: "MainWindow") -> str:
    """It needs photos or a scan."""
    case = window.desk.case
    none = case is None or not case.acquisition.ids
    return no_case(window) or (say("Add photos or a scan first.") if none else "")


def nothing_to_undo(window: "MainWindow") -> str:
    """It needs an earlier state."""
    session = window.desk.session
    possible = session is not None and session.can_undo
    return running(window) or ("" if possible else say("There is nothing to undo."))


def nothing_to_redo(window: "MainWindow") -> str:
    """It needs a state that was undone."""
    session = window.desk.session
    possible = session is not None and session.can_redo
    return running(window) or ("" if possible else say("There is nothing to redo."))


def not_plannable(window: "MainWindow") -> str:
    """It needs a face, and that no job runs."""
    return running(window) or no_face(window)


def only_plan(window: "MainWindow") -> str:
    """It needs a second plan."""
    case = window.desk.case
    single = case is None or not case.aside
    return not_plannable(window) or (say("There is only one plan.") if single else "")


def not_solvable(window: "MainWindow") -> str:
    """It needs a plan that waits to be solved."""
    return locked(window) or why_not_solve(window.desk)


def not_exportable(window: "MainWindow") -> str:
    """It needs a solved plan."""
    return locked(window) or why_not_export(window.desk)
