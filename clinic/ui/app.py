"""Starts the window: splash first, then the lock screen, and heavy libraries behind it."""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from clinic import settings
from clinic.settings import Settings
from clinic.ui import layout, theme, traces, trial
from clinic.ui.garbage import Garbage, keep_what_is_loaded
from clinic.ui.language import Interpreter, speak
from clinic.ui.signals import CloseOnSignal
from clinic.ui.splash import splash
from clinic.words import tr

if TYPE_CHECKING:
    from clinic.ui.entrance import Entrance
    from clinic.ui.front_door import FrontDoor
    from clinic.ui.main_window import MainWindow


def run(arguments: Sequence[str]) -> int:
    """Open the window and return the exit code when it is closed.

    --archive DIR opens the archive in that folder; --sample opens the sample patient, without --archive in one that is
    thrown away. CLINIC_PASSPHRASE, if set, is used instead of asking.
    """
    options = _options(arguments)
    traces.hide_words_of_errors()
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    garbage = Garbage(app)
    app.setApplicationName("Clinic")
    app.setStyle("Fusion")
    chosen = settings.read(settings.file())
    speak(app, chosen.language)
    theme.load_fonts(app)
    theme.apply(app, theme.chosen(chosen.palette), chosen.text_percent)
    first = splash(tr("Loading. Everything stays on this computer."))
    first.show()
    app.processEvents()
    trial.sweep()
    lent: AbstractContextManager[Path | None] = trial.folder() if _on_trial(options) else nullcontext()
    with lent as thrown_away:
        door = _front_door(chosen, options.sample)
        begin(door.entrance, options.archive or chosen.archive, thrown_away)
        door.show()
        first.close()
        first.deleteLater()
        closing, interpreter = CloseOnSignal(door), Interpreter(app)
        interpreter.listen_at_door(door, chosen)
        door.followed.connect(interpreter.listen)
        for followed in (door.followed, interpreter.followed):
            followed.connect(lambda window: setattr(closing, "window", window))
        QTimer.singleShot(0, door.loader.start)
        code = app.exec()
        closing.finish()
        garbage.stop()
        return code


def begin(entrance: "Entrance", folder: Path, thrown_away: Path | None) -> None:
    """Ask for the archive, or enter with CLINIC_PASSPHRASE; on trial, in a sealed one in a folder that goes again."""
    if thrown_away is not None:
        entrance.try_out(thrown_away / "archive")
        return
    entrance.ask_for_archive(folder)
    passphrase = os.environ.pop("CLINIC_PASSPHRASE", None)  # or every child process inherits it
    if passphrase:
        entrance.unlock.show_working(True)
        if entrance.holds_archive(folder):
            entrance.enter(folder, passphrase)
        else:
            entrance.create_archive(folder, passphrase, getpass.getuser())


def _front_door(chosen: Settings, sample: bool) -> "FrontDoor":
    """Return the lock screen; whoever comes in gets the window, with the sample patient if that is wanted."""
    from clinic.ui.desk import Desk
    from clinic.ui.entrance import Entrance
    from clinic.ui.front_door import FrontDoor

    def furnish(folder: Path) -> "MainWindow":
        from clinic.ui.main_window import MainWindow

        keep_what_is_loaded()
        window = MainWindow(settings.read(settings.file()), settings.file(), door.entrance)
        window.memory.restore()
        window.welcome(folder)
        if sample:
            QTimer.singleShot(0, window.open_sample)
        return window

    door = FrontDoor(Entrance(Desk(), chosen), furnish)
    left = layout.read(layout.beside(settings.file()))
    door.resize(*left.size)
    if left.full:
        door.setWindowState(Qt.WindowState.WindowMaximized)
    return door


def _on_trial(options: argparse.Namespace) -> bool:
    return options.sample and options.archive is None


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="clinic", description="Opens the window.")
    parser.add_argument("--archive", type=Path, metavar="DIR", help="folder of the sealed records")
    parser.add_argument("--sample", action="store_true", help="open the sample patient")
    return parser.parse_args(list(arguments))
