"""Backups: made, checked byte by byte, put back; and the proof that the archive itself is whole."""

from pathlib import Path

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from clinic.archive import backup
from clinic.archive.audit import Report
from clinic.archive.backup import Manifest
from clinic.archive.people.roles import Right
from clinic.days import moment
from clinic.ui import choosing
from clinic.ui.desk import Desk
from clinic.ui.records.page import Section
from clinic.ui.widgets.side import add_all, clear
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

_WIDTH = 640


class BackupPage(Section):
    """restore_asked(): put a backup in the place of this archive."""

    restore_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        words = tr("A backup is sealed like the archive itself: without a passphrase it shows nothing but its size.")
        super().__init__(desk, tr("Backups"), words)
        self.make = Button(tr("Back up to a folder"), self._make, icon="share", role="primary")
        self.check = Button(tr("Check a backup"), self._check, icon="search")
        self.restore = Button(tr("Put a backup back"), self.restore_asked.emit, icon="redo")
        self.quick = Button(tr("Quick proof"), lambda: self._prove(full=False), icon="shield")
        self.full = Button(tr("Full proof"), lambda: self._prove(full=True), icon="shield")
        self.findings = _Findings()
        for words, buttons in (
            (tr("Copy everything, while work goes on, to another disk. Keep one outside of the house."), (self.make,)),
            (tr("Read every byte of a backup, or put one in the place of this archive."), (self.check, self.restore)),
            (tr("Prove that this archive is whole. Full also reads every picture and model."), (self.quick, self.full)),
        ):
            self.column.addWidget(_row(words, buttons))
        self.column.addWidget(self.findings)
        self.column.addStretch(1)

    def refresh(self) -> None:
        """Offer what may be done."""
        for button in (self.make, self.restore):
            button.setEnabled(self.desk.may(Right.BACK_UP))
        for button in (self.quick, self.full):
            button.setEnabled(self.desk.may(Right.VERIFY))
        self.findings.show_lines("", ())

    def forget(self) -> None:
        """Show no findings any more."""
        self.findings.show_lines("", ())

    def _make(self) -> None:
        parent = choosing.folder(self, tr("Where the backup should lie"), Path.home())
        archive = self.archive
        if parent is None or archive is None:
            return
        target = parent / QDateTime.currentDateTime().toString("'clinic backup' yyyy-MM-dd HHmmss")
        self.desk.ask(
            say("Back up"), lambda progress: archive.back_up(target, progress), lambda made: self._made(made, target)
        )

    def _made(self, made: Manifest, target: Path) -> None:
        lines = (
            tr("{count} files, {size}", count=len(made.files), size=_size(made.size)),
            tr("In {folder}", folder=target),
        )
        self.findings.show_lines(tr("The backup is complete"), lines)

    def _check(self) -> None:
        folder = choosing.folder(self, tr("Folder of the backup"), Path.home())
        if folder is not None:
            self.desk.ask(say("Check the backup"), lambda progress: backup.check(folder, progress), self._checked)

    def _checked(self, manifest: Manifest) -> None:
        made = moment(manifest.made_utc)
        lines = (
            tr("Made on {made}", made=made),
            tr("Every byte of {count} files was read, {size}", count=len(manifest.files), size=_size(manifest.size)),
        )
        self.findings.show_lines(tr("The backup is whole"), lines)

    def _prove(self, full: bool) -> None:
        archive = self.archive
        if archive is not None:
            self.desk.ask(say("Prove the archive"), lambda _: archive.verify(full=full), self._proven)

    def _proven(self, report: Report) -> None:
        read = tr("every object was read") if report.mode == "full" else tr("the content of objects was not read")
        lines = (
            *report.faults,
            *report.notes,
            tr("{rows} rows of the audit trail in {mode} mode: {read}", rows=report.rows, mode=report.mode, read=read),
        )
        if report.faults:
            lines = (*lines, tr("Nothing was changed. Work on with care, and put a backup back."))
        self.findings.show_lines(
            tr("NOT whole") if report.faults else tr("The archive is whole"), lines, bool(report.faults)
        )


class _Findings(QFrame):
    """What the last action found."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setMaximumWidth(_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 16, 20, 16)
        self._column.setSpacing(6)
        self.words = ""
        self.hide()

    def show_lines(self, title: str, lines: tuple[str, ...], fault: bool = False) -> None:
        """Show a heading and lines; no heading puts them away."""
        clear(self._column)
        self.words = "\n".join((title, *lines))
        self.setVisible(bool(title))
        self.setAccessibleName(self.words)
        self._column.addWidget(label(title, "error" if fault else "section"))
        for line in lines:
            self._column.addWidget(label(line, "muted", wrap=True))


def _row(words: str, buttons: tuple[Button, ...]) -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    card.setMaximumWidth(_WIDTH)
    column = QVBoxLayout(card)
    column.setContentsMargins(20, 16, 20, 16)
    column.setSpacing(12)
    column.addWidget(label(words, "muted", wrap=True))
    row = QHBoxLayout()
    row.setSpacing(8)
    add_all(row, *buttons)
    row.addStretch(1)
    column.addLayout(row)
    return card


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count < 1e9 else f"{count / 1e9:,.2f} GB"
