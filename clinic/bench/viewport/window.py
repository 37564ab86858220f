"""The window on an archive, for the programs of this bench."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from clinic import workflow
from clinic.archive.consent import EVERYTHING, Consent
from clinic.jobs import Progress
from clinic.session import Session
from clinic.settings import Settings
from clinic.ui import theme
from clinic.ui.main_window import MainWindow

WIDTH, HEIGHT = 1280, 800
PASSPHRASE = "CLINIC_BENCH_PASSPHRASE"  # the variable that hands it on
_PATIENCE_MS = 60_000


def lay_down(folder: Path, passphrase: str) -> None:
    """Make an archive that holds the sample patient, planned and solved."""
    case = workflow.reconstruct_face(workflow.sample_case(Progress()), Progress())
    case = workflow.simulate_plan(replace(case, plan=workflow.DEMO_PLAN), Progress())
    with Session.create(folder, passphrase, "bench") as session:
        session.commit(case, "Begin the case")
        session.give_consent(Consent(EVERYTHING))


@contextmanager
def opened(folder: Path) -> Iterator[MainWindow]:
    """Lend the window with the first case of an archive."""
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    theme.load_fonts(app)
    theme.apply(app, theme.DARK)
    with TemporaryDirectory() as kept:
        window = MainWindow(Settings("dark", folder), Path(kept) / "settings.toml")
        window.resize(WIDTH, HEIGHT)
        window.show()
        session = Session.open(folder, os.environ.pop(PASSPHRASE))
        window.desk.adopt(session)
        window.desk.open_case(session.cases()[0].id)
        until(lambda: window.view.viewport.picture is not None and not window.desk.busy)
        yield window
        window.close()
        window.deleteLater()
        app.processEvents()


def until(there: Callable[[], bool]) -> None:
    """Let the window work until something is there. Raises TimeoutError."""
    loop, poll, patience = QEventLoop(), QTimer(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if there() else None)
    patience.setSingleShot(True)
    patience.timeout.connect(loop.quit)
    poll.start(2)
    patience.start(_PATIENCE_MS)
    loop.exec()
    if not there():
        raise TimeoutError("the window did not come to what was waited for")


def rest(milliseconds: int) -> None:
    """Let the window work for a while; other threads too, as QTest.qWait would not."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
