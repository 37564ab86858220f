"""Plan, right: the procedures by region with their sliders, Solve, and what reached the skin."""

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from clinic import workflow
from clinic.case import Case, Comparison, EditReached, Plan
from clinic.planning.procedures import PROCEDURES, Parameter, Procedure
from clinic.ui import plan_edits, theme
from clinic.ui.desk import Desk
from clinic.case.numbers import signed
from clinic.ui.widgets.amount import AmountRow
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.side import Side, clear, fact
from clinic.ui.widgets.text import Button, label, rule

_REGIONS = ("Nose", "Chin", "Cheeks")  # as the eye goes over a profile
_SIDES = (("both", "Both", "", ""), ("left", "Left", "", ""), ("right", "Right", "", ""))


class PlanProcedures(Side):
    """Sliders for every procedure of the table; dragging previews, letting go commits."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("right")
        self._desk = desk
        self.rows: dict[tuple[str, str], AmountRow] = {}
        self.sides: dict[str, Segments] = {}
        self._resets: dict[str, Button] = {}
        self._sliders = QWidget()
        column = QVBoxLayout(self._sliders)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for number, procedure in enumerate(sorted(PROCEDURES, key=lambda known: _REGIONS.index(known.region))):
            if number:
                column.addSpacing(12)
                column.addWidget(rule())
                column.addSpacing(4)
            self._add(column, procedure)
        self.column.addWidget(self._sliders)
        self._reached_title = self.section("Reached at the skin", "asked → reached")
        self._listed: tuple[Comparison | None, bool] | None = None
        self._reached = QVBoxLayout()
        self._reached.setSpacing(0)
        self.column.addLayout(self._reached)
        self.column.addStretch(1)
        self._add_solve()
        desk.case_changed.connect(self._case_changed)
        desk.shown_changed.connect(self._show)
        desk.job_changed.connect(self._job_changed)
        desk.worker.progressed.connect(self._progressed)
        self._show()

    def _add(self, column: QVBoxLayout, procedure: Procedure) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(procedure.title, "section"))
        head.addWidget(label(procedure.region, "small"), 1)
        reset = Button(
            "Reset", lambda: self._reset(procedure), role="flat", tip=f"Take {procedure.title} out of the plan"
        )
        reset.setAccessibleName(f"Reset {procedure.title}")
        self._resets[procedure.id] = reset
        head.addWidget(reset)
        line = QWidget()
        line.setFixedHeight(theme.TARGET)
        line.setLayout(head)
        head.setContentsMargins(0, 0, 0, 0)
        column.addWidget(line)
        for parameter in procedure.parameters:
            column.addWidget(self._row(procedure, parameter))
        if procedure.sided:
            sides = Segments(_SIDES, stretch=True)
            sides.choose("both")
            sides.chosen.connect(lambda side: self._choose_side(procedure, side))
            self.sides[procedure.id] = sides
            column.addWidget(sides)

    def _row(self, procedure: Procedure, parameter: Parameter) -> AmountRow:
        low, high = parameter.minimum, parameter.maximum
        row = AmountRow(parameter.title, parameter.unit, low, high, parameter.step)
        row.setToolTip("\n".join((parameter.sign.capitalize() + ".", *parameter.cautions)))
        row.dragged.connect(lambda value: self._drag(procedure, parameter, value))
        row.settled.connect(lambda value: self._settle(procedure, parameter, value))
        self.rows[procedure.id, parameter.name] = row
        return row

    def _add_solve(self) -> None:
        self._why = label("", "small", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName("Progress of the solver")
        self.solve_button = Button("Solve", self.solve, icon="plan", role="primary")
        self.cancel_button = Button("Cancel", self._desk.worker.cancel, icon="remove")
        for widget in (self._why, self.progress, self.solve_button, self.cancel_button):
            self.foot.addWidget(widget)

    def solve(self) -> None:
        """Solve the plan in the background."""
        self._desk.run("Solve the plan", workflow.simulate_plan)

    def _drag(self, procedure: Procedure, parameter: Parameter, value: float) -> None:
        self._desk.drag(self._changed(procedure, parameter, value))

    def _settle(self, procedure: Procedure, parameter: Parameter, value: float) -> None:
        decimals = 2 if parameter.unit == "cc" else 1
        words = f"{procedure.title}, {parameter.title.lower()} {signed(value, decimals)} {parameter.unit}"
        self._desk.settle(self._changed(procedure, parameter, value), words)

    def _changed(self, procedure: Procedure, parameter: Parameter, value: float) -> Plan:
        return plan_edits.set_amount(self._desk.plan, procedure.id, parameter.name, value)

    def _choose_side(self, procedure: Procedure, side: str) -> None:
        plan = plan_edits.set_side(self._desk.plan, procedure.id, side)
        self._desk.settle(plan, f"{procedure.title}: {side}")

    def _reset(self, procedure: Procedure) -> None:
        self._desk.settle(plan_edits.remove(self._desk.plan, procedure.id), f"Remove {procedure.title}")

    def _case_changed(self, before: Case | None, after: Case | None) -> None:
        self._show()

    def _show(self) -> None:
        plan, case = self._desk.plan, self._desk.case
        for (name, parameter), row in self.rows.items():
            edit = plan_edits.find(plan, name)
            if not row.slider.isSliderDown():
                row.show_value(edit.amount(parameter) if edit else 0.0)
        for name, sides in self.sides.items():
            edit = plan_edits.find(plan, name)
            sides.choose(edit.side if edit else "both")
            sides.setEnabled(edit is not None)
        for name, reset in self._resets.items():
            reset.setVisible(plan_edits.find(plan, name) is not None)
        has_face = case is not None and case.face is not None
        self._sliders.setEnabled(has_face and not self._desk.busy)
        self._show_solver()
        self._show_reached()

    def _show_solver(self) -> None:
        case, busy = self._desk.case, self._desk.busy
        self.progress.setVisible(busy)
        self.cancel_button.setVisible(busy)
        self.solve_button.setVisible(not busy)
        self.solve_button.setEnabled(can_solve(self._desk))
        if busy:
            return
        if case is None or case.face is None:
            self._why.setText("Build the face in Capture first.")
        elif self._desk.badge == "solved":
            self._why.setText("Solved. Move a slider to plan on.")
        else:
            self._why.setText("Sliders show a linear preview. Solve gives the pictures that may be shared.")

    def _job_changed(self) -> None:
        self.progress.setValue(0)
        self._why.setText(f"{self._desk.worker.words}: sliders are held until it is done.")
        self._show()

    def _progressed(self, fraction: float, words: str) -> None:
        self.progress.setValue(round(1000 * fraction))
        self._why.setText(words)

    def _show_reached(self) -> None:
        case, fits = self._desk.case, self._desk.badge == "solved"
        comparison = case.comparison if case is not None else None
        if (comparison, fits) == self._listed:
            return
        self._listed = (comparison, fits)
        clear(self._reached)
        if comparison is None:
            self._reached.addWidget(label("Shown once the plan was solved.", "muted"))
            return
        for edit in comparison.edits:
            self._reached.addWidget(reached(edit))
        if not fits:
            self._reached.addWidget(label("From the last solution, of another plan.", "warning", wrap=True))


def can_solve(desk: Desk) -> bool:
    """True if there is a plan that waits to be solved."""
    case = desk.case
    return (
        case is not None
        and case.face is not None
        and bool(case.plan.active)
        and not desk.busy
        and (case.simulation is None or desk.stale)
    )


def reached(edit: EditReached) -> QWidget:
    """Return a line with what was asked of an edit and what the skin did."""
    decimals = 2 if edit.unit == "cc" else 1
    return fact(edit.label, f"{signed(edit.asked, decimals)} → {signed(edit.reached, decimals)} {edit.unit}")
