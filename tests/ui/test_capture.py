import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from builders import case, face, photo
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from seen import words

from clinic import workflow
from clinic.case import Acquisition, Case, Depth, Photo, PhotoCheck, Ruler, Scale
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.ui.desk import Desk
from clinic.ui.panels.build import CaptureBuild
from clinic.ui.panels.capture_photos import CapturePhotos
from clinic.ui.panels.scale import ScaleSources, believed

Look = Callable[[Case, Progress], tuple[PhotoCheck, ...]]
FACE = (60.0, 80.0, 160.0, 220.0)
BOTH = (FACE, (180.0, 90.0, 280.0, 230.0))


def series() -> tuple[Photo, ...]:
    """Four photos of different sizes: a good one, one to be retaken, one that is refused and one of two people."""
    sizes = ((320, 400), (330, 400), (340, 400), (350, 400))
    return tuple(replace(photo(*size), name=f"photo {k + 1}") for k, size in enumerate(sizes))


def seen(photos: tuple[Photo, ...]) -> tuple[PhotoCheck, ...]:
    views: tuple[tuple[str, float], ...] = (("frontal", 1.0), ("oblique_l", 43.0), ("", 0.0), ("oblique_r", -44.0))
    checks = [PhotoCheck(one.id, view, yaw, 0.0, (FACE,)) for one, (view, yaw) in zip(photos, views, strict=False)]
    checks[1] = replace(checks[1], retake=("Photo 2: The face is not sharp.", "Photo 2: Use more light."))
    checks[2] = replace(checks[2], faces=(), refusal="No human face was found in photo 3. Use another one.")
    if photos[3].face_at is None:
        checks[3] = replace(checks[3], view="", refusal="Photo 4 shows 2 faces.")
    checks[3] = replace(checks[3], faces=BOTH)
    return tuple(checks)


