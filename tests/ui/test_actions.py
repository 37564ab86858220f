import pytest
from builders import case
from pytestqt.qtbot import QtBot

from clinic import resources
from clinic.ui.actions import ACTIONS, Action
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


HARMLESS = [action for action in ACTIONS if action.id.startswith(("stage_", "view_", "mode_", "home", "palette"))]


@pytest.mark.parametrize("action", HARMLESS, ids=lambda action: action.id)
def test_every_row_does_what_it_says(action: Action, window: MainWindow) -> None:
    window.actions_by_id[action.id].trigger()
    kind, _, name = action.id.partition("_")
    if kind == "stage":
        assert window.stage == name
        assert window.top.tabs[name].isChecked()
    elif kind == "view":
        assert window.view.bar.views.button(name).isChecked()
    elif kind == "mode":
        assert window.stage == "compare"
        assert window.modes.buttons[name].isChecked()
