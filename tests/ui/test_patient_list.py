"""Small pictures in the list: of whoever may see them, and gone with the keys."""

from pathlib import Path

import numpy as np
import pytest
from builders import solved_case
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from vaults import CHEAP, PASSPHRASE

from clinic.archive import store
from clinic.session import Session
from clinic.ui.desk import Desk
from clinic.ui.panels.patient import PatientList


def _shown(pixmap: QPixmap) -> np.ndarray:
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def test_the_list_shows_each_patients_photo_until_the_lock(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "home"))
    monkeypatch.setattr(store, "calibrated", lambda: CHEAP)
    session = Session.create(tmp_path / "archive", PASSPHRASE, "Dr Ada")
    session.commit(solved_case(), "Simulate")
    session.close_case()
    desk = Desk()
    listed = PatientList(desk)
    qtbot.addWidget(listed)
    desk.adopt(session)
    faces = [one for one in listed.findChildren(QLabel) if not one.pixmap().isNull() and one.width() == 48]
    assert faces == []
    qtbot.waitUntil(lambda: bool(listed._small), timeout=20_000)
    (face,) = (one for one in listed.findChildren(QLabel) if one.width() == 48 and not one.pixmap().isNull())
    shown = _shown(face.pixmap())
    third = len(shown) // 3
    middle = shown[third:-third, third:-third].reshape(-1, 3).mean(axis=0)
    built = solved_case()
    assert built.face is not None
    points = built.face.photos[0].landmarks
    low, high = points.min(axis=0), points.max(axis=0)
    (x, y), sixth = (low + high) / 2, 1.5 * (high - low).max() / 6
    around = built.acquisition.photos[0].pixels[int(y - sixth) : int(y + sixth), int(x - sixth) : int(x + sixth)]
    assert np.abs(middle - around.reshape(-1, 3).mean(axis=0)).max() < 5
    desk.lock()
    assert listed._small == {}
    desk.close()
