"""Share: what leaves the application, and what was written."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic.case import Caution
from clinic.ui import choosing
from clinic.ui.desk import Desk
from clinic.ui.panels.reason import LEAST_LETTERS, ReasonForm
from clinic.ui.widgets.side import Side, clear, hint
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import plural, say, tr

_CONTENTS = (
    ("photo", say("Pictures"), say("Before and after in equal cameras, each photo, wipe and heat map, as PNG")),
    ("report", say("Report"), say("Edits, asked and reached, pictures and scale, as PDF")),
    ("cube", say("3D faces"), say("Before and after with their texture, as GLB; after as STL")),
)


class ShareContents(Side):
    """Left: what will be written, and the button that writes it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("left")
        self._desk = desk
        self.section(tr("Consultation set"), about=("share", "What is written"))
        for icon, words, explanation in _CONTENTS:
            self.column.addWidget(_line(icon, "accent", words, explanation))
            self.column.addSpacing(8)
        self.column.addStretch(1)
        self._why = label("", "small", wrap=True)
        self.button = Button(tr("Export to a folder"), self.choose, icon="share", role="primary")
        self.reason = ReasonForm()
        self.reason.changed.connect(self._refresh)
        for widget in (self.reason, self._why, self.button):
            self.foot.addWidget(widget)
        for changed in (desk.shown_changed, desk.job_changed):
            changed.connect(self._refresh)
        self._refresh()

    def choose(self) -> None:
        """Ask for a folder and write to it; where a caution is red, for a reason first."""
        if not self.reason.given:
            self.reason.field.setFocus()
            return
        chosen = choosing.folder(self, tr("Folder for the files"), Path.home())
        if chosen is not None and self._desk.export(chosen, self.reason.text):
            self.reason.clear()

    def _refresh(self) -> None:
        ready = can_export(self._desk)
        self.reason.follow(severe(self._desk) if ready else ())
        self.button.setEnabled(ready and self.reason.given)
        if ready and not self.reason.given:
            self._why.setText(tr("Give a reason first: at least {n} letters.", n=LEAST_LETTERS))
        elif ready:
            self._why.setText(
                tr("Every picture carries: computer simulation for discussion, not a prediction or promise.")
            )
        elif self._desk.busy:
            self._why.setText(tr("{job!t}…", job=self._desk.worker.words))
        else:
            self._why.setText(tr("Only a solved plan can be shared. Solve it in Plan."))


class ShareWritten(Side):
    """Right: the files of the last export."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("right")
        self._aside = self.section(tr("Written"))
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.column.addLayout(self._list)
        self.column.addStretch(1)
        self._place = label("", "small", wrap=True)
        self._place.setAccessibleName(tr("Folder of the files"))
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.foot.addWidget(self._place)
        self._case_id = ""
        desk.wrote.connect(self.show_files)
        desk.case_changed.connect(self._case_changed)
        self.show_files(())

    def show_files(self, written: tuple[Path, ...]) -> None:
        """List what was written."""
        clear(self._list)
        self._aside.setText(plural("{n} file", "{n} files", len(written)) if written else "")
        self._place.setText(
            tr("In {folder}. The export is noted in the audit trail.", folder=written[0].parent) if written else ""
        )
        if not written:
            self._list.addWidget(hint(tr("Nothing was shared yet. Files are listed here once they are written.")))
        for file in written:
            icon = {".pdf": "report", ".png": "photo"}.get(file.suffix, "cube")
            self._list.addWidget(_line(icon, "muted", file.name, f"{file.stat().st_size / 1024:,.0f} kB"))

    def _case_changed(self, before: object, after: object) -> None:
        now = getattr(after, "id", "")
        if now != self._case_id:
            self._case_id = now
            self.show_files(())


def can_export(desk: Desk) -> bool:
    """True if there is a solution of this plan and nothing runs."""
    return not why_not_export(desk)


def why_not_export(desk: Desk) -> str:
    """Return why nothing can be shared just now, "" if it can."""
    if desk.busy:
        return say("Wait until what runs is done, or cancel it.")
    solved = desk.case is not None and desk.badge == "solved"
    return "" if solved else say("Only a solved plan can be shared. Solve it in Plan.")


def severe(desk: Desk) -> tuple[Caution, ...]:
    """Return the red cautions of what is solved: they ask for a reason before it is shared."""
    comparison = desk.case.comparison if desk.case is not None else None
    return tuple(one for one in comparison.cautions if one.severe) if comparison is not None else ()


def _line(icon: str, tone: str, words: str, below: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    row.addWidget(Icon(icon, tone), 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(label(words, "strong"))
    column.addWidget(label(below, "small", wrap=True))
    row.addLayout(column, 1)
    return line
