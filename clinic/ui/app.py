"""Starts the window: splash first, heavy libraries after it."""

import argparse
import getpass
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from clinic import settings
from clinic.ui import theme
from clinic.ui.splash import splash

if TYPE_CHECKING:
    from clinic.ui.main_window import MainWindow


def run(arguments: Sequence[str]) -> int:
    """Open the window and return the exit code when it is closed.

    --archive DIR opens the archive in that folder; --sample opens the sample patient, without --archive in one that is
    thrown away. CLINIC_PASSPHRASE, if set, is used instead of asking.
    """
    options = _options(arguments)
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Clinic")
    app.setStyle("Fusion")
    chosen = settings.read(settings.file())
    theme.load_fonts(app)
    theme.apply(app, theme.PALETTES[chosen.palette])
    first = splash("Loading. Everything stays on this computer.")
    first.show()
    app.processEvents()
    from clinic.ui.main_window import MainWindow

    window = MainWindow(chosen, settings.file())
    window.resize(1600, 1000)
    window.show()
    app.processEvents()
    first.close()
    first.deleteLater()
    with tempfile.TemporaryDirectory(prefix="clinic-trial-") as trial:
        begin(
            window, options.archive or chosen.archive, options.sample, Path(trial) if options.archive is None else None
        )
        return app.exec()


def begin(window: "MainWindow", folder: Path, sample: bool, trial: Path | None) -> None:
    """Ask for the archive, or enter with CLINIC_PASSPHRASE; then open the sample patient if that is wanted.

    The sample patient without an archive named opens in a sealed one under `trial`, which is thrown away at the end.
    """
    if sample:
        _open_sample_when_open(window)
    if sample and trial is not None:
        window.entrance.try_out(trial / "archive")
        return
    window.ask_for_archive(folder)
    passphrase = os.environ.pop("CLINIC_PASSPHRASE", None)  # or every child process inherits it
    if passphrase:
        window.unlock.show_working(True)
        if window.entrance.holds_archive(folder):
            window.entrance.enter(folder, passphrase)
        else:
            window.entrance.create_archive(folder, passphrase, getpass.getuser())


def _open_sample_when_open(window: "MainWindow") -> None:
    def opened() -> None:
        if window.desk.open:
            window.desk.lock_changed.disconnect(opened)
            QTimer.singleShot(0, window.open_sample)

    window.desk.lock_changed.connect(opened)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="clinic", description="Opens the window.")
    parser.add_argument("--archive", type=Path, metavar="DIR", help="folder of the sealed records")
    parser.add_argument("--sample", action="store_true", help="open the sample patient")
    return parser.parse_args(list(arguments))
