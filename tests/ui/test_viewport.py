from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from builders import ranged_case, solved_case
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinic.case import Pixels
from clinic.ui import plan_edits
from clinic.ui.main_window import MainWindow
from clinic.ui.picture import Wanted
from clinic.ui.viewport import Viewport


def _pixels(viewport: Viewport) -> Pixels:
    image = viewport.interactor.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _skin(pixels: Pixels) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    red, blue = pixels[..., 0].astype(int), pixels[..., 2].astype(int)
    mask: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = red > blue + 20
    return mask


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> Callable[[str, str], Viewport]:
    """Shows a stage and mode and waits for the picture."""

    def show(stage: str, mode: str = "") -> Viewport:
        viewport = window.view.viewport
        window.show_stage(stage)
        qtbot.wait(50)  # the panels take their widths
        if mode:
            window.show_mode(mode)

        def there() -> bool:
            picture = viewport.picture
            wanted = {"analyse": "face", "plan": "side", "share": "side"}.get(stage, mode)
            return picture is not None and picture.wanted.mode == wanted and viewport.settled

        qtbot.waitUntil(there, timeout=20000)
        qtbot.wait(50)
        return viewport

    return show


def test_both_views_show_a_face(shown: Callable[..., Viewport]) -> None:
    pixels = _pixels(shown("plan"))
    half = pixels.shape[1] // 2
    left, right = _skin(pixels[:, :half]).mean(), _skin(pixels[:, half:]).mean()
    assert left > 0.05
    assert left == pytest.approx(right, rel=0.05)


