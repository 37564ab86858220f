from dataclasses import replace
from pathlib import Path

import pytest
from builders import case, solved_case, with_bone
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic import resources
from clinic.jobs import Progress
from clinic.rendering.views import STANDARD_VIEWS
from clinic.session import Session
from clinic.settings import Settings
from clinic.ui import choosing, theme
from clinic.ui.actions import ACTIONS
from clinic.ui.desk import Desk
from clinic.ui.main_window import MainWindow


def test_ids_and_keys_are_unique() -> None:
    ids = [action.id for action in ACTIONS]
    keys = [action.key for action in ACTIONS if action.key]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)


def test_plain_letters_and_digits_need_the_picture() -> None:
    for action in ACTIONS:
        if len(action.key) == 1:
            assert action.picture, action.id


def test_icons_exist() -> None:
    for action in ACTIONS:
        assert not action.icon or (resources.folder("icons") / f"{action.icon}.svg").is_file()


def _enabled(window: MainWindow) -> set[str]:
    return {action.id for action in ACTIONS if action.enabled(window)}


def test_what_is_offered_follows_the_case(window: MainWindow, qtbot: QtBot) -> None:
    solved = _enabled(window)
    assert {"export", "mode_wipe", "view_basal", "undo"} <= solved | {"undo"}
    assert "solve" not in solved
    window.desk.commit(case(), "Plan again")
    unsolved = _enabled(window)
    assert "solve" in unsolved
    assert "export" not in unsolved
    assert "undo" in unsolved
    window.desk.undo()
    assert "redo" in _enabled(window)
    session = window.desk.session
    assert session is not None
    session.close_case()
    empty = _enabled(window)
    assert not {"solve", "export", "undo", "redo", "view_basal", "mode_wipe", "add_photos", "build_face"} & empty
    assert {"new_patient", "open_sample", "lock"} <= empty


def test_while_a_job_runs_nothing_else_may_change_the_case(window: MainWindow, qtbot: QtBot) -> None:
    def wait(progress: object) -> None:
        while True:
            progress.report(0.1, "Waiting")  # type: ignore[attr-defined]

    window.desk.worker.start("Wait", wait, lambda _: None, lambda _: None)
    busy = _enabled(window)
    assert "cancel" in busy
    assert not {"new_patient", "open_sample", "undo", "redo", "solve", "export", "build_face", "add_photos"} & busy
    assert {"view_frontal", "lock"} <= busy
    window.actions_by_id["cancel"].trigger()
    qtbot.waitUntil(lambda: not window.desk.busy)


