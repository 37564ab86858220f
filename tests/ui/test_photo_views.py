from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from builders import photo, solved_case
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic.case import Acquisition, Camera, Case, Floats, Photo, Pixels
from clinic.rendering import photo as warped
from clinic.ui.lens import Lens
from clinic.ui.main_window import MainWindow
from clinic.ui.photo_strip import fitted

DOT = "pronasale"


def _photographed(wide: int, focal: float) -> tuple[Photo, Camera]:
    """A grey photo with a red dot where its camera sees the tip of the nose."""
    face = solved_case().face
    assert face is not None
    turn = np.radians(-20.0)
    around = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    level = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    taken = Camera(focal, wide * 0.56, 190.0, wide, 400, level @ around, np.array([12.0, -8.0, 850.0]))
    rows, columns = np.mgrid[0:400, 0:wide] + 0.5
    tip = taken.project(face.landmarks()[DOT][None])[0]
    near = np.clip(6 - np.hypot(columns - tip[0], rows - tip[1])[..., None], 0, 1)
    pixels = np.round(near * (255, 0, 0) + (1 - near) * 120).astype(np.uint8)
    return Photo(pixels, f"photo {wide}"), taken


@pytest.fixture
def photos(window: MainWindow, qtbot: QtBot) -> tuple[Photo, ...]:
    """A solved case with a second, wide photo, whose camera stands aside."""
    before = solved_case()
    assert before.face is not None
    assert before.simulation is not None
    wide, taken = _photographed(640, 1100.0)
    first = before.face.photos[0]
    fits = (first, replace(first, photo_id=wide.id, camera=taken))
    face = replace(before.face, photos=fits, made_from=(photo().id, wide.id))
    changed = replace(before, acquisition=Acquisition((before.acquisition.photos[0], wide)), face=face)
    assert window.desk.commit(changed, "Add a photo")
    window.show_stage("compare")
    qtbot.waitUntil(lambda: window.view.viewport.picture is not None, timeout=20000)
    return changed.acquisition.photos


@pytest.fixture
def look(window: MainWindow, photos: tuple[Photo, ...], qtbot: QtBot) -> Callable[[int], None]:
    """Click a photo of the strip, and wait until it is the view."""

    def click(number: int) -> None:
        tile = next(tile for shown, tile in window.view.strip.tiles if shown is photos[number])
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
        _shown(window, qtbot, photos[number])

    return click


def _shown(window: MainWindow, qtbot: QtBot, photo: Photo | None) -> None:
    def there() -> bool:
        picture = window.view.viewport.picture
        return picture is not None and picture.wanted.photo is photo

    qtbot.waitUntil(there, timeout=20000)
    qtbot.wait(50)


def _pixels(window: MainWindow) -> Pixels:
    image = window.view.viewport.interactor.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _dot(pixels: Pixels) -> Floats:
    """The middle of what is red, (column, row)."""
    red = np.clip(pixels[..., 0].astype(float) - pixels[..., 1] - 20, 0, None)
    rows, columns = np.mgrid[0 : red.shape[0], 0 : red.shape[1]] + 0.5
    assert red.sum() > 0
    middle: Floats = np.array([(red * columns).sum(), (red * rows).sum()]) / red.sum()
    return middle


def test_the_photo_lies_under_the_face_to_the_pixel(
    window: MainWindow, look: Callable[[int], None], qtbot: QtBot
) -> None:
    """The dot that the photo's camera saw at the tip of the nose is drawn where the view projects the tip."""
    look(1)
    viewport, case = window.view.viewport, window.desk.case
    assert case is not None
    assert case.face is not None
    window.view.show_mode("wipe")
    viewport.handle.moved.emit(0.98)
    qtbot.waitUntil(lambda: viewport.picture is not None and viewport.picture.wanted.mode == "wipe")
    tip = case.face.landmarks()[DOT]
    for step in range(3):
        qtbot.wait(60)
        expected = viewport.camera.project(tip[None], viewport.width(), viewport.height())[0]
        assert np.linalg.norm(_dot(_pixels(window)) - expected) < 0.5, step
        _wheel(window, expected + np.array([40.0, 30.0]), 3)


def _wheel(window: MainWindow, at: Floats, notches: int) -> None:
    interactor = window.view.viewport.interactor
    place = QPointF(float(at[0]), float(at[1]))
    none, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        place,
        interactor.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        none,
        phase,
        False,
    )
    QApplication.sendEvent(interactor, event)


