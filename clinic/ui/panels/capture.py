"""Capture, left: where files are dropped, and what became of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinic.ui.desk import Desk
from clinic.ui.panels.scan import SUFFIXES, ScanCard
from clinic.ui.panels.volume import VolumeCard, looks_like_slices
from clinic.ui.widgets.side import Side, clear
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import plural, say, tr

_PHOTOS = "*.jpg *.jpeg *.png *.tif *.tiff *.heic *.heif *.webp *.bmp"
_SCANS = " ".join(f"*{suffix}" for suffix in SUFFIXES)
_ONE_SCAN = say("One scan is taken at a time. Drop this file on its own.")
_TILE, _COLUMNS = 232, 3
_LEAST_PUPILS_MM, _MOST_PUPILS_MM = 45.0, 80.0


class CaptureFiles(Side):
    """Left: where files are dropped, and what became of them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("left")
        self._desk = desk
        self.section(tr("Add photos or a scan"))
        self.drop = DropBox(self._take, self.choose)
        self.column.addWidget(self.drop)
        self.scan = ScanCard(desk)
        self.scan.refused.connect(lambda path, words: self._show_report(((path, words),)))
        self.column.addWidget(self.scan)
        self.section("CT or MR")
        self.volume = VolumeCard(desk)
        self.volume.refused.connect(lambda path, words: self._show_report(((path, words),)))
        self.volume.taken.connect(lambda: self._show_report(()))
        self.column.addWidget(self.volume)
        self._aside = self.section(tr("Last drop"))
        self._report = QVBoxLayout()
        self._report.setSpacing(12)
        self.column.addLayout(self._report)
        self.column.addStretch(1)
        kept = QHBoxLayout()
        kept.setSpacing(10)
        kept.addWidget(Icon("shield", "accent"), 0, Qt.AlignmentFlag.AlignTop)
        promise = tr("Photos and scans are sealed in the archive. Names of files and camera data are left out.")
        kept.addWidget(label(promise, "small", wrap=True), 1)
        self.foot.addLayout(kept)
        self._asked: tuple[Path, ...] = ()
        desk.refused.connect(self._show_report)
        desk.job_changed.connect(self._refresh)
        desk.case_changed.connect(self._refresh)
        self._show_nothing()
        self._refresh()

    def choose(self) -> None:
        """Let the user pick files."""
        chosen, _ = QFileDialog.getOpenFileNames(
            self,
            tr("Photos of the face, or a scan"),
            "",
            tr("Photos and scans ({patterns});;All files (*)", patterns=f"{_PHOTOS} {_SCANS}"),
        )
        self._take([Path(name) for name in chosen])

    def finish(self) -> None:
        """End threads."""
        self.scan.finish()

    def _take(self, paths: Sequence[Path]) -> None:
        if looks_like_slices(paths):
            self._asked = tuple(paths[:1])
            # slices that were picked one by one stand for the folder that they lie in
            self.volume.take(paths[0] if len(paths) == 1 else paths[0].parent)
            return
        files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
        scans = [file for file in files if file.suffix.lower() in SUFFIXES]
        if scans:
            self._asked = tuple(files)
            if self.scan.take(scans[0]):
                self._show_report(tuple((file, _ONE_SCAN) for file in files if file is not scans[0]))
        elif files and self._desk.take_photos(files):
            self._asked = tuple(files)

    def _refresh(self) -> None:
        self.drop.setEnabled(self._desk.case is not None and not self._desk.busy)

    def _show_nothing(self) -> None:
        clear(self._report)
        self._aside.clear()
        self._report.addWidget(label(tr("Nothing was dropped yet."), "muted"))

    def _show_report(self, refusals: tuple[tuple[Path, str], ...]) -> None:
        clear(self._report)
        taken = len(self._asked) - len(refusals)
        self._aside.setText(tr("{taken} taken, {count} skipped", taken=taken, count=len(refusals)))
        scan = any(path.suffix.lower() in SUFFIXES for path in self._asked)
        slices = looks_like_slices(self._asked)
        if taken:
            words = "1 CT or MR" if slices else tr("1 scan") if scan else plural("{n} photo", "{n} photos", taken)
            self._report.addWidget(line("check", "accent", words, tr("Read") if scan or slices else tr("Taken")))
        for path, words in refusals:
            self._report.addWidget(line("warning", "warning", path.name, words))


class DropBox(QFrame):
    """The place to drop files on."""

    def __init__(self, dropped: Callable[[Sequence[Path]], None], choose: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("drop")
        self.setAcceptDrops(True)
        self.setMinimumHeight(200)
        self._dropped = dropped
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(Icon("folder", "accent", 32), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(label(tr("Drop photos or a scan here"), "section"), 0, Qt.AlignmentFlag.AlignHCenter)
        for kinds in ("JPEG, PNG, TIFF, HEIC", "OBJ, PLY, STL, GLB, VTP", tr("folder or ZIP of a CT or MR")):
            column.addWidget(label(kinds, "small"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(Button(tr("Choose files"), choose), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Accept files from this computer."""
        if _local_files(event.mimeData()):
            event.acceptProposedAction()
            self._mark(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """Look as before."""
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Hand the files on."""
        self._mark(False)
        event.acceptProposedAction()
        self._dropped(_local_files(event.mimeData()))

    def _mark(self, over: bool) -> None:
        self.setProperty("over", "true" if over else "false")
        self.style().unpolish(self)
        self.style().polish(self)


def warning(words: str) -> QWidget:
    """Return a line with something to check."""
    words = tr(words)
    stop = "" if words.endswith((".", "。")) else "."
    return line("warning", "warning", f"{words[0].upper()}{words[1:]}{stop}", "")


def line(icon: str, tone: str, words: str, below: str) -> QWidget:
    """Return a sign with words beside it, and what explains them below."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(Icon(icon, tone, 18), 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(label(words, "warning" if tone == "warning" and not below else "", wrap=True))
    if below:
        column.addWidget(label(below, "small", wrap=True))
    row.addLayout(column, 1)
    return made


def _local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
