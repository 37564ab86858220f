"""Every action of a user, one row each: menus, buttons, shortcuts, tooltips, palette and tests come from this table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinic.rendering.views import STANDARD_VIEWS
from clinic.ui import hindrances as not_if
from clinic.ui.modes import MODES
from clinic.ui.stages import STAGES
from clinic.words import say

if TYPE_CHECKING:
    from clinic.ui.main_window import MainWindow

Hindrance = Callable[["MainWindow"], str]
Deed = Callable[["MainWindow"], object]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    key: its shortcut, "" for none. group: the heading it stands under. hindrance: why it cannot be done just now, ""
    if it can. do: what it does. picture: the key acts only while the picture has the focus, since it is a plain letter
    or digit.
    """

    id: str
    words: str
    key: str
    group: str
    hindrance: Hindrance
    do: Deed
    icon: str = ""
    picture: bool = False

    def enabled(self, window: "MainWindow") -> bool:
        """True if it can be done just now."""
        return not self.hindrance(window)


def _call(method: str, argument: str) -> Deed:
    return lambda window: getattr(window, method)(argument)


def _stage_actions() -> tuple[Action, ...]:
    return tuple(
        Action(
            f"stage_{stage.id}",
            stage.words,
            f"Ctrl+{k}",
            _STAGE,
            not_if.locked,
            _call("show_stage", stage.id),
            stage.icon,
        )
        for k, stage in enumerate(STAGES, start=1)
    )


def _view_actions() -> tuple[Action, ...]:
    return tuple(
        Action(f"view_{view.id}", view.title, view.key, _VIEW, not_if.no_face, _call("look", view.id), "eye", True)
        for view in STANDARD_VIEWS
    )


def _mode_actions() -> tuple[Action, ...]:
    return tuple(
        Action(
            f"mode_{mode.id}",
            mode.words,
            mode.key,
            _COMPARE,
            not_if.nothing_planned,
            _call("show_mode", mode.id),
            mode.icon,
            True,
        )
        for mode in MODES
    )


_CASE, _PLAN, _STAGE, _VIEW = say("Case"), say("Plan"), say("Stage"), say("View")
_COMPARE, _PROGRAM = say("Compare"), say("Application")

