"""Every action of a user, one row each: menus, buttons, shortcuts, tooltips and tests are made from this table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinic.rendering.views import STANDARD_VIEWS
from clinic.ui.modes import MODES
from clinic.ui.panels.share import can_export
from clinic.ui.panels.solve import can_solve
from clinic.ui.photo_strip import fitted
from clinic.ui.stages import STAGES

if TYPE_CHECKING:
    from clinic.ui.main_window import MainWindow

VIEWS = STANDARD_VIEWS[:6]  # those that have room in the view bar


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    key: its shortcut, "" for none. group: the menu it stands in. picture: the key acts only while the picture has the
    focus, since it is a plain letter or digit. enabled: when it may be done. do: what it does.
    """

    id: str
    words: str
    key: str
    group: str
    enabled: Callable[["MainWindow"], bool]
    do: Callable[["MainWindow"], object]
    icon: str = ""
    picture: bool = False


def _unlocked(window: "MainWindow") -> bool:
    return window.desk.open


def _recorded(window: "MainWindow") -> bool:
    return window.desk.recorded


def _idle(window: "MainWindow") -> bool:
    return window.desk.open and not window.desk.busy


def _with_case(window: "MainWindow") -> bool:
    return _idle(window) and window.desk.case is not None


def _with_face(window: "MainWindow") -> bool:
    return window.desk.open and window.desk.case is not None and window.desk.case.face is not None


def _with_photos(window: "MainWindow") -> bool:
    return window.desk.open and bool(fitted(window.desk.case))


def _comparable(window: "MainWindow") -> bool:
    return _with_face(window) and window.desk.shown is not None


def _can_undo(window: "MainWindow") -> bool:
    return _idle(window) and window.desk.session is not None and window.desk.session.can_undo


def _can_redo(window: "MainWindow") -> bool:
    return _idle(window) and window.desk.session is not None and window.desk.session.can_redo


def _can_build(window: "MainWindow") -> bool:
    case = window.desk.case
    return _with_case(window) and case is not None and bool(case.acquisition.ids)


def _stage_actions() -> tuple[Action, ...]:
    rows = enumerate(STAGES, start=1)
    return tuple(
        Action(
            f"stage_{stage.id}", stage.words, f"Ctrl+{k}", "Stage", _unlocked, _call("show_stage", stage.id), stage.icon
        )
        for k, stage in rows
    )


def _view_actions() -> tuple[Action, ...]:
    return tuple(
        Action(f"view_{view.id}", view.title, view.key, "View", _with_face, _call("look", view.id), picture=True)
        for view in VIEWS
    )


def _mode_actions() -> tuple[Action, ...]:
    return tuple(
        Action(
            f"mode_{mode.id}",
            mode.words,
            mode.key,
            "Compare",
            _comparable,
            _call("show_mode", mode.id),
            mode.icon,
            True,
        )
        for mode in MODES
    )


def _call(method: str, argument: str) -> Callable[["MainWindow"], object]:
    return lambda window: getattr(window, method)(argument)


def _can_solve(window: "MainWindow") -> bool:
    return can_solve(window.desk)


def _can_export(window: "MainWindow") -> bool:
    return can_export(window.desk)


def _busy(window: "MainWindow") -> bool:
    return window.desk.busy


def _always(window: "MainWindow") -> bool:
    return True


ACTIONS: tuple[Action, ...] = (
    Action("new_patient", "New patient", "Ctrl+N", "Case", _idle, lambda window: window.new_patient(), "add"),
    Action(
        "open_sample", "Open sample patient", "Ctrl+O", "Case", _idle, lambda window: window.open_sample(), "clinic"
    ),
    Action("undo", "Undo", "Ctrl+Z", "Case", _can_undo, lambda window: window.desk.undo(), "undo"),
    Action("redo", "Redo", "Ctrl+Y", "Case", _can_redo, lambda window: window.desk.redo(), "redo"),
    Action(
        "add_photos",
        "Choose photos or a scan",
        "Ctrl+I",
        "Case",
        _with_case,
        lambda window: window.choose_photos(),
        "photo",
    ),
    Action("build_face", "Build face in 3D", "Ctrl+B", "Case", _can_build, lambda window: window.build_face(), "cube"),
    Action("find", "Find a procedure", "Ctrl+F", "Case", _with_face, lambda window: window.find_procedure(), "search"),
    Action("solve", "Solve the plan", "Ctrl+Return", "Case", _can_solve, lambda window: window.solve(), "plan"),
    Action("cancel", "Cancel what runs", "Esc", "Case", _busy, lambda window: window.desk.worker.cancel(), "remove"),
    Action(
        "export", "Export to a folder", "Ctrl+E", "Case", _can_export, lambda window: window.choose_export(), "share"
    ),
    Action("records", "Records", "Ctrl+R", "Application", _recorded, lambda window: window.show_records(), "shield"),
    Action("lock", "Lock", "Ctrl+L", "Application", _unlocked, lambda window: window.desk.lock(), "lock"),
    Action("palette", "Light or dark", "Ctrl+T", "Application", _always, lambda window: window.swap_palette(), "light"),
    Action("shortcuts", "Shortcuts", "F1", "Application", _always, lambda window: window.show_shortcuts(), "key"),
    Action("home", "Reset the view", "Home", "View", _with_face, lambda window: window.look("frontal"), "home", True),
    Action(
        "next_photo",
        "View of the next photo",
        "P",
        "View",
        _with_photos,
        lambda window: window.look_through_next(),
        "photo",
        True,
    ),
    *_stage_actions(),
    *_view_actions(),
    *_mode_actions(),
)
