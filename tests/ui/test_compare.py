"""Two plans, lights, blinking, the wipe by keys and the view for the patient, as they are seen in the window."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from builders import ranged_case, solved_case
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from clinic.case import Case
from clinic.case.case import Planned
from clinic.rendering.panes import Wipe
from clinic.rendering.scene import Scene
from clinic.ui.main_window import MainWindow
from clinic.ui.picture import Wanted, draw_up
from clinic.ui.viewport import Viewport


@pytest.fixture
def compared(window: MainWindow, qtbot: QtBot) -> Callable[..., Viewport]:
    """Shows a mode of Compare and waits until it is on the screen."""

    def show(mode: str) -> Viewport:
        viewport = window.view.viewport
        window.show_mode(mode)
        qtbot.waitUntil(
            lambda: viewport.settled and viewport.picture is not None and viewport.picture.wanted.mode == mode,
            timeout=30000,
        )
        return viewport

    return show


def _two_plans() -> Case:
    case = ranged_case()
    assert case.simulation is not None
    half = replace(case.simulation, displacement=0.5 * case.simulation.displacement, range=None)
    return replace(case, aside=(Planned(replace(case.plan, name="Plan B"), half, case.comparison),))


def _wanted(**others: object) -> Wanted:
    case = solved_case()
    assert case.face is not None
    return replace(Wanted(case.face, case.simulation, "side", "solved", "Plan A", live=True), **others)  # type: ignore[arg-type]


def _light(scene: object) -> float:
    assert isinstance(scene, Scene)
    return float(scene.layer("skin").colours[:, :3].mean())


def test_the_wipe_moves_with_the_arrows(compared: Callable[..., Viewport]) -> None:
    viewport = compared("wipe")
    assert viewport.handle.line == 0.5
    QTest.keyClick(viewport, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert viewport.handle.line == pytest.approx(0.4)
    QTest.keyClick(viewport.handle, Qt.Key.Key_Right)
    assert viewport.handle.line == pytest.approx(0.42)


def test_blinking_changes_sides_by_itself_and_ends_with_its_mode(
    compared: Callable[..., Viewport], qtbot: QtBot
) -> None:
    viewport = compared("blink")
    said = viewport._badges[0].findChildren(QLabel)
    seen: set[str] = set()

    def both() -> bool:
        seen.add(said[0].text())
        return seen == {"Plan A", "Before"}

    qtbot.waitUntil(both, timeout=10000)
    compared("side")
    assert not viewport._blink.isActive()
    assert not viewport._holding


def test_raking_light_is_only_shown_from_both_sides() -> None:
    raked = draw_up(_wanted(light="raking"))
    left, right = raked.cells
    assert isinstance(left, Scene)
    assert isinstance(right, Scene)
    points, lit = (
        left.layer("skin").points,
        [scene.layer("skin").colours[:, 0].astype(float) for scene in (left, right)],
    )
    at_left = points[:, 0] > 20
    assert lit[0][at_left].mean() > 1.3 * lit[1][at_left].mean()
    assert lit[1][points[:, 0] < -20].mean() > 1.3 * lit[0][points[:, 0] < -20].mean()
    assert [words.rpartition(", ")[2] for words in raked.captions] == [
        "light from the patient’s left",
        "light from the patient’s right",
    ]
    wiped = draw_up(_wanted(light="raking", mode="wipe")).cells
    assert [type(cell) for cell in wiped] == [Wipe, Wipe]


def test_flat_light_shades_nothing() -> None:
    flat, clinic = (draw_up(_wanted(light=light)).cells[1] for light in ("flat", "clinic"))
    assert isinstance(flat, Scene)
    assert np.ptp(flat.layer("skin").colours[:, :3].astype(int)) == 0
    assert _light(clinic) != _light(flat)


def test_two_plans_are_compared_as_they_move_the_skin() -> None:
    case = _two_plans()
    other = case.plans[1].simulation
    picture = draw_up(_wanted(base=other, base_name="Plan B"))
    assert picture.captions[0] == "Plan B"
    left, right, before = picture.cells[0], picture.cells[1], picture.before[0]
    assert isinstance(left, Scene)
    assert isinstance(right, Scene)
    assert isinstance(before, Scene)
    half, whole, none = (scene.layer("skin").points for scene in (left, right, before))
    assert np.allclose(half - none, 0.5 * (whole - none), atol=1e-9)
    mapped = draw_up(_wanted(base=other, base_name="Plan B", mode="heat"))
    assert mapped.captions[1] == "Displacement · Plan A − Plan B"


def test_plans_are_chosen_in_compare(window: MainWindow, qtbot: QtBot, compared: Callable[..., Viewport]) -> None:
    window.desk.commit(_two_plans(), "Plan B")
    viewport = compared("side")
    window.modes.left.setCurrentIndex(window.modes.left.findText("Plan B"))
    window.modes.left.activated.emit(window.modes.left.currentIndex())
    qtbot.waitUntil(lambda: viewport.picture is not None and viewport.picture.captions[0] == "Plan B", timeout=30000)
    assert window.modes.right.currentText() == "Plan A"


def test_the_patient_sees_no_name_no_number_and_the_caption(
    window: MainWindow, qtbot: QtBot, compared: Callable[..., Viewport]
) -> None:
    viewport = compared("side")
    window.actions_by_id["patient_view"].trigger()
    assert window.patient_view.on
    assert window.isFullScreen()
    hidden = (window.top, window.status, window.view.bar, window.view.strip, window.body.left, window.body.right)
    assert not any(widget.isVisible() for widget in hidden)
    words = viewport.patient_words.accessibleName()
    assert words == "Before | Plan. Computer simulation for discussion. Not a prediction or promise."
    texts = [shown.text() for shown in window.findChildren(QLabel) if shown.isVisible()]
    assert texts == []
    assert viewport.patient_words.isVisible()

    viewport.hold_before(True)
    assert viewport.patient_words.accessibleName().startswith("Before | Before.")
    viewport.hold_before(False)
    QTest.keyClick(viewport, Qt.Key.Key_Escape)
    assert not window.patient_view.on
    assert not window.isFullScreen()
    assert not viewport.patient_words.isVisible()
    assert all(widget.isVisible() for widget in (window.top, window.status, window.view.bar, window.body.left))


def test_a_lock_ends_the_view_for_the_patient(window: MainWindow, compared: Callable[..., Viewport]) -> None:
    compared("side")
    window.patient_view.toggle()
    window.show_stage("plan")
    assert not window.patient_view.on
    window.patient_view.toggle()
    assert window.patient_view.on
    assert window.desk.session is not None
    window.desk.session.close_case()
    assert not window.patient_view.on
    assert window.top.isVisible()
