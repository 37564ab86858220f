from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from clinic.ui import theme
from clinic.ui.body import Body


def test_panels_keep_their_widths_when_they_come_and_go_and_the_window_grows(qtbot: QtBot) -> None:
    left, centre, right = QLabel("left"), QLabel("centre"), QLabel("right")
    body = Body({"list": (None, centre, right), "work": (left, centre, right)})
    qtbot.addWidget(body)
    body.resize(1366, 600)
    body.show()
    body.show_stage("list")
    assert not body.left.isVisible()
    body.show_stage("work")
    QApplication.processEvents()
    assert (body.left.width(), body.right.width()) == (theme.LEFT_WIDTH, theme.RIGHT_WIDTH)
    body.set_widths(330, 400)
    body.resize(1700, 600)
    QApplication.processEvents()
    assert (body.left.width(), body.right.width()) == (330, 400)
    body.fold("right")
    assert body.widths() == (330, 400)
    body.fold("right")
    body.show_stage("list")
    body.show_stage("work")
    QApplication.processEvents()
    assert (body.left.width(), body.right.width()) == (330, 400)