@pytest.fixture
def looked_at(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("clinic.workflow.check_photos", lambda case, progress: seen(case.acquisition.photos))
    assert desk.commit(replace(case(), acquisition=Acquisition(series())), "Add photos")
    qtbot.waitUntil(lambda: not desk.photos.looking)
    return desk


@pytest.fixture
def panel(looked_at: Desk, qtbot: QtBot) -> CapturePhotos:
    made = CapturePhotos(looked_at)
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    return made


def names(panel: CapturePhotos) -> list[str]:
    return [tile.accessibleName() for tile in panel._order]


def test_each_photo_says_its_view_and_its_quality_in_words(panel: CapturePhotos) -> None:
    assert names(panel) == [
        "Frontal, Photo 1, Good",
        "Oblique L, Photo 2, Usable, 2 to check",
        "Lateral L missing, add photos",
        "Oblique R missing, add photos",
        "Lateral R missing, add photos",
        "Basal missing, add photos",
        "Photo 3, Cannot be used",
        "Photo 4, Which face?",
    ]
    assert "4 taken · 3 to check" in words(panel)
    soft = panel.tiles[id(panel._desk.photos.photos[1].photo)]
    assert soft.toolTip() == "Photo 2 · 43° left side\nThe face is not sharp.\nUse more light."


def test_without_photos_nothing_is_called_missing(desk: Desk, qtbot: QtBot) -> None:
    desk.commit(replace(case(), acquisition=Acquisition()), "Begin")
    made = CapturePhotos(desk)
    qtbot.addWidget(made)
    assert names(made) == []
    assert "No photos yet" in words(made)


def test_a_photo_is_removed_by_key_and_comes_back_with_an_undo(panel: CapturePhotos, qtbot: QtBot) -> None:
    desk = panel._desk
    taken = desk.photos.photos[1].photo
    assert desk.case is not None
    ruler = Ruler(taken.id, (10.0, 10.0), (110.0, 10.0), 50.0)
    desk.commit(workflow.measure_rulers(desk.case, (ruler,)), "Mark a ruler")
    QTest.keyClick(panel.tiles[id(taken)], Qt.Key.Key_Delete)
    assert [one.name for one in desk.case.acquisition.photos] == ["photo 1", "photo 3", "photo 4"]
    assert not desk.case.acquisition.rulers
    desk.undo()
    assert desk.case.acquisition.photos[1] is taken
    assert desk.case.acquisition.rulers == (ruler,)


def test_photos_are_looked_at_beside_and_a_look_is_given_up_when_they_change(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, asked = threading.Event(), []

    def slow(case: Case, progress: Progress) -> tuple[PhotoCheck, ...]:
        asked.append(len(case.acquisition.photos))
        while len(case.acquisition.photos) == 4:
            begun.set()
            progress.report(0.1, "Looking")
        return seen(case.acquisition.photos)[:3] if len(case.acquisition.photos) == 3 else ()

    monkeypatch.setattr("clinic.workflow.check_photos", slow)
    photos = series()
    desk.commit(replace(case(), acquisition=Acquisition(photos)), "Add photos")
    assert desk.photos.looking
    assert not desk.busy
    qtbot.waitUntil(begun.is_set)
    monkeypatch.setattr(
        "clinic.workflow.check_photos", lambda case, progress: seen((*case.acquisition.photos, photos[3]))[:3]
    )
    desk.commit(replace(case(), acquisition=Acquisition(photos[:3])), "Remove a photo")
    qtbot.waitUntil(lambda: not desk.photos.looking)
    assert asked == [4]
    assert [one.photo for one in desk.photos.photos] == list(photos[:3])
    assert all(one.whole is not None for one in desk.photos.photos)


def test_photos_that_cannot_be_looked_at_say_so_and_can_still_be_used(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(case: Case, progress: Progress) -> tuple[PhotoCheck, ...]:
        raise ClinicError("The file of the face detector is missing. Run the set-up again.")

    told: list[str] = []
    desk.said.connect(lambda said, kind: told.append(said))
    monkeypatch.setattr("clinic.workflow.check_photos", lost)
    desk.commit(replace(case(), acquisition=Acquisition(series()[:2])), "Add photos")
    panel, side = CapturePhotos(desk), CaptureBuild(desk)
    qtbot.addWidget(panel)
    qtbot.addWidget(side)
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["The file of the face detector is missing. Run the set-up again."]
    assert "Photo 1, Not looked at" in names(panel)
    assert side.build.isEnabled()


def test_a_group_photo_asks_whose_face_and_takes_the_answer_by_key(panel: CapturePhotos, qtbot: QtBot) -> None:
    desk = panel._desk
    group = desk.photos.photos[3].photo
    tile = panel.tiles[id(group)]
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert panel.currentWidget() is panel.page
    assert "Which face is the patient’s?" in words(panel.page)
    QTest.keyClick(panel.page.canvas, Qt.Key.Key_Tab)
    QTest.keyClick(panel.page.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not desk.busy and not desk.photos.looking)
    assert desk.case is not None
    assert desk.case.acquisition.photos[3].face_at == pytest.approx((230 / 350, 160 / 400))
    assert "Oblique R, Photo 4, Good" in names(panel)
    assert panel.currentIndex() == 0


def test_the_face_is_chosen_with_the_mouse_too(panel: CapturePhotos, qtbot: QtBot) -> None:
    desk, canvas = panel._desk, panel.page.canvas
    panel.open(desk.photos.photos[3].photo, "face")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.screen_point((100.0, 120.0)).toPoint())
    qtbot.waitUntil(lambda: not desk.busy)
    assert desk.case is not None
    assert desk.case.acquisition.photos[3].face_at == pytest.approx((110 / 350, 150 / 400))


def test_what_the_face_says_of_a_photo_stands_with_that_photo(looked_at: Desk, qtbot: QtBot) -> None:
    warned = replace(face(), warnings=("Photo 1: Taken from about 30 cm.", "One photo is a preview."))
    assert looked_at.case is not None
    looked_at.commit(replace(looked_at.case, face=warned), "Build the face")
    side = CaptureBuild(looked_at)
    qtbot.addWidget(side)
    assert "One photo is a preview." in words(side)
    assert "Taken from about 30 cm." not in words(side)
    looked_at.photos.choose(looked_at.photos.photos[0].photo)
    assert "Taken from about 30 cm." in words(side.details)
    looked_at.photos.choose(looked_at.photos.photos[2].photo)
    assert "No human face was found" in words(side.details)
    buttons = {button.accessibleName(): button for button in side.details.findChildren(QPushButton)}
    QTest.mouseClick(buttons["Remove photo"], Qt.MouseButton.LeftButton)
    assert len(looked_at.photos.photos) == 3


def test_the_most_exact_source_gives_the_scale() -> None:
    taken = Acquisition((photo(),))
    assert believed(taken) == "iris"
    deep = replace(photo(), depth=Depth(np.full((8, 8), 500.0), absolute=True))
    assert believed(Acquisition((deep,))) == "depth"
    taken = replace(taken, interpupillary_mm=63.0)
    assert believed(taken) == "pupils"
    taken = replace(taken, card_mm=20.0)
    assert believed(taken) == "card"
    assert believed(replace(taken, rulers=(Ruler(photo().id, (0.0, 0.0), (100.0, 0.0), 50.0),))) == "ruler"


def test_pupils_and_card_are_committed_and_impossible_ones_are_not(desk: Desk, qtbot: QtBot) -> None:
    sources = ScaleSources(desk)
    qtbot.addWidget(sources)
    told: list[str] = []
    desk.said.connect(lambda said, kind: told.append(said))
    assert desk.case is not None
    for typed, kept in ((63.5, 63.5), (20.0, 63.5)):
        sources.pupils.setValue(typed)
        sources.pupils.editingFinished.emit()
        assert desk.case.acquisition.interpupillary_mm == kept
    assert "people have 40 to 80 mm" in told[-1]
    assert sources.pupils.text() == "63.5 mm"
    assert "gives the scale" in words(sources)
    assert "looking into the distance" not in words(sources)
    for typed, given in ((25.0, 25.0), (2.0, 25.0)):
        sources.card.setValue(typed)
        sources.card.editingFinished.emit()
        assert desk.case.acquisition.card_mm == given
    assert "black square" in told[-1]
    assert "side of its black square" not in words(sources)
    assert "looking into the distance" in words(sources)
    desk.undo()
    assert sources.card.text() == "none"
    sources.pupils.setValue(0.0)
    sources.pupils.editingFinished.emit()
    assert desk.case.acquisition.interpupillary_mm is None
    assert "gives the scale, ±8 % (95 %)" in words(sources)


def test_a_ruler_is_drawn_typed_moved_and_removed(panel: CapturePhotos, qtbot: QtBot) -> None:
    desk, page, left = panel._desk, panel.page, Qt.MouseButton.LeftButton
    page_photo = desk.photos.photos[0].photo
    panel.open(page_photo, "ruler")
    canvas = page.canvas
    qtbot.waitUntil(lambda: len(canvas._levels) == 1 and canvas._levels[0].shape[1] == 320)
    start, end = (canvas.screen_point(place).toPoint() for place in ((40.0, 50.0), (240.0, 60.0)))
    for place in (start, end):
        QTest.mouseClick(canvas, left, pos=place)
    assert page.length.hasFocus() or not panel.isActiveWindow()
    QTest.keyClicks(page.length, "100")
    QTest.keyClick(page.length, Qt.Key.Key_Return)
    (ruler,) = page.rulers
    assert ruler.length_mm == 100.0
    assert np.abs(np.array([ruler.start, ruler.end]) - [(40, 50), (240, 60)]).max() < 1.0
    QTest.mousePress(canvas, left, pos=end)
    QTest.mouseMove(canvas, end + (start - end) / 2)
    QTest.mouseRelease(canvas, left, pos=end + (start - end) / 2)
    assert page.rulers[0].end[0] == pytest.approx(140.0, abs=2.0)
    before = page.rulers[0].end
    QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert page.rulers[0].end == pytest.approx((before[0] - 10.0, before[1]))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert page.rulers == ()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert panel.currentIndex() == 0


def test_a_ruler_that_says_nothing_is_refused_in_words(panel: CapturePhotos, qtbot: QtBot) -> None:
    desk, canvas = panel._desk, panel.page.canvas
    told: list[str] = []
    desk.said.connect(lambda said, kind: told.append(said))
    panel.open(desk.photos.photos[0].photo, "ruler")
    start = canvas.screen_point((40.0, 50.0)).toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.screen_point((50.0, 50.0)).toPoint())
    assert panel.page.rulers == ()
    assert "give no scale" in told[-1]


def test_what_lies_under_the_mouse_stays_there_when_a_photo_is_enlarged(panel: CapturePhotos) -> None:
    panel.open(panel._desk.photos.photos[0].photo)
    canvas = panel.page.canvas
    here = canvas.screen_point((200.0, 150.0))
    canvas.enlarge(4.0, here)
    assert canvas.screen_point((200.0, 150.0)) == here
    far = canvas.screen_point((0.0, 0.0)), canvas.screen_point((320.0, 400.0))
    assert far[0].x() <= 0.0
    assert far[1].x() >= canvas.width()
    canvas.fit()
    assert canvas.screen_point((320.0, 400.0)).y() == pytest.approx(canvas.height())


def test_a_measure_that_is_not_in_the_face_yet_is_said(desk: Desk, qtbot: QtBot) -> None:
    side = CaptureBuild(desk)
    qtbot.addWidget(side)
    assert desk.case is not None
    assert "Built without what was measured" not in words(side)
    desk.commit(replace(desk.case, face=replace(face(), scale=Scale("iris", 0.043))), "Build the face")
    assert "Built without what was measured" in words(side)
    desk.commit(workflow.measure_interpupillary(desk.case, None), "Take the scale from the iris")
    assert "Built without what was measured" not in words(side)
    assert "Scale from the iris" in words(side)


@pytest.mark.parametrize(("width", "columns"), [(640, 3), (726, 3), (1280, 6)])
def test_tiles_fill_the_width_and_none_is_cut(panel: CapturePhotos, qtbot: QtBot, width: int, columns: int) -> None:
    panel.resize(width, 700)
    tiles = panel._order

    def laid_out() -> None:
        assert len({tile.x() for tile in tiles}) == min(columns, len(tiles))
        assert all(tile.x() + tile.width() <= width for tile in tiles)
        assert panel._scroll.horizontalScrollBar().maximum() == 0

    qtbot.waitUntil(laid_out)
