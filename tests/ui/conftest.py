from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from builders import case, solved_case
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic.case import Case, FaceModel, Load, PhotoCheck, Simulation
from clinic.jobs import Progress
from clinic.session import Session
from clinic.settings import Settings
from clinic.ui import theme
from clinic.ui.desk import Desk
from clinic.ui.main_window import MainWindow


class QuickPreview:
    """Answers at once with a chin advance as large as was asked."""

    def __init__(self, face: FaceModel) -> None:
        simulation = solved_case().simulation
        assert simulation is not None
        self._simulation = simulation

    def simulate(self, loads: Sequence[Load]) -> Simulation:
        return replace(self._simulation, solved=False, made_from=(), loads=tuple(loads))


@pytest.fixture(autouse=True)
def _quick_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.simulation.preview.Preview", QuickPreview)


def _looked_at(case: Case, progress: Progress) -> tuple[PhotoCheck, ...]:
    """Find a good frontal face in the middle of every photo."""
    return tuple(
        PhotoCheck(
            photo.id, "frontal", 0.0, 0.0, ((0.3 * photo.width, 0.2 * photo.height, 0.7 * photo.width, photo.height),)
        )
        for photo in case.acquisition.photos
    )


@pytest.fixture(autouse=True)
def _quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.workflow.check_photos", _looked_at)


@pytest.fixture(scope="session")
def _typeset(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")
    theme.load_fonts(qapp)


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication, _typeset: None) -> None:
    if theme.current() is not theme.DARK or not qapp.styleSheet():
        theme.apply(qapp, theme.DARK)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """An open session with a planned case that nobody has solved."""
    made = Desk()
    made.adopt(Session(user="tester"))
    assert made.commit(case(), "Begin the case")
    yield made
    made.close()


@pytest.fixture
def solved_desk(desk: Desk) -> Desk:
    assert desk.commit(solved_case(), "Solve the plan")
    return desk


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The window with a solved case of a session in memory."""
    made = MainWindow(Settings("dark", tmp_path / "archive"), tmp_path / "settings.toml")
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    made.desk.adopt(Session(user="tester"))
    made.desk.commit(solved_case(), "Begin the case")
    yield made
    made.close()
    made.deleteLater()
    QApplication.processEvents()