def test_turning_one_view_turns_both(shown: Callable[..., Viewport], qtbot: QtBot) -> None:
    viewport = shown("plan")
    before = _pixels(viewport)
    start = QPoint(viewport.width() // 4, viewport.height() // 2)
    QTest.mousePress(viewport.interactor, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(viewport.interactor, start + QPoint(20 * step, 0))
        qtbot.wait(10)
    QTest.mouseRelease(viewport.interactor, Qt.MouseButton.LeftButton, pos=start + QPoint(100, 0))
    qtbot.wait(100)
    after = _pixels(viewport)
    half = before.shape[1] // 2
    for part in (slice(0, half), slice(half, None)):
        assert np.abs(after[:, part].astype(int) - before[:, part]).mean() > 1.0
    assert abs(viewport.camera.position[0]) > 50


def test_standard_views_stand_where_they_should(shown: Callable[..., Viewport], window: MainWindow) -> None:
    viewport = shown("plan")
    window.look("lateral_l")
    assert viewport.camera.position[0] > 900
    window.look("frontal")
    assert abs(viewport.camera.position[0]) < 1


@pytest.mark.parametrize("key", [Qt.Key.Key_W, Qt.Key.Key_S, Qt.Key.Key_R, Qt.Key.Key_Q, Qt.Key.Key_3])
def test_the_keys_of_vtk_are_gone(key: Qt.Key, shown: Callable[..., Viewport], qtbot: QtBot) -> None:
    viewport = shown("plan")
    vtk = viewport.interactor.iren.interactor
    assert not vtk.HasObserver("CharEvent")
    viewport.look("oblique_l")
    before = viewport.camera.position.copy()
    QTest.keyClick(viewport.interactor, key)
    qtbot.wait(20)
    assert np.allclose(viewport.camera.position, before)
    assert viewport.isVisible()
    for renderer in viewport.interactor.ren_win.GetRenderers():
        for actor in renderer.GetActors():
            assert actor.GetProperty().GetRepresentationAsString() == "Surface"


def test_space_shows_before_for_as_long_as_it_is_held(shown: Callable[..., Viewport], qtbot: QtBot) -> None:
    viewport = shown("plan")
    viewport.look("lateral_l")
    viewport.interactor.draw()
    qtbot.wait(50)
    planned = _pixels(viewport)
    half = planned.shape[1] // 2
    viewport.setFocus()
    QTest.keyPress(viewport, Qt.Key.Key_Space)
    held = _pixels(viewport)
    assert np.array_equal(held[:, :half], planned[:, :half])
    assert not np.array_equal(held[:, half:], planned[:, half:])
    QTest.keyRelease(viewport, Qt.Key.Key_Space)
    assert np.array_equal(_pixels(viewport), planned)


def test_the_wipe_changes_over_at_its_line(shown: Callable[..., Viewport], qtbot: QtBot) -> None:
    viewport = shown("compare", "wipe")
    viewport.look("lateral_l")
    handle = viewport.handle
    assert handle.isVisible()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(24, 100))
    QTest.mouseMove(handle, QPoint(24 - viewport.width() // 4, 100))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton)
    assert handle.line == pytest.approx(0.25, abs=0.02)
    assert handle.geometry().center().x() == pytest.approx(viewport.width() / 4, abs=16)
    wiped_all = []
    for line in (0.02, 0.98):
        handle.moved.emit(line)
        qtbot.wait(50)
        wiped_all.append(_pixels(viewport))
    assert not np.array_equal(wiped_all[0], wiped_all[1])


def test_the_ruler_is_as_long_as_the_face_says(shown: Callable[..., Viewport]) -> None:
    viewport = shown("analyse")
    simulation = solved_case()
    assert simulation.face is not None
    ends = np.array([[-10.0, 0.0, 0.0], [10.0, 0.0, 0.0]]) + viewport.camera.target
    places = viewport.camera.project(ends, viewport.width(), viewport.height())
    assert viewport.ruler_px == pytest.approx(float(np.linalg.norm(places[1] - places[0])), abs=1.0)


def test_a_lock_leaves_nothing_of_the_face(shown: Callable[..., Viewport], window: MainWindow, qtbot: QtBot) -> None:
    viewport = shown("plan")
    assert _skin(_pixels(viewport)).any()
    session = window.desk.session
    assert session is not None
    session.close_case()
    qtbot.wait(50)
    viewport.show()
    assert viewport.picture is None
    assert not _skin(_pixels(viewport)).any()


def test_an_answer_that_comes_after_a_lock_is_not_shown(shown: Callable[..., Viewport]) -> None:
    viewport = shown("plan")
    late = viewport.picture
    assert late is not None
    viewport.want(None)
    viewport._show(late)
    assert viewport.picture is None


def test_pictures_without_a_simulation_show_the_face_alone() -> None:
    from clinic.ui.picture import draw_up

    face = solved_case().face
    assert face is not None
    picture = draw_up(Wanted(face, None, "side", "", "Plan A"))
    assert len(picture.cells) == 1
    assert picture.captions == ("Before",)


def test_the_ends_of_a_range_are_shown_and_named() -> None:
    from clinic.rendering.scene import Scene
    from clinic.ui.picture import draw_up

    case = ranged_case()
    assert case.face is not None
    assert case.simulation is not None
    likely = draw_up(Wanted(case.face, case.simulation, "side", "solved", "Plan A", live=True))
    most = draw_up(replace(likely.wanted, extent="high"), likely)
    assert most.captions[1] == "Plan A · solved, maximum"
    skins = [picture.cells[1].layer("skin").points[:, 1] for picture in (likely, most)]  # type: ignore[union-attr]
    assert (skins[0] - skins[1]).max() == pytest.approx(0.2 * 4.0, abs=0.05)
    band = draw_up(replace(likely.wanted, mode="range")).cells[0]
    assert isinstance(band, Scene)
    veil, skin = band.layer("veil"), band.layer("skin")
    moved = np.unique(veil.triangles)
    assert 20 < len(moved) < len(veil.points) / 2
    assert (skin.points - veil.points)[:, 1].max() == pytest.approx(0.5 * 4.0, abs=0.05)


def test_without_a_range_its_mode_says_so() -> None:
    from clinic.ui.picture import draw_up

    case = solved_case()
    assert case.face is not None
    picture = draw_up(Wanted(case.face, case.simulation, "range", "solved", "Plan A", live=True))
    assert picture.captions == ("Plan A · solved, no range worked out yet",)


def test_a_face_that_did_not_change_is_the_same_scene_again() -> None:
    from clinic.rendering.scene import Scene
    from clinic.ui.picture import draw_up

    case = solved_case()
    assert case.face is not None
    assert case.simulation is not None
    first = draw_up(Wanted(case.face, case.simulation, "side", "preview", "Plan A", live=True, moving=True))
    moved = replace(case.simulation, displacement=0.5 * case.simulation.displacement)
    second = draw_up(replace(first.wanted, simulation=moved), first)
    assert second.cells[0] is first.cells[0]
    assert second.cells[1] is not first.cells[1]
    assert draw_up(replace(second.wanted, moving=False), second).cells == second.cells
    repainted = draw_up(replace(second.wanted, clay=True), second).cells[0]
    assert isinstance(repainted, Scene)
    assert repainted.layer("skin").texture is None


def test_a_picture_has_no_smooth_edges_while_a_slider_moves_and_has_them_once_it_rests(
    shown: Callable[..., Viewport], window: MainWindow, qtbot: QtBot
) -> None:
    viewport = shown("plan")
    desk = window.desk
    viewport.look("lateral_l")
    qtbot.wait(50)
    smooth = [renderer.GetUseFXAA() for renderer in viewport.interactor.ren_win.GetRenderers()]
    assert all(smooth)
    desk.drag(plan_edits.set_amounts(desk.plan, 0, {"amount_mm": -1.0}))
    qtbot.waitUntil(lambda: viewport.picture is not None and viewport.picture.wanted.badge == "preview")
    before, after = viewport.interactor.ren_win.GetRenderers()
    qtbot.waitUntil(lambda: not after.GetUseFXAA())
    assert before.GetUseFXAA()
    qtbot.waitUntil(lambda: bool(after.GetUseFXAA()))
    assert desk.dragging
