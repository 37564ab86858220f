"""Capture: photos in, scale, and the face in three dimensions out."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from clinic import workflow
from clinic.case import Case, Photo
from clinic.ui.desk import Desk, build_face
from clinic.ui.widgets.amount import AmountBox
from clinic.ui.widgets.photo_tile import picture
from clinic.ui.widgets.side import Side, clear, fact, hint
from clinic.ui.widgets.text import Button, Icon, label

_PATTERNS = "Photos (*.jpg *.jpeg *.png *.tif *.tiff *.heic *.heif *.webp *.bmp);;All files (*)"
_TILE, _COLUMNS = 232, 3
_LEAST_PUPILS_MM, _MOST_PUPILS_MM = 45.0, 80.0


class CaptureFiles(Side):
    """Left: where files are dropped, and what became of them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("left")
        self._desk = desk
        self.section("Add photos")
        self.drop = DropBox(self._take, self.choose)
        self.column.addWidget(self.drop)
        self._aside = self.section("Last drop")
        self._report = QVBoxLayout()
        self._report.setSpacing(12)
        self.column.addLayout(self._report)
        self.column.addStretch(1)
        kept = QHBoxLayout()
        kept.setSpacing(10)
        kept.addWidget(Icon("shield", "accent"), 0, Qt.AlignmentFlag.AlignTop)
        promise = "Photos are sealed in the archive. Names of files and camera data are left out."
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
        chosen, _ = QFileDialog.getOpenFileNames(self, "Photos of the face", "", _PATTERNS)
        self._take([Path(name) for name in chosen])

    def _take(self, paths: Sequence[Path]) -> None:
        files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
        if files and self._desk.take_photos(files):
            self._asked = tuple(files)

    def _refresh(self) -> None:
        self.drop.setEnabled(self._desk.case is not None and not self._desk.busy)

    def _show_nothing(self) -> None:
        clear(self._report)
        self._aside.clear()
        self._report.addWidget(label("Nothing was dropped yet.", "muted"))

    def _show_report(self, refusals: tuple[tuple[Path, str], ...]) -> None:
        clear(self._report)
        taken = len(self._asked) - len(refusals)
        self._aside.setText(f"{taken} taken, {len(refusals)} skipped")
        if taken:
            self._report.addWidget(_line("check", "accent", f"{taken} photo{'s' if taken > 1 else ''}", "Taken"))
        for path, words in refusals:
            self._report.addWidget(_line("warning", "warning", path.name, words))


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
        column.addWidget(label("Drop photos here", "section"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(label("JPEG, PNG, TIFF, HEIC", "small"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(Button("Choose photos", choose), 0, Qt.AlignmentFlag.AlignHCenter)
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


class CapturePhotos(QWidget):
    """Centre: the photos of this sitting with what is to be said about each."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._count = label("", "muted")
        self._empty = hint("No photos yet. Drop at least one straight, neutral photo of the face at the left.")
        self._grid = QGridLayout()
        self._grid.setSpacing(24)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._tiles: dict[str, QFrame] = {}
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(16)
        column.addWidget(label("Photos", "title"))
        column.addWidget(self._count)
        column.addWidget(self._empty)
        column.addLayout(self._grid)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        desk.case_changed.connect(self._show)
        self._show(None, desk.case)

    def _show(self, before: Case | None, after: Case | None) -> None:
        photos = after.acquisition.photos if after else ()
        self._empty.setVisible(not photos)
        doubtful = sum(bool(photo.warnings) for photo in photos)
        self._count.setText(f"{len(photos)} taken" + (f" · {doubtful} to check" if doubtful else ""))
        wanted = [photo.id for photo in photos]
        if wanted == list(self._tiles):
            return
        for tile in self._tiles.values():
            tile.hide()
            tile.deleteLater()
        self._tiles = {photo.id: _tile(photo) for photo in photos}
        for number, tile in enumerate(self._tiles.values()):
            self._grid.addWidget(tile, number // _COLUMNS, number % _COLUMNS)


class CaptureScale(Side):
    """Right: where the millimetres come from, and the button that builds the face."""

    built = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("right")
        self._desk = desk
        self.section("Scale")
        self.column.addWidget(
            label(
                "Measure from pupil to pupil while the patient looks into the distance. Without it the size of the "
                "iris gives the scale, less exactly.",
                "muted",
                wrap=True,
            )
        )
        self.pupils = AmountBox(0.0, _MOST_PUPILS_MM, 0.5, 1, "mm", with_sign=False)
        self.pupils.setSpecialValueText("not measured")
        self.pupils.setFixedWidth(152)
        self.pupils.setAccessibleName("Interpupillary distance, mm")
        self.pupils.editingFinished.connect(lambda: self._measure(self.pupils.value()))
        self.pupils.stepped.connect(self._measure)
        row = QHBoxLayout()
        row.addWidget(label("Pupil distance"), 1)
        row.addWidget(self.pupils)
        self.column.addLayout(row)
        self._outside = label("", "warning", wrap=True)
        self.column.addWidget(self._outside)
        self.section("Face in 3D")
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        self.column.addLayout(self._facts)
        self.column.addStretch(1)
        self.foot.addWidget(label("About 10 seconds. You can go on looking meanwhile.", "small"))
        self.build = Button("Build face in 3D", self.reconstruct, icon="cube", role="primary")
        self.foot.addWidget(self.build)
        desk.case_changed.connect(self._show)
        desk.job_changed.connect(self._refresh)
        self._show(None, desk.case)

    def reconstruct(self) -> None:
        """Build the face from the photos."""
        self._desk.run("Build the face in 3D", build_face, self.built.emit)

    def _measure(self, value_mm: float) -> None:
        case = self._desk.case
        if case is None:
            return
        if value_mm and value_mm < _LEAST_PUPILS_MM:
            self._outside.setText(f"Pupils are {_LEAST_PUPILS_MM:.0f} to {_MOST_PUPILS_MM:.0f} mm apart. Please check.")
            return
        self._outside.clear()
        measured = value_mm or None
        if measured != case.acquisition.interpupillary_mm:
            words = f"Set the pupil distance to {measured:.1f} mm" if measured else "Take the scale from the iris"
            self._desk.commit(workflow.measure_interpupillary(case, measured), words)

    def _show(self, before: Case | None, after: Case | None) -> None:
        self.pupils.blockSignals(True)
        self.pupils.setValue((after.acquisition.interpupillary_mm or 0.0) if after else 0.0)
        self.pupils.blockSignals(False)
        clear(self._facts)
        for widget in _face_facts(after):
            self._facts.addWidget(widget)
        self._refresh()

    def _refresh(self) -> None:
        case = self._desk.case
        ready = case is not None and bool(case.acquisition.photos) and not self._desk.busy
        self.build.setEnabled(ready)
        self.pupils.setEnabled(case is not None and not self._desk.busy)
        self.build.setText("Build face again" if case is not None and case.face is not None else "Build face in 3D")


def _face_facts(case: Case | None) -> list[QWidget]:
    if case is None or case.face is None:
        return [label("Not built yet.", "muted")]
    face = case.face
    facts: list[QWidget] = [
        fact("Scale from", "Pupils" if face.scale.source == "interpupillary" else face.scale.source.capitalize()),
        fact("Scale, 95 %", f"±{196 * face.scale.relative_sigma:.1f} %"),
        fact("Photos used", str(len(face.photos))),
        fact("Skin seen in photos", f"{100 * float((face.seen > 0).mean()):.0f} %"),
    ]
    if face.photos:
        facts.append(fact("Landmark fit, median", f"{_median(face.photos[0].error_px):.1f} px"))
    if case.stale_face:
        facts.append(
            _line("warning", "warning", "Built from other photos", "Build the face again to use these photos.")
        )
    return facts + [warning(words) for words in face.warnings]


def warning(words: str) -> QWidget:
    """Return a line with something to check."""
    sentence = f"{words[0].upper()}{words[1:]}".removesuffix(".")
    return _line("warning", "warning", f"{sentence}.", "")


def _median(values: object) -> float:
    import numpy as np

    return float(np.nanmedian(values))  # type: ignore[call-overload]


def _tile(photo: Photo) -> QFrame:
    tile = QFrame()
    tile.setObjectName("card")
    tile.setFixedWidth(_TILE)
    column = QVBoxLayout(tile)
    column.setContentsMargins(8, 8, 8, 12)
    shown = QLabel()
    shown.setFixedSize(_TILE - 18, _TILE + 32)
    shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
    shown.setPixmap(
        picture(photo.pixels).scaled(
            shown.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    )
    shown.setAccessibleName(photo.name)
    column.addWidget(shown)
    column.addWidget(label(photo.name.capitalize(), "strong"))
    column.addWidget(label(f"{photo.width} × {photo.height} px", "small"))
    for words in photo.warnings or ("",):
        column.addWidget(_line("warning", "warning", words, "") if words else _line("check", "accent", "Good", ""))
    return tile


def _line(icon: str, tone: str, words: str, below: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(Icon(icon, tone, 18), 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(label(words, "warning" if tone == "warning" and not below else "", wrap=True))
    if below:
        column.addWidget(label(below, "small", wrap=True))
    row.addLayout(column, 1)
    return line


def _local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
