"""A CT in the window: dropped, chosen among series, looked at, its levels set and found again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dicoms import ball, series
from heads import phantom_head
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from seen import words

from clinic.ui.desk import Desk
from clinic.ui.dropped import looks_like_slices
from clinic.ui.panels.capture import CaptureFiles
from clinic.ui.series_sheet import SeriesSheet
from clinic.ui.volume_page import VolumePage


@pytest.fixture
def files(desk: Desk, qtbot: QtBot) -> Iterator[CaptureFiles]:
    made = CaptureFiles(desk)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.finish()


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> Iterator[VolumePage]:
    """The slices of the phantom, worked out."""
    made = VolumePage(desk)
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    case = desk.case
    assert case is not None
    assert desk.commit(replace(case, acquisition=replace(case.acquisition, volume=phantom_head().volume)), "Add the CT")
    qtbot.waitUntil(lambda: made.body.picture is not None, timeout=20_000)
    yield made
    made.finish()


def answer(accept: bool, number: int = 0) -> None:
    """Answer the sheet of series once it is there."""

    def look() -> None:
        sheets = [one for one in QApplication.topLevelWidgets() if isinstance(one, SeriesSheet) and one.isVisible()]
        if not sheets:
            QTimer.singleShot(50, look)
            return
        sheets[0].list.setCurrentRow(number)
        sheets[0].accept() if accept else sheets[0].reject()

    QTimer.singleShot(50, look)


def test_names_tell_slices_from_photos(tmp_path: Path) -> None:
    series(tmp_path / "ct", ball()[:2])
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"")
    assert looks_like_slices([tmp_path / "ct"])
    assert looks_like_slices([tmp_path / "a.zip"])
    assert not looks_like_slices([tmp_path / "photos"])
    assert not looks_like_slices([tmp_path / "a.jpg"])


def test_a_dropped_folder_is_read_and_told(files: CaptureFiles, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    series(tmp_path / "ct", ball())
    with qtbot.waitSignal(files.volume.look_asked, timeout=20_000):
        files._take([tmp_path / "ct"])
    assert desk.case is not None
    assert desk.case.acquisition.volume is not None
    np.testing.assert_array_equal(desk.case.acquisition.volume.values, ball())
    qtbot.waitUntil(lambda: "1 taken, 0 skipped" in words(files))
    assert "40 × 40 × 24" in words(files)
    files.volume.remove.click()
    assert desk.case.acquisition.volume is None


def test_of_several_series_the_chosen_one_is_read(
    files: CaptureFiles, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    series(tmp_path / "ct" / "a", ball(), uid="1")
    series(tmp_path / "ct" / "b", ball()[:10], uid="2")
    answer(True, 1)
    with qtbot.waitSignal(files.volume.look_asked, timeout=20_000):
        files._take([tmp_path / "ct"])
    assert desk.case is not None
    assert desk.case.acquisition.volume is not None
    assert desk.case.acquisition.volume.values.shape[0] == 10


def test_a_folder_without_slices_is_refused_in_words(
    files: CaptureFiles, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("hello")
    with qtbot.waitSignal(files.volume.refused, timeout=20_000):
        files._take([tmp_path / "notes"])
    qtbot.waitUntil(lambda: "holds no CT or MR" in words(files))


def test_a_click_takes_all_planes_to_a_place(page: VolumePage) -> None:
    axial = page.planes["axial"]
    before = page.planes["coronal"].place
    QTest.mouseClick(axial, Qt.MouseButton.LeftButton, pos=QPoint(axial.width() // 2, axial.height() // 4))
    assert page.planes["coronal"].place != before
    assert {canvas.place for canvas in page.planes.values()} == {axial.place}
    QTest.keyClick(axial, Qt.Key.Key_Up)
    assert page.planes["sagittal"].place[2] == before[2] + 1


def test_levels_are_found_previewed_set_undone_and_found_again(page: VolumePage, desk: Desk, qtbot: QtBot) -> None:
    found = page.bone.value()
    assert 200 < found < 500
    assert desk.case is not None
    drawn = page.planes["coronal"]._picture
    page.bone.setSliderDown(True)
    page.bone.setValue(900)
    assert desk.case.acquisition.levels is None  # a preview is no change
    assert drawn is not None
    assert page.planes["coronal"]._picture is not drawn
    page.bone.setSliderDown(False)
    assert desk.case.acquisition.levels == (float(page.skin.value()), 900.0)
    desk.undo()
    qtbot.waitUntil(lambda: page.bone.value() == found)
    desk.redo()
    qtbot.waitUntil(lambda: page.bone.value() == 900)
    page.automatic.click()
    assert desk.case.acquisition.levels is None
    assert page.bone.value() == found


def test_dragging_turns_the_head(page: VolumePage, qtbot: QtBot) -> None:
    yaw, picture = page.body.yaw, page.body.picture
    middle = page.body.rect().center()
    QTest.mousePress(page.body, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(page.body, middle + QPoint(-40, 0))
    QTest.mouseRelease(page.body, Qt.MouseButton.LeftButton, pos=middle + QPoint(-40, 0))
    assert page.body.yaw == pytest.approx(yaw + 20.0)
    qtbot.waitUntil(lambda: page.body.picture is not picture)


def test_without_the_case_nothing_of_it_is_left(page: VolumePage, desk: Desk) -> None:
    desk._changed(desk.case, None)  # as a lock does
    assert page.body.picture is None
    assert all(canvas._picture is None for canvas in page.planes.values())
