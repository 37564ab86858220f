"""Capture, right: the photo that was taken up, the scale, and the button that builds the face."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic.case import Case
from clinic.ui.desk import Desk, build_face
from clinic.ui.distances import ASSUMED, scale_words
from clinic.ui.panels.capture import line, warning
from clinic.ui.panels.photo_details import PhotoDetails
from clinic.ui.panels.scale import ScaleSources, believed
from clinic.ui.photo_words import of_all_photos
from clinic.ui.widgets.side import Side, clear, fact
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

_UNMEASURED = ("iris", ASSUMED)


class CaptureBuild(Side):
    """built(): there is a face. open_asked(photo, task): show a photo large."""

    built = Signal()
    open_asked = Signal(object, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__("right")
        self._desk = desk
        self.details = PhotoDetails(desk, self)
        self.details.open_asked.connect(self.open_asked)
        self.section(tr("Scale"), about=("capture", "Scale"))
        self.column.insertWidget(0, self.details)
        self.sources = ScaleSources(desk)
        self.sources.ruler_asked.connect(self._ask_for_ruler)
        self.column.addWidget(self.sources)
        self._measured = label(tr("The scan has its own measure."), "muted")
        self.column.addWidget(self._measured)
        self.section(tr("Face in 3D"), about=("capture", "Build the face"))
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        self.column.addLayout(self._facts)
        self.column.addStretch(1)
        self.foot.addWidget(label(tr("Up to half a minute. You can go on looking meanwhile."), "small", wrap=True))
        self.build = Button(tr("Build face in 3D"), self.reconstruct, icon="cube", role="primary")
        self.foot.addWidget(self.build)
        desk.case_changed.connect(self._show)
        desk.job_changed.connect(self._refresh)
        self.details.turned_over.connect(self.to_top)
        self._show(None, desk.case)

    def reconstruct(self) -> None:
        """Build the face from the scan, or else from the photos."""
        self._desk.run(say("Build the face in 3D"), build_face, self.built.emit, "reconstruct")

    def _ask_for_ruler(self) -> None:
        """Mark in the photo that has a ruler, else in the one that was taken up, else in the first."""
        case, chosen = self._desk.case, self._desk.photos.chosen
        if case is None or not case.acquisition.photos:
            return
        marked = {ruler.photo_id for ruler in case.acquisition.rulers}
        photos = case.acquisition.photos
        with_ruler = next((photo for photo in photos if photo.id in marked), None)
        photo = chosen.photo if chosen is not None and not with_ruler else with_ruler or photos[0]
        self.open_asked.emit(photo, "ruler")

    def _show(self, before: Case | None, after: Case | None) -> None:
        self.when_seen(self._show_all, now=after is None)

    def _show_all(self) -> None:
        after = self._desk.case
        taken = after.acquisition if after is not None else None
        measured = taken is not None and (taken.scan is not None or taken.volume is not None)
        self.sources.setVisible(not measured)
        self._measured.setVisible(measured)
        clear(self._facts)
        for widget in _face_facts(after):
            self._facts.addWidget(widget)
        self._refresh()

    def _refresh(self) -> None:
        case = self._desk.case
        self.build.setEnabled(case is not None and bool(case.acquisition.ids) and not self._desk.busy)
        self.build.setText(
            tr("Build face again") if case is not None and case.face is not None else tr("Build face in 3D")
        )


def _face_facts(case: Case | None) -> list[QWidget]:
    """What is to be said of the face as a whole; what concerns one photo stands with that photo."""
    if case is None or case.face is None:
        return [label(tr("Not built yet."), "muted")]
    face = case.face
    facts: list[QWidget] = []
    if case.stale_face and case.acquisition.volume is not None:
        facts.append(line("warning", "warning", tr("Not built from this CT"), tr("Build it again to use the CT.")))
    elif case.stale_face and case.acquisition.scan is not None:
        facts.append(line("warning", "warning", tr("Not built from this scan"), tr("Build it again to use the scan.")))
    elif case.stale_face:
        facts.append(
            line("warning", "warning", tr("Built from other photos"), tr("Build it again to use these photos."))
        )
    elif face.scale.source in _UNMEASURED and believed(case.acquisition) in ("ruler", "pupils"):
        facts.append(
            line("warning", "warning", tr("Built without what was measured"), tr("Build it again to take its scale."))
        )
    if face.scan is not None:
        facts.append(fact(tr("Face to scan, median"), tr("{median_mm:.2f} mm", median_mm=face.scan.median_mm)))
    seen = tr("Skin shown by the scan") if face.scan is not None else tr("Skin seen in photos")
    facts += [
        fact(tr("Photos used"), str(len(face.photos))),
        fact(seen, f"{100 * float((face.seen > 0).mean()):.0f} %"),
    ]
    if face.photos:
        errors = np.concatenate([one.error_px for one in face.photos])
        facts.append(fact(tr("Landmark fit, median"), tr("{error:.1f} px", error=float(np.nanmedian(errors)))))
    facts.append(label(scale_words(face), "small", wrap=True))
    return facts + [warning(words) for words in of_all_photos(case)]