def test_the_mouse_enlarges_and_slides_a_photo_and_never_turns_the_face(
    window: MainWindow, look: Callable[[int], None], qtbot: QtBot
) -> None:
    look(1)
    viewport = window.view.viewport
    place = viewport.camera.position.copy()
    before = viewport.camera.angle_deg
    _wheel(window, np.array([200.0, 200.0]), 2)
    assert viewport.camera.angle_deg < before / 1.3
    framed = viewport.camera.framed.copy()
    start = QPoint(200, 200)
    QTest.mousePress(viewport.interactor, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(viewport.interactor, start + QPoint(30, 10))
    QTest.mouseRelease(viewport.interactor, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 10))
    assert np.linalg.norm(viewport.camera.framed - framed) > 1.0
    assert viewport.camera.position == pytest.approx(place)
    window.look("lateral_l")
    _shown(window, qtbot, None)
    assert viewport.camera.position[0] > 900


def test_each_photo_has_its_own_after_and_space_shows_before(
    window: MainWindow, look: Callable[[int], None], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    after = warped.after

    def counted(*asked: object) -> Pixels:
        made.append(asked[0].name)  # type: ignore[attr-defined]
        return after(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr("clinic.rendering.photo.after", counted)
    pictures = []
    for number in (0, 1, 0):
        look(number)
        pictures.append(_pixels(window))
    assert made == ["photo 1", "photo 640"]
    assert np.array_equal(pictures[0], pictures[2])
    half = pictures[0].shape[1] // 2
    viewport = window.view.viewport
    viewport.setFocus()
    QTest.keyPress(viewport, Qt.Key.Key_Space)
    held = _pixels(window)
    assert np.array_equal(held[:, :half], pictures[2][:, :half])
    assert np.abs(held[:, half:].astype(int) - pictures[2][:, half:]).max() > 3
    QTest.keyRelease(viewport, Qt.Key.Key_Space)


def test_skin_and_clay_are_drawn_over_the_photo(window: MainWindow, look: Callable[[int], None], qtbot: QtBot) -> None:
    look(1)
    bar, viewport = window.view.bar, window.view.viewport
    assert bar.looks.button("photo").isChecked()
    flat = _pixels(window)
    QTest.mouseClick(bar.looks.button("texture"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: viewport.picture is not None and not viewport.picture.wanted.flat)
    qtbot.wait(50)
    skin = _pixels(window)
    changed = (np.abs(skin.astype(int) - flat) > 12).any(axis=2)
    assert 0.05 < changed.mean() < 0.9
    window.look("frontal")
    assert bar.looks.button("photo").isHidden()
    assert bar.looks.button("texture").isChecked()


def test_the_next_photo_in_turn_and_the_tile_again_to_leave(
    window: MainWindow, photos: tuple[Photo, ...], look: Callable[[int], None], qtbot: QtBot
) -> None:
    for number in (0, 1, 0):
        window.actions_by_id["next_photo"].trigger()
        _shown(window, qtbot, photos[number])
    assert not window.view.bar.views.button("frontal").isChecked()
    tile = next(tile for shown, tile in window.view.strip.tiles if shown is photos[0])
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    _shown(window, qtbot, None)
    assert window.view.bar.views.button("frontal").isChecked()


def test_a_photo_that_is_gone_is_no_view_any_more(
    window: MainWindow, look: Callable[[int], None], qtbot: QtBot
) -> None:
    look(1)
    window.desk.commit(solved_case(), "Remove a photo")
    _shown(window, qtbot, None)
    assert len(window.view.strip.tiles) == 1
    session = window.desk.session
    assert session is not None
    session.close_case()
    assert not window.view.strip.tiles
    assert window.view.viewport._photos._after._answers == {}


def test_only_photos_that_the_face_was_fitted_to_are_views() -> None:
    one = solved_case()
    assert [shown.name for shown, _ in fitted(one)] == ["photo 1"]
    assert fitted(replace(one, face=None)) == ()
    assert fitted(Case("c", one.patient)) == ()


def test_a_lens_shows_the_head_and_stays_within_the_photo() -> None:
    from clinic.rendering.views import photo_camera

    case = solved_case()
    assert case.face is not None
    _, taken = _photographed(640, 700.0)
    fit = replace(case.face.photos[0], camera=taken)
    whole = photo_camera(fit, case.face)
    for aspect in (0.5, 1.0, 2.4):
        lens = Lens.around(fit.points, whole, aspect)
        places = lens.camera(whole).project(fit.points, round(1000 * aspect), 1000)
        assert places.min() > 0
        assert (places.max(axis=0) < (1000 * aspect, 1000)).all()
        far = replace(lens, zoom=3.0).moved(1e6, 1e6, whole, aspect).camera(whole)
        corner = far.project(taken.position + 800 * _ray(taken, taken.width, 0.0)[None], round(1000 * aspect), 1000)[0]
        assert corner[1] == pytest.approx(0.0, abs=0.5)
        assert lens.enlarged(1e-6, 0.0, 0.0, whole, aspect).zoom == pytest.approx(min(1.0, aspect / 1.6))


def _ray(taken: Camera, column: float, row: float) -> Floats:
    seen = np.array([(column - taken.cx) / taken.focal_px, (row - taken.cy) / taken.focal_px, 1.0])
    direction: Floats = seen @ taken.rotation
    return direction
