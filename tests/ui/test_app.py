import gc
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
from builders import solved_case
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from vaults import CHEAP, PASSPHRASE

from clinic.archive import store
from clinic.rendering.draw import Stage
from clinic.session import Session
from clinic.settings import Settings, read
from clinic.ui.app import begin
from clinic.ui.main_window import MainWindow
from clinic.ui.picture import Wanted
from clinic.ui.viewport import Viewport

HEAVY = ("numpy", "vtkmodules", "pyvista", "scipy", "torch", "skimage", "sqlalchemy", "cv2")


@pytest.fixture
def closed(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window before any archive was opened."""
    monkeypatch.setattr(store, "calibrated", lambda: CHEAP)
    monkeypatch.delenv("CLINIC_PASSPHRASE", raising=False)
    window = MainWindow(Settings("dark", tmp_path / "usual"), tmp_path / "settings.toml")
    qtbot.addWidget(window)
    window.show()
    return window


def test_the_splash_needs_nothing_heavy() -> None:
    code = f"import sys, clinic.ui.app; print([name for name in {HEAVY} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_without_an_archive_a_new_one_is_asked_for(closed: MainWindow, tmp_path: Path) -> None:
    begin(closed.entrance, tmp_path / "fresh", None)
    assert closed.unlock.again.isVisible()
    assert not closed.view.isVisible()


def test_the_passphrase_of_the_environment_opens(
    closed: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINIC_PASSPHRASE", PASSPHRASE)
    begin(closed.entrance, tmp_path / "fresh", None)
    qtbot.waitUntil(lambda: closed.desk.open, timeout=20000)
    assert read(tmp_path / "settings.toml").archive == tmp_path / "fresh"
    Session.open(tmp_path / "fresh", PASSPHRASE).close()


def test_a_trial_opens_in_an_archive_to_be_thrown_away(closed: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    begin(closed.entrance, tmp_path / "usual", tmp_path / "trial")
    qtbot.waitUntil(lambda: closed.desk.open, timeout=20000)
    assert (tmp_path / "trial" / "archive").is_dir()
    assert not (tmp_path / "usual").exists()
    assert not (tmp_path / "settings.toml").exists()
    closed.desk.lock()
    qtbot.waitUntil(closed.unlock.isVisible)
    assert "Its passphrase:" in closed.unlock.explanation


def test_a_refused_archive_keeps_asking(
    closed: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Session.create(tmp_path / "archive", PASSPHRASE, "tester").close()
    monkeypatch.setenv("CLINIC_PASSPHRASE", "some other passphrase")
    begin(closed.entrance, tmp_path / "archive", None)
    qtbot.waitUntil(lambda: bool(closed.unlock.error), timeout=20000)
    assert not closed.desk.open
    closed.entrance.enter(tmp_path / "archive", PASSPHRASE)
    qtbot.waitUntil(lambda: closed.desk.open, timeout=20000)


def _shown_and_closed(qtbot: QtBot) -> list[weakref.ref[Stage]]:
    viewport = Viewport()
    viewport.resize(300, 200)
    viewport.show()
    qtbot.waitExposed(viewport)
    case = solved_case()
    assert case.face is not None
    viewport.want(Wanted(case.face, case.simulation, "side", "solved", "Plan A"))
    qtbot.waitUntil(lambda: viewport.picture is not None, timeout=20000)
    stages = [weakref.ref(stage) for stage in viewport.panes._stages]
    viewport.finish()
    viewport.close()
    viewport.deleteLater()
    return stages


def test_closing_frees_what_vtk_holds(qtbot: QtBot) -> None:
    stages = _shown_and_closed(qtbot)
    assert len(stages) == 2
    QApplication.processEvents()
    gc.collect()
    assert [stage() for stage in stages] == [None, None]