_CASE_ACTIONS: tuple[Action, ...] = (
    Action("new_patient", say("New patient"), "Ctrl+N", _CASE, not_if.running, lambda w: w.new_patient(), "add"),
    Action(
        "open_sample",
        say("Open sample patient"),
        "Ctrl+O",
        _CASE,
        not_if.running,
        lambda w: w.open_sample(),
        "clinic",
    ),
    Action("find_patient", say("Find a patient"), "Ctrl+G", _CASE, not_if.locked, lambda w: w.find_patient(), "search"),
    Action("undo", say("Undo"), "Ctrl+Z", _CASE, not_if.nothing_to_undo, lambda w: w.desk.undo(), "undo"),
    Action("redo", say("Redo"), "Ctrl+Y", _CASE, not_if.nothing_to_redo, lambda w: w.desk.redo(), "redo"),
    Action(
        "add_photos",
        say("Choose photos or a scan"),
        "Ctrl+I",
        _CASE,
        not_if.no_case,
        lambda w: w.choose_photos(),
        "photo",
    ),
    Action(
        "build_face",
        say("Build face in 3D"),
        "Ctrl+B",
        _CASE,
        not_if.nothing_to_build,
        lambda w: w.build_face(),
        "cube",
    ),
    Action(
        "export",
        say("Export to a folder"),
        "Ctrl+E",
        _CASE,
        not_if.not_exportable,
        lambda w: w.choose_export(),
        "share",
    ),
    Action("cancel", say("Cancel what runs"), "Esc", _CASE, not_if.idle, lambda w: w.desk.worker.cancel(), "remove"),
)
_PLAN_ACTIONS: tuple[Action, ...] = (
    Action("find", say("Find a procedure"), "Ctrl+F", _PLAN, not_if.no_face, lambda w: w.find_procedure(), "search"),
    Action("solve", say("Solve the plan"), "Ctrl+Return", _PLAN, not_if.not_solvable, lambda w: w.solve(), "plan"),
    Action("new_plan", say("New plan"), "Ctrl+Shift+N", _PLAN, not_if.not_plannable, lambda w: w.plans.add(), "add"),
    Action(
        "duplicate_plan",
        say("Duplicate the plan"),
        "Ctrl+D",
        _PLAN,
        not_if.not_plannable,
        lambda w: w.plans.duplicate(),
        "copy",
    ),
    Action("next_plan", say("Next plan"), "Ctrl+PgDown", _PLAN, not_if.only_plan, lambda w: w.plans.step(1), "next"),
    Action(
        "rename_plan",
        say("Rename the plan"),
        "F2",
        _PLAN,
        not_if.not_plannable,
        lambda w: w.rename_plan(),
        "plan",
    ),
    Action("delete_plan", say("Delete the plan"), "", _PLAN, not_if.only_plan, lambda w: w.plans.delete(), "remove"),
)
_VIEW_ACTIONS: tuple[Action, ...] = (
    Action("home", say("Reset the view"), "Home", _VIEW, not_if.no_face, lambda w: w.look("frontal"), "home", True),
    Action(
        "next_photo",
        say("View of the next photo"),
        "P",
        _VIEW,
        not_if.no_fitted_photo,
        lambda w: w.look_through_next(),
        "photo",
        True,
    ),
    *_view_actions(),
    Action("bone", say("Skin, or the bone under it"), "T", _VIEW, not_if.no_bone, lambda w: w.swap_bone(), "jaw", True),
    Action(
        "patient_view",
        say("Patient view, full screen"),
        "F5",
        _VIEW,
        not_if.nothing_planned,
        lambda w: w.patient_view.toggle(),
        "face",
    ),
)
_PROGRAM_ACTIONS: tuple[Action, ...] = (
    Action(
        "commands",
        say("All commands"),
        "Ctrl+Shift+P",
        _PROGRAM,
        not_if.never,
        lambda w: w.sheets.show_commands(),
        "search",
    ),
    Action("help", say("Help"), "F1", _PROGRAM, not_if.never, lambda w: w.sheets.show_help(), "help"),
    Action(
        "shortcuts", say("Shortcuts"), "Shift+F1", _PROGRAM, not_if.never, lambda w: w.sheets.show_shortcuts(), "key"
    ),
    Action(
        "preferences",
        say("Preferences"),
        "Ctrl+,",
        _PROGRAM,
        not_if.never,
        lambda w: w.sheets.show_preferences(),
        "settings",
    ),
    Action("palette", say("Light or dark"), "Ctrl+T", _PROGRAM, not_if.never, lambda w: w.swap_palette(), "light"),
    Action(
        "larger_text",
        say("Larger text"),
        "Ctrl++",
        _PROGRAM,
        not_if.text_at_largest,
        lambda w: w.preferences.step_text(1),
        "add",
    ),
    Action(
        "smaller_text",
        say("Smaller text"),
        "Ctrl+-",
        _PROGRAM,
        not_if.text_at_smallest,
        lambda w: w.preferences.step_text(-1),
        "remove",
    ),
    Action("next_panel", say("Next panel"), "F6", _PROGRAM, not_if.locked, lambda w: w.step_panel(1), "next"),
    Action(
        "previous_panel", say("Previous panel"), "Shift+F6", _PROGRAM, not_if.locked, lambda w: w.step_panel(-1), "next"
    ),
    Action(
        "left_panel",
        say("Show or hide the left panel"),
        "F7",
        _PROGRAM,
        not_if.locked,
        lambda w: w.body.fold("left"),
        "one",
    ),
    Action(
        "right_panel",
        say("Show or hide the right panel"),
        "F8",
        _PROGRAM,
        not_if.locked,
        lambda w: w.body.fold("right"),
        "one",
    ),
    Action("records", say("Records"), "Ctrl+R", _PROGRAM, not_if.unrecorded, lambda w: w.show_records(), "shield"),
    Action("lock", say("Lock"), "Ctrl+L", _PROGRAM, not_if.locked, lambda w: w.desk.lock(), "lock"),
    Action("quit", say("Close Clinic"), "Ctrl+Q", _PROGRAM, not_if.never, lambda w: w.close(), "remove"),
)

ACTIONS: tuple[Action, ...] = (
    *_CASE_ACTIONS,
    *_PLAN_ACTIONS,
    *_stage_actions(),
    *_VIEW_ACTIONS,
    *_mode_actions(),
    *_PROGRAM_ACTIONS,
)
