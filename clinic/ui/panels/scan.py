"""Capture, left: the scan of this sitting, what was done to it, and what of the face it leaves to be inferred."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clinic import workflow
from clinic.case import Case, FaceModel, Pixels, Scan
from clinic.jobs import Progress
from clinic.ui import scan_picture
from clinic.ui.desk import Desk
from clinic.ui.scan_sheet import PICTURE, ScanSheet
from clinic.ui.widgets.photo_tile import picture
from clinic.ui.widgets.side import clear, fact
from clinic.ui.widgets.text import Button, label
from clinic.ui.worker import Latest
from clinic.words import say, tr

if TYPE_CHECKING:
    from clinic.reconstruction.scan.prepare import Looked

_THUMB = 114


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """scan, face: small pictures; key: what they show."""

    key: tuple[int, int]
    scan: Pixels
    face: Pixels | None


class ScanCard(QWidget):
    """Takes scans from files, and shows the one that was taken. refused(path, words): a file was not taken."""

    refused = Signal(object, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._key = (0, 0)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._draw = Latest(self)
        self._draw.answered.connect(self._show_pictures)
        self._thumbs: list[QLabel] = []
        self.remove = Button(tr("Remove the scan"), self._remove, icon="remove")
        desk.case_changed.connect(self._show)
        desk.job_changed.connect(self._refresh)
        self._show(None, desk.case)

    def take(self, path: Path) -> bool:
        """Look at a file, ask for its unit and add it. False if a job runs."""

        def look(progress: Progress) -> tuple[Looked, Pixels]:
            looked = workflow.look_at_scan(path, progress)
            return looked, scan_picture.of_looked(looked, PICTURE)

        def failed(error: Exception) -> None:
            self.refused.emit(path, str(error))
            self._desk.tell(error)

        return self._desk.worker.start(say("Look at the scan"), look, self._ask, failed)

    def finish(self) -> None:
        """End the thread."""
        self._draw.close()

    def _ask(self, answer: tuple[Looked, Pixels]) -> None:
        looked, pixels = answer
        case = self._desk.case
        sheet = ScanSheet(looked, pixels, self.window())
        if case is None or sheet.exec() != ScanSheet.DialogCode.Accepted:
            return
        unit = sheet.unit
        self._desk.begin(say("Add the scan"), lambda progress: workflow.take_scan(case, looked, unit, progress))

    def _remove(self) -> None:
        case = self._desk.case
        if case is not None and not self._desk.busy:
            self._desk.change(lambda: workflow.remove_scan(case), say("Remove the scan"))

    def _refresh(self) -> None:
        self.remove.setEnabled(not self._desk.busy)

    def _show(self, before: Case | None, after: Case | None) -> None:
        scan = after.acquisition.scan if after is not None else None
        face = _of_scan(after)
        key = (id(scan), id(face))
        if key == self._key:
            return
        self._key = key
        self._column.removeWidget(self.remove)
        self.remove.setParent(None)
        clear(self._column)
        self._thumbs = []
        self.setVisible(scan is not None)
        if scan is None:
            return
        self._column.addWidget(self._pictures(face is not None))
        for widget in _facts(scan, face):
            self._column.addWidget(widget)
        self._column.addWidget(self.remove)
        self._refresh()
        self._draw.ask(lambda: _drawn(key, scan, face))

    def _pictures(self, both: bool) -> QWidget:
        shown = QWidget()
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 0, 0, 4)
        row.setSpacing(8)
        for words in (tr("Scan"), tr("Amber: inferred"))[: 1 + both]:
            column = QVBoxLayout()
            column.setSpacing(2)
            thumb = QLabel()
            thumb.setFixedSize(_THUMB, _THUMB)
            thumb.setAccessibleName(words)
            self._thumbs.append(thumb)
            column.addWidget(thumb)
            column.addWidget(label(words, "small"))
            row.addLayout(column)
        row.addStretch(1)
        return shown

    def _show_pictures(self, drawn: _Pictures) -> None:
        if drawn.key != self._key:
            return
        for thumb, pixels in zip(self._thumbs, (drawn.scan, drawn.face), strict=False):
            if pixels is not None:
                thumb.setPixmap(picture(pixels))


def _drawn(key: tuple[int, int], scan: Scan, face: FaceModel | None) -> _Pictures:
    return _Pictures(
        key, scan_picture.of_scan(scan, _THUMB), None if face is None else scan_picture.of_face(face, _THUMB)
    )


def _of_scan(case: Case | None) -> FaceModel | None:
    """Return the face if it was built from the scan that the case has."""
    if case is None or case.face is None or case.face.scan is None or case.acquisition.scan is None:
        return None
    return case.face if case.face.scan.scan_id == case.acquisition.scan.id else None


def _facts(scan: Scan, face: FaceModel | None) -> list[QWidget]:
    facts = [
        fact(tr("Unit"), scan.unit),
        fact(tr("Triangles"), f"{len(scan.triangles):,}"),
        fact(tr("Colour"), tr("its own") if scan.coloured else "none"),
    ]
    if face is not None:
        facts += _fit_facts(face)
    if scan.cleaned:
        facts.append(label(tr("Done to the scan"), "strong"))
        facts += [label(words, "small", wrap=True) for words in scan.cleaned]
    return facts


def _fit_facts(face: FaceModel) -> list[QWidget]:
    """What is known of the fit, and how far what the scan does not show may be off."""
    assert face.scan is not None
    shown = face.seen > 0
    facts = [
        fact(tr("Face to scan, median"), tr("{median_mm:.2f} mm", median_mm=face.scan.median_mm)),
        fact(tr("Skin shown by the scan"), f"{100 * float(shown.mean()):.0f} %"),
    ]
    if shown.any():
        facts.append(
            fact(tr("± of a point on shown skin"), tr("{error:.1f} mm", error=float(np.median(face.sigma_mm[shown]))))
        )
    if not shown.all():
        facts.append(
            fact(tr("± on inferred skin, median"), tr("{error:.1f} mm", error=float(np.median(face.sigma_mm[~shown]))))
        )
    return facts
