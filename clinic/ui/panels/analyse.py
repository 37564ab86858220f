"""Analyse: the landmarks that were found, and what they measure."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from clinic.case import Case
from clinic.case.numbers import plain
from clinic.ui.anatomy import spoken
from clinic.ui.desk import Desk
from clinic.ui.distances import certainty_mm, distances, scale_words
from clinic.ui.panels.capture import warning
from clinic.ui.photo_words import number, of_all_photos, of_face
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.side import Side, clear, fact, hint
from clinic.ui.widgets.text import label
from clinic.words import tr


class AnalyseLandmarks(Side):
    """Left: which landmarks are shown, and how well each is known."""

    marks_chosen = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__("left")
        self._aside = self.section(tr("Landmarks"), about=("analyse", "Landmarks"))
        self.marks = Segments(
            (("names", tr("Named"), "", ""), ("points", tr("Points"), "", ""), ("none", tr("Hidden"), "", "")), True
        )
        self.marks.chosen.connect(self.marks_chosen)
        self.marks.choose("names")
        self.column.addWidget(self.marks)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.column.addLayout(self._list)
        self.column.addStretch(1)
        desk.case_changed.connect(self._show)
        self._show(None, desk.case)

    def _show(self, before: Case | None, after: Case | None) -> None:
        if before is not None and after is not None and before.face is after.face:
            return
        clear(self._list)
        if after is None or after.face is None:
            self._aside.clear()
            self._list.addWidget(hint(tr("Landmarks appear once the face was built in Capture.")))
            return
        placed = certainty_mm(after.face)
        self._aside.setText(tr("± mm, 95 %"))
        for name, half_width in sorted(placed.items()):
            self._list.addWidget(fact(spoken(name), "", f"±{half_width:.1f}"))


class AnalyseMeasures(Side):
    """Right: distances with their 95 % interval."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("right")
        self.section(tr("Measures"), tr("before, 95 %"), ("analyse", "Measures"))
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self.column.addLayout(self._list)
        self.column.addStretch(1)
        desk.case_changed.connect(self._show)
        self._show(None, desk.case)

    def _show(self, before: Case | None, after: Case | None) -> None:
        if before is not None and after is not None and before.face is after.face:
            return
        clear(self._list)
        if after is None or after.face is None:
            self._list.addWidget(hint(tr("Measures appear once the face was built in Capture.")))
            return
        for distance in distances(after.face):
            self._list.addWidget(
                fact(
                    distance.words,
                    tr("{value_mm} mm", value_mm=plain(distance.value_mm, 1)),
                    f"±{distance.plus_minus_mm:.1f}",
                )
            )
        self._list.addSpacing(8)
        source = tr("± is the 95 % interval of surface and scale together. {scale!t}", scale=scale_words(after.face))
        self._list.addWidget(label(source, "small", wrap=True))
        said = of_all_photos(after)
        counts = [(number(photo), len(of_face(after, photo))) for photo in after.acquisition.photos]
        doubtful = [(name, count) for name, count in counts if count]
        if said or doubtful:
            self._list.addSpacing(16)
            self._list.addWidget(label(tr("To check"), "section"))
        for words in said:
            self._list.addWidget(warning(words))
        for name, count in doubtful:
            self._list.addWidget(fact(name, tr("{count} to check", count=count)))
        if doubtful:
            self._list.addWidget(label(tr("Capture says what, beside each photo."), "small", wrap=True))
