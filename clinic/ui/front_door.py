"""The lock screen in a window of its own: it stands at once, and the rest of the window loads behind it."""

import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow

from clinic.ui.entrance import Entrance


class FrontDoor(QMainWindow):
    """Stands until somebody is in and everything is loaded; then `furnish(folder)` makes the window that follows.

    followed(window): that stands in its place now. Entrance, desk and whatever they do go over to it.
    """

    followed = Signal(QMainWindow)

    def __init__(self, entrance: Entrance, furnish: Callable[[Path], QMainWindow]) -> None:
        super().__init__()
        self.setWindowTitle("Clinic")
        self.setCentralWidget(entrance)
        self.entrance, self._furnish = entrance, furnish
        self._entered: Path | None = None
        self.loader = Loader(self)
        self.loader.loaded.connect(self._go_on)
        entrance.entered.connect(self._enter)

    def renew(self, entrance: Entrance) -> None:
        """Put another lock screen in the place of the one that stands."""
        old, self.entrance = self.entrance, entrance
        old.entered.disconnect(self._enter)
        entrance.resume(old)
        entrance.entered.connect(self._enter)
        self.setCentralWidget(entrance)  # deletes the old one
        old.desk.close()
        entrance.ask_for_archive(entrance.folder)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Sign out, unless all has gone over to the next window."""
        if self.centralWidget() is self.entrance:
            self.entrance.finish()
            self.entrance.desk.close()
        super().closeEvent(event)

    @Slot(Path)
    def _enter(self, folder: Path) -> None:
        self._entered = folder
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if self._entered is None or not self.loader.ready:
            return
        self.entrance.entered.disconnect(self._enter)
        folder, self._entered = self._entered, None
        window = self._furnish(folder)
        window.move(self.pos())
        window.show()
        self.followed.emit(window)
        self.close()
        self.deleteLater()


_OF_QT = ("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtPrintSupport")  # that the window needs


class Loader(QObject):
    """Loads what the window needs on a thread of its own, while somebody types a passphrase. loaded(): it is there."""

    loaded = Signal()
    _done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.ready = False
        self._done.connect(self._tell)

    def start(self) -> None:
        """Begin; Qt's own modules are loaded here, since they are not made for other threads."""
        for name in _OF_QT:
            import_module(name)
        threading.Thread(target=self._load, daemon=True, name="loader").start()

    def _load(self) -> None:
        try:
            import_module("clinic.ui.main_window")
        finally:  # what cannot be loaded says so once it is used
            self._done.emit()
        from clinic.rendering.visibility import wake

        wake()

    @Slot()
    def _tell(self) -> None:
        self.ready = True
        self.loaded.emit()
