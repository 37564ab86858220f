"""The language of the window: at the start, and another one while it is open."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator, Signal
from PySide6.QtWidgets import QApplication, QMainWindow

from clinic import resources, settings, words
from clinic.settings import Settings

if TYPE_CHECKING:
    from clinic.ui.entrance import Entrance
    from clinic.ui.front_door import FrontDoor
    from clinic.ui.main_window import MainWindow

_QT = "qtbase"  # Qt's own words: file dialogs, menus of text fields


def speak(app: QApplication, chosen: str) -> None:
    """Show everything made from now on in a language; chosen: its code, "" for that of the system where we have it."""
    code = chosen or words.nearest(QLocale.system().name())
    with suppress(OSError):  # without its catalogue the window stays English rather than shut
        words.speak(code, resources.folder("i18n"))
    QLocale.setDefault(QLocale(words.language()))
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    made = QTranslator(app)
    if made.load(f"{_QT}_{words.language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(made)


class Interpreter(QObject):
    """Makes the window anew where another language is chosen; session, case and stage go over to it.

    followed(window): that stands in the place of the one before.
    """

    followed = Signal(QMainWindow)

    def __init__(self, app: QApplication, file: Path | None = None) -> None:
        super().__init__(app)
        self._app, self._file = app, settings.file() if file is None else file

    def listen_at_door(self, door: "FrontDoor", chosen: Settings) -> None:
        """Follow the choice on the lock screen, before anybody is in."""

        def switch(code: str) -> None:
            speak(self._app, code)
            changed = replace(chosen, language=code)
            with suppress(OSError):  # it then holds for this time only
                settings.write(self._file, changed)
            door.renew(_entrance(changed))
            self.listen_at_door(door, changed)

        door.entrance.unlock.language_chosen.connect(switch)

    def listen(self, window: "MainWindow") -> None:
        """Follow the preferences of a window, and the choice on its lock screen."""

        def prefer(before: Settings, after: Settings) -> None:
            if before.language != after.language:
                QTimer.singleShot(0, window, lambda: self._renew(window))

        window.preferences.changed.connect(prefer)
        window.entrance.unlock.language_chosen.connect(lambda code: window.preferences.choose(language=code))

    def _renew(self, old: "MainWindow") -> None:
        """Put a new window in the place of an old one; while a job runs, once it is done."""
        if old.desk.busy:
            QTimer.singleShot(200, old, lambda: self._renew(old))
            return
        from clinic.ui.main_window import MainWindow

        chosen = old.preferences.chosen
        speak(self._app, chosen.language)
        old.memory.keep_at_the_end()
        entrance = _entrance(chosen)
        entrance.resume(old.entrance)
        session = old.desk.let_go()
        window = MainWindow(chosen, self._file, entrance)
        window.memory.restore()
        window.setGeometry(old.geometry())
        window.setWindowState(old.windowState())
        if session is None:
            window.ask_for_archive(entrance.folder)
        else:
            window.desk.adopt(session)
            if window.desk.case is not None:
                window.show_stage(old.stage)
        window.show()
        self.listen(window)
        self.followed.emit(window)
        old.close()
        old.deleteLater()


def _entrance(chosen: Settings) -> "Entrance":
    from clinic.ui.desk import Desk
    from clinic.ui.entrance import Entrance

    return Entrance(Desk(), chosen)
