import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from clinic.archive.people import totp
from clinic.ui.records.square_code import SquareCode


@pytest.mark.parametrize("login", ["Dr Ada", "Émile Weiß-O'Hara & 山田"])
def test_a_camera_reads_the_code_off_the_screen(qtbot: QtBot, login: str) -> None:
    said = totp.link(bytes(range(20)), login)
    shown = SquareCode()
    qtbot.addWidget(shown)
    shown.show_words(said)
    image = shown.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    seen = np.ascontiguousarray(pixels[:, : image.width()])
    assert cv2.QRCodeDetector().detectAndDecode(seen)[0] == said
    shown.show_words("")
    assert shown.width() == 0