class _Asked:
    """What a window would start: jobs by their words, files by what was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[str] = []
        for name in ("run", "begin"):
            monkeypatch.setattr(Desk, name, lambda _, words, *rest, **more: self._note(words, True))
        monkeypatch.setattr(Desk, "export", lambda *_: self._note("export", True))
        monkeypatch.setattr(Desk, "lock", lambda _: self._note("lock", None))
        monkeypatch.setattr(MainWindow, "close", lambda _: self._note("close", True))
        monkeypatch.setattr(choosing, "files", lambda *_, **__: self._note("files", []))
        monkeypatch.setattr(choosing, "folder", lambda *_, **__: self._note("folder", None))

    def _note(self, words: str, answer: object) -> object:
        self.said.append(words)
        return answer


def _dress(app: QApplication, tokens: theme.Tokens, percent: int | None = None) -> None:
    """Note how everything would be dressed; what that looks like is no matter here, and takes long."""
    app.setProperty("tokens", tokens.name)
    app.setProperty("percent", percent)


def _stands(window: MainWindow, name: str) -> object:
    """Return what an action changes, or what tells that it was done."""
    desk, kind = window.desk, name.partition("_")[0]
    if kind in ("stage", "view", "mode", "home"):
        shown = [view for view in STANDARD_VIEWS if window.view.bar.views.button(view.id).isChecked()]
        return window.stage, tuple(view.id for view in shown), window.view._mode, window.view._photo
    sheet = window.sheets.sheet
    help_shown = window.sheets.help is not None and window.sheets.help.isVisible()
    plans = [] if desk.case is None else [one.plan for one in desk.case.plans]
    focus = QApplication.focusWidget()
    return (
        (desk.case, plans, desk.worker.words, type(sheet), help_shown, window.preferences.chosen),
        (
            window.stage,
            focus,
            frozenset(window.body.folded),
            window.details.family_name.isVisible(),
            window.view._photo,
            window.view._skin,
        ),
    )


def _made_possible(window: MainWindow, name: str) -> None:
    """Bring the window to where an action is offered and has something to do."""
    desk = window.desk
    window.sheets.leave()
    desk.commit(case() if name in ("solve", "build_face") else solved_case(), "Begin")
    if name == "bone":
        desk.commit(with_bone(solved_case()), "Begin")
    if name in ("undo", "redo"):
        window.plans.add()
    if name == "redo":
        desk.undo()
    if name in ("next_plan", "delete_plan"):
        window.plans.add()
    if name == "cancel":
        desk.worker.start("Wait", _endless, lambda _: None, lambda _: None)
    usual = {"stage_plan": "share", "view_frontal": "plan", "home": "plan", "mode_side": "compare"}
    window.show_stage(usual.get(name, "plan"))
    if name in ("view_frontal", "home", "next_photo"):
        window.look("basal")
    if name == "mode_side":
        window.show_mode("wipe")
    if name in ("larger_text", "smaller_text"):
        window.resize(1920, 1000)
    if name == "smaller_text":
        window.preferences.choose(text_percent=125)
    window.activateWindow()
    window.view.viewport.setFocus()


def _endless(progress: Progress) -> None:
    while True:
        progress.report(0.1, "Waiting")


IN_AN_ARCHIVE = {"records"}


def test_every_action_is_offered_and_does_something(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each row of the table, from the palette that offers all of them to the last view."""
    asked = _Asked(monkeypatch)
    monkeypatch.setattr(theme, "apply", _dress)
    for action in ACTIONS:
        if action.id in IN_AN_ARCHIVE:
            assert action.hindrance(window)
            continue
        _made_possible(window, action.id)
        assert not action.hindrance(window), action.id
        before, asked.said = _stands(window, action.id), []
        window.actions_by_id[action.id].trigger()
        QApplication.processEvents()
        if action.id == "cancel":
            qtbot.waitUntil(lambda: not window.desk.busy)
        assert asked.said or _stands(window, action.id) != before, action.id
        if action.id in ("palette", "larger_text", "smaller_text"):
            window.preferences.choose(palette="dark", text_percent=100)
    window.sheets.leave()


@pytest.mark.parametrize("name", ["stage_capture", "view_basal", "mode_ghost"])
def test_a_row_does_what_it_says(name: str, window: MainWindow) -> None:
    window.actions_by_id[name].trigger()
    kind, _, which = name.partition("_")
    if kind == "stage":
        assert window.stage == which
        assert window.top.tabs[which].isChecked()
    elif kind == "view":
        assert window.view.bar.views.button(which).isChecked()
    else:
        assert window.stage == "compare"
        assert window.modes.buttons[which].isChecked()


def test_what_cannot_be_done_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    made = MainWindow(Settings("dark", tmp_path / "archive"))
    qtbot.addWidget(made)
    said = {action.id: action.hindrance(made) for action in ACTIONS}
    assert said["solve"] == said["undo"] == said["stage_plan"] == "Unlock the archive first."
    assert said["cancel"] == "Nothing is running."
    assert {name for name, words in said.items() if not words} == {
        "commands",
        "help",
        "shortcuts",
        "preferences",
        "palette",
        "quit",
    }
    made.desk.adopt(Session(user="tester"))
    assert ACTIONS[0].hindrance(made) == ""
    by_id = {action.id: action for action in ACTIONS}
    assert by_id["add_photos"].hindrance(made) == "Open a patient first."
    made.desk.commit(replace(case(), face=None), "Begin")
    assert by_id["duplicate_plan"].hindrance(made) == "Build the face in Capture first."


def test_single_keys_can_be_switched_off(window: MainWindow) -> None:
    plain = window.actions_by_id["mode_wipe"]
    assert plain.shortcut().toString() == "W"
    window.preferences.choose(single_keys=False)
    assert plain.shortcut().isEmpty()
    assert not window.actions_by_id["undo"].shortcut().isEmpty()
    window.preferences.choose(single_keys=True)
    assert plain.shortcut().toString() == "W"
