"""Capture, left: the CT or MR of this sitting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic import workflow
from clinic.case import Case, Pixels, Volume
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.ui import choosing
from clinic.ui.desk import Desk
from clinic.ui.series_sheet import SeriesSheet, thumbnail
from clinic.ui.widgets.side import clear, fact
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

if TYPE_CHECKING:
    from clinic.intake.dicom import Found

_MOST_THUMBS = 12  # more series are listed without a picture


class VolumeCard(QWidget):
    """Takes a CT or MR, and says what was taken.

    taken(): it was added. refused(path, words): it was not. look_asked(): show its slices.
    """

    taken = Signal()
    refused = Signal(object, str)
    look_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        column.addLayout(self._facts)
        self.look = Button(tr("Look at the slices"), self.look_asked.emit, icon="eye")
        self.open = Button(tr("Open a folder of CT or MR"), self._choose, icon="folder")
        self.remove = Button(tr("Remove the scan"), self._remove, icon="remove")
        for button in (self.look, self.open, self.remove):
            column.addWidget(button)
        desk.case_changed.connect(self._show)
        desk.job_changed.connect(self._refresh)
        self._show(None, desk.case)

    def take(self, path: Path) -> bool:
        """Find the series in a path, ask which is meant if there are several, and add it. False if a job runs."""

        def look(progress: Progress) -> tuple[Found, list[Pixels | None]]:
            found = workflow.find_series(path, progress.part(0.0, 0.6))
            return found, _thumbs(found, progress.part(0.6, 1.0))

        def failed(error: Exception) -> None:
            self.refused.emit(path, str(error))
            self._desk.tell(error)

        return self._desk.worker.start(say("Look through the scan"), look, self._ask, failed)

    def _ask(self, answer: tuple[Found, list[Pixels | None]]) -> None:
        found, thumbs = answer
        case, number = self._desk.case, 0
        if case is None:
            return
        if len(found.series) > 1 or found.several_patients:
            sheet = SeriesSheet(found, thumbs, self.window())
            if sheet.exec() != SeriesSheet.DialogCode.Accepted:
                return
            number = sheet.number
        series = found.series[number]
        self._desk.begin(
            say("Add the {modality}", modality=series.modality),
            lambda progress: workflow.take_volume(case, series, progress),
            self._tell,
        )

    def _tell(self) -> None:
        self.taken.emit()
        self.look_asked.emit()

    def _choose(self) -> None:
        chosen = choosing.folder(self, tr("Folder of a CT or MR"), Path.home())
        if chosen is not None:
            self.take(chosen)

    def _remove(self) -> None:
        case = self._desk.case
        if case is not None and not self._desk.busy:
            self._desk.change(lambda: workflow.remove_volume(case), say("Remove the scan"))

    def _refresh(self) -> None:
        case, busy = self._desk.case, self._desk.busy
        there = case is not None and case.acquisition.volume is not None
        self.open.setEnabled(case is not None and not busy)
        self.open.setVisible(not there)
        for button in (self.look, self.remove):
            button.setVisible(there)
        self.remove.setEnabled(not busy)
        if case is not None and case.acquisition.volume is not None:
            self.remove.setText(tr("Remove the {modality}", modality=case.acquisition.volume.modality))

    def _show(self, before: Case | None, after: Case | None) -> None:
        clear(self._facts)
        volume = after.acquisition.volume if after is not None else None
        for widget in _facts(volume):
            self._facts.addWidget(widget)
        self._refresh()


def _thumbs(found: Found, progress: Progress) -> list[Pixels | None]:
    """Return a small picture of each of several series; one whose slice is damaged is shown without."""
    from clinic.intake import dicom

    if len(found.series) == 1 and not found.several_patients:
        return []
    thumbs: list[Pixels | None] = []
    for one in found.series[:_MOST_THUMBS]:
        try:
            thumbs.append(thumbnail(dicom.preview(one, progress), one.pixel_mm[0] / one.pixel_mm[1]))
        except ClinicError:
            thumbs.append(None)
    return thumbs


def _facts(volume: Volume | None) -> list[QWidget]:
    if volume is None:
        return [label(tr("DICOM slices as a folder, ZIP or single file."), "muted", wrap=True)]
    columns, rows, slices = volume.shape
    x, y, z = (f"{step:.2g}" for step in volume.spacing)
    facts = [
        fact(tr("Kind"), volume.modality),
        fact(tr("Voxels"), f"{columns} × {rows} × {slices}"),
        fact(tr("Size of one"), tr("{x} × {y} × {z} mm", x=x, y=y, z=z)),
    ]
    return facts + [label(words, "warning", wrap=True) for words in volume.warnings]
