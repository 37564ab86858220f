"""The bars at the top and the bottom of the window, and the one above the picture."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from clinic.case import Case
from clinic.rendering.views import STANDARD_VIEWS
from clinic.ui import theme
from clinic.ui.announce import announce
from clinic.ui.desk import Desk
from clinic.ui.photo_words import doubtful
from clinic.ui.stages import STAGES, State, state
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.stage_tab import StageTab
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import say, tr

DISCLAIMER = say("For discussion, not a predicted result")
_LEAST_SIDE = 208  # equal at both sides, so that the tabs stand in the middle


_ROOMY, _ENOUGH = 1180, 860  # px from which the view bar has room for full words and keys, and for all views
_SHORT_VIEWS = {
    "frontal": say("Front"),
    "oblique_l": say("Obl L"),
    "lateral_l": say("Lat L"),
    "oblique_r": say("Obl R"),
    "lateral_r": say("Lat R"),
    "basal": say("Base"),
    "cephalic": say("Ceph"),
    "birds_eye": say("Bird"),
}
_SELDOM = ("cephalic", "birds_eye")  # left to their keys where there is little room


class TopBar(QWidget):
    """Who is on the screen, the six stages, and the tools that are always at hand."""

    stage_chosen = Signal(str)

    def __init__(self, desk: Desk, tools: tuple[Button, ...]) -> None:
        super().__init__()
        self.setObjectName("top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.TOP_HEIGHT)
        self._desk = desk
        self._written: Case | None = None
        self._stood: tuple[tuple[Case | None, bool, int], dict[str, tuple[State, str]]] | None = None
        self.name, self.about, self.alarm = label("Clinic", "section"), label("", "small"), label("", "warning")
        self.tabs = {stage.id: StageTab(stage.words, stage.icon) for stage in STAGES}
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(0)
        row.addWidget(self._who(), 1)
        for name, tab in self.tabs.items():
            tab.clicked.connect(lambda _=False, chosen=name: self.stage_chosen.emit(chosen))
            row.addWidget(tab)
            row.addSpacing(4)
        side = QWidget()
        side.setMinimumWidth(_LEAST_SIDE)
        at_right = QHBoxLayout(side)
        at_right.setContentsMargins(0, 0, 0, 0)
        at_right.setSpacing(0)
        at_right.addStretch(1)
        for tool in tools:
            at_right.addWidget(tool)
        row.addWidget(side, 1)
        for changed in (desk.shown_changed, desk.job_changed, desk.photos.changed):
            changed.connect(self._refresh)
        desk.wrote.connect(self._note_written)
        self._refresh()

    def show_stage(self, chosen: str) -> None:
        """Mark the stage that is shown."""
        self.tabs[chosen].setChecked(True)

    def _who(self) -> QWidget:
        who = QWidget()
        who.setMinimumWidth(_LEAST_SIDE)
        row = QHBoxLayout(who)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._face = Icon("clinic", "accent", 28)
        row.addWidget(self._face)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(self.name)
        add_all(column, self.about, self.alarm)
        column.addStretch(1)
        row.addLayout(column, 1)
        return who

    def _note_written(self, _: object) -> None:
        self._written = self._desk.case
        self._refresh()

    def _refresh(self) -> None:
        case = self._desk.case
        patient = case.patient if case else None
        self._face.show_icon("patient" if patient else "clinic", "accent")
        self.name.setText(patient.display_name if patient else "Clinic")
        facts = (
            (patient.sex, f"#{patient.record_number}" if patient.record_number else "", patient.note) if patient else ()
        )
        about = " · ".join(part for part in facts if part)
        self.about.setText(about)
        self.alarm.setText(self._desk.emergency)
        self.alarm.setVisible(bool(self._desk.emergency))
        self.about.setVisible(bool(about) and not self._desk.emergency)
        states = self._states(case)
        for name, tab in self.tabs.items():
            busy = name == _BUSY_STAGE.get(self._desk.worker.words)
            tab.show_state(*((State.BUSY, tr("Working")) if busy else states[name]))

    def _states(self, case: Case | None) -> dict[str, tuple[State, str]]:
        """How the stages stand, worked out once for each case: all photos are hashed for it, too slow for a drag."""
        written = case is not None and case is self._written
        now = (case, written, doubtful(self._desk.photos.photos))
        if self._stood is None or self._stood[0][0] is not case or self._stood[0][1:] != now[1:]:
            self._stood = (now, {name: state(name, *now) for name in self.tabs})
        return self._stood[1]


_BUSY_STAGE = {
    say("Add photos"): "capture",
    say("Look through the scan"): "capture",
    say("Add the CT"): "capture",
    say("Add the MR"): "capture",
    say("Open the sample patient"): "capture",
    say("Build the face in 3D"): "capture",
    say("Solve the plan"): "plan",
    say("Write the files"): "share",
}


class StatusBar(QWidget):
    """At the left that everything is sealed, in the middle the disclaimer, at the right what runs."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.STATUS_HEIGHT)
        self._desk = desk
        self._icon = Icon("check", "accent", 16)
        self.saved, self._undo = label("", ""), label("", "small")
        self.job, self._percent = label("", ""), label("", "small")
        self._progress = QProgressBar()
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(120)
        self._progress.setAccessibleName(tr("Progress"))
        self.cancel = Button(tr("Cancel"), desk.worker.cancel, role="flat")
        self.cancel.setFixedHeight(theme.STATUS_HEIGHT)
        self._state_icon = Icon("empty", "muted", 16)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        add_all(row, self._icon, self.saved, self._undo)
        row.addStretch(1)
        row.addWidget(label(DISCLAIMER, "small"))
        row.addStretch(1)
        add_all(row, self._state_icon, self.job, self._progress, self._percent, self.cancel)
        row.addSpacing(8)
        row.addWidget(Icon("shield", "muted", 16))
        row.addWidget(label(tr("Offline"), "small"))
        desk.case_changed.connect(self._case_changed)
        for changed in (desk.shown_changed, desk.lock_changed):
            changed.connect(self._refresh)
        desk.job_changed.connect(self._job_changed)
        desk.worker.progressed.connect(self._progressed)
        self._saved_at = self._told = ""
        self._refresh()

    def _case_changed(self, before: Case | None, after: Case | None) -> None:
        self._saved_at = datetime.now().strftime("%H:%M:%S") if after is not None else ""

    def _refresh(self) -> None:
        desk = self._desk
        session = desk.session
        self._icon.setVisible(desk.case is not None)
        self.saved.setText(
            tr("All changes saved  {saved_at}", saved_at=self._saved_at) if desk.case is not None else ""
        )
        words = session.undo_words if session is not None and desk.open else ""
        self._undo.setText(tr("Undo: {what!t}", what=words[0].lower() + words[1:]) if words else "")
        busy = desk.busy
        for widget in (self._progress, self._percent, self.cancel):
            widget.setVisible(busy)
        icon, tone, said = ("busy", "accent", self.job.text()) if busy else _solver_words(desk)
        self._state_icon.show_icon(icon, tone)
        self._state_icon.setVisible(bool(said))
        self.job.setText(said)
        if not busy and desk.badge == "solved" and said != self._told:
            announce(self, said)
        self._told = "" if busy else said

    def _job_changed(self) -> None:
        self._progress.setValue(0)
        self._percent.clear()
        self.job.setText(self._desk.worker.words)
        self._refresh()

    def _progressed(self, fraction: float, words: str) -> None:
        self._progress.setValue(round(1000 * fraction))
        self._percent.setText(f"{100 * fraction:.0f} %")
        self.job.setText(words)


