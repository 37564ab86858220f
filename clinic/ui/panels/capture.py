"""Capture, left: where files are dropped, and what became of them."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinic.ui import choosing
from clinic.ui.desk import Desk
from clinic.ui.dropped import PHOTOS, SCANS, Dropped, sort
from clinic.ui.panels.drop_report import DropReport
from clinic.ui.panels.scan import ScanCard
from clinic.ui.panels.volume import VolumeCard
from clinic.ui.photo_files import READING, SKIPPED, TAKEN, FileTold
from clinic.ui.widgets.side import Side
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import say, tr

_PATTERNS = " ".join(f"*{suffix}" for suffix in (*PHOTOS, *SCANS))
_TURN_MS = 100  # between looks whether the next kind of files can be taken


class CaptureFiles(Side):
    """Left: where files are dropped, and what became of them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("left")
        self._desk = desk
        self.section(tr("Add files"), about=("capture", "Good photos"))
        self.drop = DropBox(self._take, self.choose)
        self.column.addWidget(self.drop)
        self.scan = ScanCard(desk)
        self.scan.refused.connect(self._skip)
        self.column.addWidget(self.scan)
        self.section("CT or MR", about=("capture", "CT or MR"))
        self.volume = VolumeCard(desk)
        self.volume.refused.connect(self._skip)
        self.column.addWidget(self.volume)
        self.report = DropReport(self.section(tr("Last drop")))
        self.column.addWidget(self.report)
        self.column.addStretch(1)
        kept = QHBoxLayout()
        kept.setSpacing(10)
        kept.addWidget(Icon("shield", "accent"), 0, Qt.AlignmentFlag.AlignTop)
        promise = tr("Photos and scans are sealed in the archive. Names of files and camera data are left out.")
        kept.addWidget(label(promise, "small", wrap=True), 1)
        self.foot.addLayout(kept)
        self._waiting: deque[tuple[Path, Callable[[], bool]]] = deque()
        self._place = Path.home()  # where files were chosen last
        self._now: Path | None = None  # the scan, CT or MR that is being taken
        self._turn = QTimer(self)
        self._turn.setInterval(_TURN_MS)
        self._turn.timeout.connect(self._take_next)
        desk.file_told.connect(self.report.tell)
        desk.job_changed.connect(self._refresh)
        desk.case_changed.connect(self._refresh)
        desk.lock_changed.connect(self._forget)
        self._refresh()

    def choose(self) -> None:
        """Let the user pick files."""
        kinds = tr("Photos and scans ({patterns});;All files (*)", patterns=_PATTERNS)
        chosen = choosing.files(self, tr("Photos of the face, or a scan"), self._place, kinds)
        if chosen:
            self._place = chosen[0].parent
            self._take(chosen)

    def finish(self) -> None:
        """End threads."""
        self._turn.stop()
        self.scan.finish()

    def _take(self, paths: Sequence[Path]) -> None:
        """Sort what was dropped, and take one kind after the other: photos, the scan, the CT or MR."""
        dropped = sort(paths)
        listed = (*dropped.photos, *dropped.scans, *dropped.volumes, *dropped.others)
        if self._desk.busy or self._desk.case is None or not listed:
            return
        self._settle()  # of the drop before
        self.report.begin(listed)
        self.reveal(self.report)
        for path, words in dropped.refused:
            self._skip(path, words)
        self._waiting = deque(self._steps(dropped))
        self._take_next()

    def _steps(self, dropped: Dropped) -> Iterator[tuple[Path, Callable[[], bool]]]:
        photos = dropped.photos
        if photos:
            yield photos[0], lambda: self._desk.take_photos(photos)
        for path in dropped.scans[:1]:
            yield path, lambda path=path: self.scan.take(path)  # type: ignore[misc]
        for path in dropped.volumes[:1]:
            yield path, lambda path=path: self.volume.take(path)  # type: ignore[misc]

    def _take_next(self) -> None:
        """Begin with the next kind once what runs is done and nothing is asked any more."""
        if self._desk.busy or QApplication.activeModalWidget() is not None:
            return
        self._settle()
        if not self._waiting:
            self._turn.stop()
            return
        path, take = self._waiting.popleft()
        if take():
            self._now = path
            self.report.tell(FileTold(path, READING))
        self._turn.start()

    def _settle(self) -> None:
        """Say of the scan, CT or MR that was read whether it was taken."""
        path, self._now = self._now, None
        if path is None or self._desk.case is None or self.report.rows[path].state != READING:
            return
        taken = self._desk.case.acquisition
        held = taken.scan if path.suffix.lower() in SCANS else taken.volume
        self.report.tell(FileTold(path, SKIPPED, say("Not taken")) if held is None else FileTold(path, TAKEN))

    def _skip(self, path: Path, words: str) -> None:
        self.report.tell(FileTold(path, SKIPPED, words))

    def _forget(self) -> None:
        """Put the names of files away with the keys."""
        if not self._desk.open:
            self._waiting.clear()
            self._now, self._place = None, Path.home()
            self.report.begin(())

    def _refresh(self) -> None:
        self.drop.setEnabled(self._desk.case is not None and not self._desk.busy)


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
        column.addWidget(label(tr("Drop a folder or files here"), "section"), 0, Qt.AlignmentFlag.AlignHCenter)
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
