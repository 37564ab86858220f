"""The foot of the sliders: Solve, how far it is, and which end of the range is shown once it is solved."""

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from clinic import workflow
from clinic.ui import plan_edits
from clinic.ui.desk import Desk
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

EXTENTS = (("low", say("Minimum"), "", ""), ("likely", say("Likely"), "", ""), ("high", say("Maximum"), "", ""))


class SolveFoot(QWidget):
    """Solve while there is something to solve, Cancel while it runs, the ends of the range when it is done."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._why = label("", "small", wrap=True)
        self._why.setMinimumHeight(36)  # two lines, so that the sliders stay where they are
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(tr("Progress of the solver"))
        self.solve_button = Button(tr("Solve"), self.solve, icon="plan", role="primary")
        self.cancel_button = Button(tr("Cancel"), desk.worker.cancel, icon="remove")
        self.extent = RangeSwitch(desk)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self._why, self.progress, self.extent, self.solve_button, self.cancel_button):
            column.addWidget(widget)
        desk.shown_changed.connect(self._show)
        desk.job_changed.connect(self._job_changed)
        desk.worker.progressed.connect(self._progressed)
        self._show()

    def solve(self) -> None:
        """Solve the plan in the background."""
        self._desk.run(say("Solve the plan"), workflow.simulate_plan, event="simulate")

    def _show(self) -> None:
        busy, ranged = self._desk.busy, self.extent.offered
        self.progress.setVisible(busy)
        self.cancel_button.setVisible(busy)
        self.extent.setVisible(ranged and not busy)
        self.solve_button.setVisible(not busy and not ranged)
        self.solve_button.setEnabled(can_solve(self._desk))
        if not busy:
            self._why.setText(self._words(ranged))

    def _words(self, ranged: bool) -> str:
        case = self._desk.case
        if case is None or case.face is None:
            return tr("Build the face in Capture first.")
        if self._desk.badge == "solved":
            return (
                tr("Solved. See how far it may go, or plan on.") if ranged else tr("Solved. Move a slider to plan on.")
            )
        return tr("Sliders show a linear preview. Solve gives the pictures that may be shared.")

    def _job_changed(self) -> None:
        self.progress.setValue(0)
        self._why.setText(tr("{words!t}: sliders are held until it is done.", words=self._desk.worker.words))
        self._show()

    def _progressed(self, fraction: float, words: str) -> None:
        self.progress.setValue(round(1000 * fraction))
        self._why.setText(words)


class RangeSwitch(Segments):
    """Which shape of the range is shown after surgery: the least, the likely or the largest move."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(EXTENTS, stretch=True)
        self._desk = desk
        self.setToolTip(tr("How far the skin may move, for what is not known of this patient's tissue"))
        self.choose("likely")
        self.chosen.connect(desk.show_extent)
        desk.shown_changed.connect(self._follow)

    @property
    def offered(self) -> bool:
        """True if what is shown has a range."""
        shown = self._desk.shown
        return self._desk.badge == "solved" and shown is not None and shown.range is not None

    def _follow(self) -> None:
        self.choose(self._desk.extent)


def can_solve(desk: Desk) -> bool:
    """True if there is a plan that waits to be solved."""
    return not why_not_solve(desk)


def why_not_solve(desk: Desk) -> str:
    """Return why there is nothing to solve just now, "" if there is."""
    case = desk.case
    if case is None or case.face is None:
        return say("Build the face in Capture first.")
    if not plan_edits.asking(case.plan):
        return say("Plan a change first.")
    if desk.busy:
        return say("Wait until what runs is done, or cancel it.")
    return "" if case.simulation is None or desk.stale else say("The plan is solved.")
