"""What the user chose, kept in the settings file and told to whom it concerns."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from clinic import settings
from clinic.settings import TEXT_PERCENT, Settings

TEXT_STEPS = (100, 125, 150, 175, 200)


class Preferences(QObject):
    """Holds the settings. changed(before, after): something was chosen. not_kept(): it holds for this time only."""

    changed = Signal(object, object)
    not_kept = Signal()

    def __init__(self, chosen: Settings, file: Path | None, parent: QObject | None = None) -> None:
        """Hold what was chosen; file: where it is kept, None for nowhere."""
        super().__init__(parent)
        self.chosen = chosen
        self._file = file

    def choose(self, **given: Any) -> None:
        """Change settings by name, keep them and tell."""
        before, self.chosen = self.chosen, replace(self.chosen, **given)
        if before == self.chosen:
            return
        self._keep()
        self.changed.emit(before, self.chosen)

    def step_text(self, steps: int) -> None:
        """Take the next larger or smaller text."""
        now = self.chosen.text_percent
        larger = [step for step in TEXT_STEPS if step > now]
        smaller = [step for step in TEXT_STEPS if step < now]
        near = larger[:1] if steps > 0 else smaller[-1:]
        self.choose(text_percent=near[0] if near else min(max(now, TEXT_PERCENT[0]), TEXT_PERCENT[1]))

    def _keep(self) -> None:
        if self._file is None:
            return
        try:
            settings.write(self._file, self.chosen)
        except OSError:
            self.not_kept.emit()