def _solver_words(desk: Desk) -> tuple[str, str, str]:
    case, badge = desk.case, desk.badge
    if case is None or not badge:
        return "empty", "muted", ""
    if badge == "solved" and case.simulation is not None:
        return (
            "check",
            "accent",
            tr("{plan!t} solved  {seconds:.1f} s", plan=case.plan.name, seconds=case.simulation.figures.seconds),
        )
    return (
        "warning",
        "warning",
        tr("{plan!t}: preview", plan=case.plan.name)
        if badge == "preview"
        else tr("{plan!t}: solution is stale", plan=case.plan.name),
    )


class ViewBar(QWidget):
    """Above the picture: the standard views, one or two views, what the face shows."""

    view_chosen = Signal(str)
    count_chosen = Signal(str)
    look_chosen = Signal(str)

    def __init__(self, home: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("viewbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.VIEW_BAR_HEIGHT)
        self.views = Segments(tuple((view.id, view.title, view.key, "") for view in STANDARD_VIEWS))
        self.count = Segments((("1", tr("1 view"), "", "one"), ("2", tr("2 views"), "", "compare")))
        self.looks = Segments(
            (
                ("photo", tr("Photo"), "", ""),
                ("texture", tr("Skin"), "", ""),
                ("clay", tr("Clay"), "", ""),
                ("bone", tr("Bone"), "", ""),
            )
        )
        self.views.chosen.connect(self.view_chosen)
        self.count.chosen.connect(self.count_chosen)
        self.looks.chosen.connect(self.look_chosen)
        self.views.choose("frontal")
        self.looks.choose("texture")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.views)
        row.addStretch(1)
        row.addWidget(self.count)
        row.addWidget(self.looks)
        row.addWidget(Button(tr("Reset the view"), home, icon="home", role="tool"))
        self._fits = (False, False)
        self.offer_photo(False)
        self.offer_bone(False)

    def offer_bone(self, offered: bool) -> None:
        """Offer the bone under the skin, where a CT showed it."""
        self.looks.button("bone").setVisible(offered)

    def offer_photo(self, offered: bool) -> None:
        """Offer the photo itself beside the face in 3D, where a photo is looked at."""
        self.looks.button("photo").setVisible(offered)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Say less where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.width()
        fits = (width < theme.scaled(_ROOMY), width < theme.scaled(_ENOUGH))
        if fits == self._fits:
            return
        self._fits = fits
        short, few = fits
        self.views.shorten(_SHORT_VIEWS if short else None)
        self.count.shorten({"1": "", "2": ""} if short else None)
        for name in _SELDOM:
            self.views.button(name).setVisible(not few)
