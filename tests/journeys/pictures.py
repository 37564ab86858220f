"""Pictures of every stage of the window, for whoever wants to see what a surgeon sees.

    python tests/journeys/pictures.py FOLDER [--sizes 1366x768,1920x1080] [--palettes dark,light] [--language zh_CN]

It needs a screen of that size; `xvfb-run -s "-screen 0 2560x1440x24"` lends one. The patient is the sample patient.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from clinic import workflow
from clinic.archive.consent import EVERYTHING, Consent
from clinic.case import Case
from clinic.jobs import Progress
from clinic.session import Session
from clinic.settings import Settings
from clinic.ui import theme
from clinic.ui.language import speak
from clinic.ui.main_window import MainWindow
from clinic.ui.stages import STAGES

_SETTLED_MS, _PATIENCE_MS = 400, 90_000
_LOOK = {"plan": "lateral_l", "compare": "oblique_l"}
_PASSPHRASE = "seven pictures of a quiet window"
_OTHERS = (
    ("DEMO", "Ada", "1979-03-14", "F", "1042"),
    ("EXAMPLE", "Ben", "1991-11-02", "M", "1055"),
    ("TRIAL", "Cleo", "1986-07-25", "F", "1061"),
)
Size = tuple[int, int]


def picture_stages(window: MainWindow, folder: Path, name: str) -> tuple[Path, ...]:
    """Save every stage of the window, Compare in three ways, and the view for the patient; return the files."""
    viewport, saved = window.view.viewport, []

    def keep(what: str) -> None:
        rest(_SETTLED_MS)
        file = folder / f"{name}-{what}.png"
        _grabbed(window).save(str(file))
        saved.append(file)

    for stage in STAGES:
        window.show_stage(stage.id)
        if stage.id == "capture":
            until(lambda: not window.desk.photos.looking)
        if stage.id in ("analyse", "plan", "compare", "share"):
            until(lambda: viewport.settled)
            window.look(_LOOK.get(stage.id, "frontal"))
        keep(stage.id)
    window.look(_LOOK["compare"])
    for mode in ("wipe", "heat"):
        window.show_mode(mode)
        until(lambda: viewport.settled and viewport.picture is not None and viewport.picture.wanted.mode == mode)  # noqa: B023
        keep(f"compare-{mode}")
    window.show_mode("side")
    window.patient_view.toggle()
    until(lambda: viewport.settled)
    keep("patient-view")
    window.patient_view.leave()
    return tuple(saved)


def rest(milliseconds: int) -> None:
    """Let the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(there: Callable[[], bool]) -> None:
    """Let the window work until something is there. Raises TimeoutError."""
    for _ in range(_PATIENCE_MS // 50):
        if there():
            return
        rest(50)
    raise TimeoutError("the window did not come to what was waited for")


def _grabbed(window: QWidget) -> QPixmap:
    """Return what the screen shows where the window stands: a grab of the widget would leave the face out."""
    screen = QApplication.primaryScreen()
    at = window.geometry()
    return screen.grabWindow(0, at.x(), at.y(), at.width(), at.height())


def _sizes(text: str) -> tuple[Size, ...]:
    return tuple((int(width), int(height)) for width, _, height in (part.partition("x") for part in text.split(",")))


def _sample() -> Case:
    case = workflow.reconstruct_face(workflow.sample_case(Progress()), Progress())
    return workflow.simulate_plan(replace(case, plan=workflow.DEMO_PLAN), Progress())


def main(arguments: Sequence[str]) -> None:
    """Save pictures of all stages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=_sizes, default=((1366, 768), (1920, 1080)))
    parser.add_argument("--palettes", default="dark,light")
    parser.add_argument("--language", default="en")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    theme.load_fonts(app)
    with TemporaryDirectory() as kept:
        sample = _fill(Path(kept) / "archive")
        for palette in options.palettes.split(","):
            for size in options.sizes:
                chosen = Settings(palette, Path(kept) / "archive", language=options.language)
                _one(app, chosen, sample, options.folder, size)


def _fill(archive: Path) -> str:
    """Make an archive of the sample patient and three who are made up; return the sample's case."""
    case = _sample()
    with Session.create(archive, _PASSPHRASE, "Dr Example") as session:
        for *who, record_number in _OTHERS:
            patient = replace(workflow.new_patient(*who), record_number=record_number)
            session.commit(workflow.new_case(patient), "Begin the case")
        session.commit(case, "Plan")
        session.give_consent(Consent(EVERYTHING, note=case.patient.note))
    return case.id


def _one(app: QApplication, chosen: Settings, case: str, folder: Path, size: Size) -> None:
    speak(app, chosen.language)
    theme.apply(app, theme.PALETTES[chosen.palette])
    with TemporaryDirectory() as kept:
        window = MainWindow(chosen, Path(kept) / "settings.toml")
        window.resize(*size)
        window.move(0, 0)
        window.show()
        window.ask_for_archive(chosen.archive)
        rest(_SETTLED_MS)
        _grabbed(window).save(str(folder / f"{_name(chosen, size)}-lock.png"))
        session = Session.open(chosen.archive, _PASSPHRASE)
        session.open_case(case)
        window.desk.adopt(session)
        rest(_SETTLED_MS)
        picture_stages(window, folder, _name(chosen, size))
        window.close()
        window.deleteLater()
        app.processEvents()


def _name(chosen: Settings, size: Size) -> str:
    return f"{size[0]}x{size[1]}-{chosen.palette}-{chosen.language}"


if __name__ == "__main__":
    os.environ.setdefault("QT_SCALE_FACTOR_ROUNDING_POLICY", "PassThrough")
    main(sys.argv[1:])
