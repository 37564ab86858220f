"""Brings the window back as it was left: size, panels, the stage of each patient; and says so after a sudden end."""

from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from clinic.case import Case
from clinic.ui import layout
from clinic.ui.layout import Layout
from clinic.words import tr

if TYPE_CHECKING:
    from clinic.ui.main_window import MainWindow

RUN = token_hex(8)  # tells this run of Clinic from the one before


class Memory(QObject):
    """Keeps the layout beside the settings; nothing is kept without a settings file."""

    def __init__(self, window: "MainWindow", settings_file: Path | None) -> None:
        super().__init__(window)
        self._window = window
        self._file = None if settings_file is None else layout.beside(settings_file)
        self._layout = Layout() if self._file is None else layout.read(self._file)
        ended = self._layout.run != RUN  # and not only the window, as with another language
        self._ended_in = self._layout.open_case if ended else ""  # the case that was open at a sudden end
        window.desk.case_changed.connect(self._follow)
        window.desk.lock_changed.connect(self.look_back)

    @property
    def recent(self) -> tuple[str, ...]:
        """Actions chosen among all commands, the last first."""
        return self._layout.recent

    def restore(self) -> None:
        """Give the window the size and the panels that it had."""
        left = self._layout
        self._window.resize(*left.size)
        self._window.body.folded = set(left.folded)
        self._window.body.show_stage(self._window.stage)
        self._window.body.set_widths(left.left, left.right)
        if left.full:
            self._window.showMaximized()

    def stage_of(self, case: Case) -> str:
        """Return the stage in which a case was left, "" for none."""
        return self._layout.stage_of(case.id)

    def note_stage(self, stage: str) -> None:
        """Note where the open case is worked on."""
        case = self._window.desk.case
        if case is not None and stage != "patient" and self.stage_of(case) != stage:
            self._layout = self._layout.left_in(case.id, stage)
            self._keep()

    def note_action(self, name: str) -> None:
        """Note an action that was chosen."""
        self._layout = self._layout.used(name)

    def keep_at_the_end(self) -> None:
        """Keep how the window is left; it was closed as it should."""
        window, (left, right) = self._window, self._window.body.widths()
        size = window.normalGeometry().size() if window.isMaximized() else window.size()
        self._layout = self._layout.closed(
            (size.width(), size.height()), window.isMaximized(), (left, right), tuple(sorted(window.body.folded))
        )
        self._keep()

    def _follow(self, before: Case | None, after: Case | None) -> None:
        """Note which case is open, so that the next start can tell after a sudden end."""
        if (before and before.id) != (after and after.id):
            self._layout = self._layout.with_open("" if after is None else after.id, RUN)
            self._keep()

    def look_back(self) -> None:
        """After a sudden end, open the case that was open then, and say what is there."""
        desk = self._window.desk
        if not self._ended_in or not desk.recorded or not self._window.patients.cases:
            return
        sought, self._ended_in = self._ended_in, ""
        found = next((one.id for one in self._window.patients.cases if layout.key(one.id) == sought), "")
        if found:
            desk.open_case(found, self._say_what_is_there)

    def _say_what_is_there(self) -> None:
        desk = self._window.desk
        last = desk.session.undo_words if desk.session is not None else ""
        words = tr("Clinic ended suddenly last time. Every change is here; at most what was being dragged is lost.")
        if last:
            words = tr("{words} The last change is: {last!t}.", words=words, last=last)
        self._window.go_on()
        desk.said.emit(words, "warning")

    def _keep(self) -> None:
        if self._file is None:
            return
        try:
            layout.write(self._file, self._layout)
        except OSError:
            return  # how the window looked is not worth a word
