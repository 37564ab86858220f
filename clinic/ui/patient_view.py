"""The picture alone on the whole screen, for the patient to look at: no name, no numbers, nothing to press."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from clinic.case import Case

if TYPE_CHECKING:
    from clinic.ui.main_window import MainWindow


class PatientView(QObject):
    """Comes and goes with F5; Esc, a lock, another patient or another stage end it too."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.on = False
        self._folded: set[str] = set()
        self._stood = Qt.WindowState.WindowNoState
        window.view.viewport.escaped.connect(self.leave)
        window.desk.lock_changed.connect(self.leave)
        window.desk.case_changed.connect(self._follow)

    def toggle(self) -> None:
        """Show the picture alone, or all the rest again."""
        if self.on:
            self.leave()
        else:
            self._enter()

    def leave(self) -> None:
        """Show all the rest again."""
        if self.on:
            self.on = False
            self._show(True)
            self._window.setWindowState(self._stood)

    def _enter(self) -> None:
        window = self._window
        window.show_stage("compare")
        if window.stage != "compare":  # the patient did not agree
            return
        self.on, self._folded, self._stood = True, set(window.body.folded), window.windowState()
        self._show(False)
        window.setWindowState(self._stood | Qt.WindowState.WindowFullScreen)
        window.view.viewport.setFocus()

    def _show(self, rest: bool) -> None:
        """Show or hide everything around the picture."""
        window = self._window
        window.banner.hide()
        for bar in (window.top, window.status, window.view.bar):
            bar.setVisible(rest)
        window.view.strip.offer(rest)
        window.body.folded = self._folded if rest else {"left", "right"}
        window.body.show_stage(window.stage)
        window.view.viewport.show_to_patient(not rest)

    def _follow(self, before: Case | None, after: Case | None) -> None:
        if before is None or after is None or before.id != after.id:
            self.leave()
