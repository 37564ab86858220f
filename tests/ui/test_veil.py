"""The skin over the bone of a CT, taken away and brought back by mouse and keys, as it is seen."""

import numpy as np
import pytest
from builders import solved_case, with_bone
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinic.case import Pixels
from clinic.ui.main_window import MainWindow
from clinic.ui.viewport import Viewport

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def skull(window: MainWindow, qtbot: QtBot) -> Viewport:
    """The picture of a face with bone, seen through its skin by the key for it."""
    window.desk.commit(with_bone(solved_case()), "Take the CT")
    window.show_stage("plan")
    viewport = window.view.viewport
    qtbot.waitUntil(lambda: viewport.settled, timeout=30000)
    assert not viewport.veil.isVisible()
    window.activateWindow()
    viewport.setFocus()
    qtbot.waitUntil(viewport.hasFocus)
    QTest.keyClick(viewport, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: viewport.settled and viewport.veil.isVisible(), timeout=30000)
    return viewport


def _pixels(viewport: Viewport) -> Pixels:
    image = viewport.interactor.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _cheek(viewport: Viewport) -> float:
    """How red the middle of the face is against blue: skin is, bone is grey."""
    pixels = _pixels(viewport).astype(float)
    rows, columns = pixels.shape[0], pixels.shape[1] // 4
    spot = pixels[rows // 2 - 10 : rows // 2 + 10, columns - 10 : columns + 10]
    return float((spot[..., 0] - spot[..., 2]).mean())


def _to(viewport: Viewport, share: float) -> QPoint:
    slider = viewport.veil.slider
    return QPoint(8 + round(share * (slider.width() - 16)), slider.height() // 2)


def _wait_for_veil(skull: Viewport, share: float, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: skull.picture is not None and skull.picture.wanted.veil == share, timeout=30000)


def test_the_slider_takes_the_skin_away_and_brings_it_back(skull: Viewport, qtbot: QtBot) -> None:
    slider = skull.veil.slider
    usual = _cheek(skull)
    QTest.mousePress(slider, LEFT, pos=_to(skull, 0.28))
    redness = []
    for share in (0.7, 0.0):
        QTest.mouseMove(slider, _to(skull, share))
        _wait_for_veil(skull, share, qtbot)
        redness.append(_cheek(skull))
    assert redness[0] > usual + 5 > redness[1] + 10
    assert abs(redness[1]) < 3
    QTest.mouseRelease(slider, LEFT, pos=_to(skull, 0.0))
    QTest.keyClick(slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: skull.settled and skull.picture is not None and skull.picture.wanted.veil == 1.0)
    assert _cheek(skull) > redness[0] + 5
    assert slider.accessibleDescription() == "100 %"


def test_the_key_shows_the_skin_again_and_the_slider_goes(skull: Viewport, window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(skull, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: skull.settled and not skull.veil.isVisible())
    assert window.view.bar.looks.button("texture").isChecked()
