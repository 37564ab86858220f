"""Plan, left: the edits of the plan in their order, and what speaks against its result."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinic.case import Caution, Edit, Plan
from clinic.ui import plan_edits
from clinic.ui.desk import Desk
from clinic.ui.panels.edit_row import EditRow
from clinic.ui.panels.plan_list import PlanList
from clinic.ui.plans import Plans
from clinic.ui.widgets.notes import CautionBanner
from clinic.ui.widgets.side import BESIDE_BUTTON, Side, clear, hint
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

_MOST_SHOWN = 3  # cautions at the foot; the rest is counted, and all stand in the report


class PlanStack(Side):
    """The edit stack: edits are chosen, switched off, moved, copied and taken out. edit_chosen(position)."""

    edit_chosen = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__("left")
        self._desk = desk
        self.plans = PlanList(desk)
        self.start_below(BESIDE_BUTTON)
        self.column.addLayout(self._plans_head())
        self.column.addWidget(self.plans)
        self._aside = self.section(tr("Edit stack"), about=("plan", "The edit stack"))
        self._list = QWidget()
        self._edits = QVBoxLayout(self._list)
        self._edits.setContentsMargins(0, 0, 0, 0)
        self._edits.setSpacing(4)
        self.column.addWidget(self._list)
        self.column.addStretch(1)
        self._cautions = QVBoxLayout()
        self._cautions.setSpacing(8)
        self.foot.addLayout(self._cautions)
        self._warned: tuple[Caution, ...] = ()
        self._shown: tuple[Edit, ...] | None = None
        self.rows: list[EditRow] = []
        self._line = _DropLine(self._list)
        self._drop_at = 0
        self._moved_to: int | None = None  # where the row that has the focus goes
        desk.case_changed.connect(self._enable)
        desk.shown_changed.connect(self._show)
        desk.job_changed.connect(self._enable)
        self._show()

    def _plans_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(tr("Plans"), "section"), 1)
        self.new_button = Button(tr("New"), Plans(self._desk).add, icon="add", role="flat", tip=tr("New plan"))
        self.new_button.setAccessibleName(tr("New plan"))
        row.addWidget(self.new_button)
        return row

    def _show(self) -> None:
        self._show_cautions()
        self._show_edits(self._desk.plan)

    def _show_edits(self, plan: Plan) -> None:
        if plan.edits == self._shown:
            return
        known, self._shown = self._shown, plan.edits
        if known is not None and _rows(plan.edits) == _rows(known):
            for row, edit in zip(self.rows, plan.edits, strict=True):
                row.show_edit(edit)
            return
        focused = next((number for number, row in enumerate(self.rows) if row.hasFocus()), None)
        clear(self._edits)
        self.rows = [self._row(plan, position) for position in range(len(plan.edits))]
        self._aside.setText(tr("{count} on", count=len(plan.active)) if plan.edits else "")
        if not plan.edits:
            self._edits.addWidget(hint(tr("No change planned yet. Open a procedure at the right and move its slider.")))
        for row in self.rows:
            self._edits.addWidget(row)
        if focused is not None and self.rows:
            self.rows[min(self._moved_to if self._moved_to is not None else focused, len(self.rows) - 1)].setFocus()

    def _row(self, plan: Plan, position: int) -> EditRow:
        twin = plan_edits.copy(plan, position)
        words = (
            ""
            if twin is None
            else tr("Duplicate beside")
            if twin.place
            else tr("Same on the left side")
            if twin.side == "left"
            else tr("Same on the right side")
        )
        row = EditRow(plan_edits.title(plan, position), plan.edits[position], words)
        row.chosen.connect(lambda: self.edit_chosen.emit(position))
        row.asked.connect(lambda what: self._change(position, what))
        row.carried.connect(self._carry)
        row.dropped.connect(lambda: self._drop(position))
        return row

    def _change(self, position: int, what: str) -> None:
        plan = self._desk.plan
        title, twin = plan_edits.title(plan, position), plan_edits.copy(plan, position)
        changed, words = {
            "switch": lambda: (plan_edits.switch(plan, position), say("Switch {title!t}", title=title)),
            "remove": lambda: (plan_edits.remove(plan, position), say("Remove {title!t}", title=title)),
            "up": lambda: (plan_edits.move(plan, position, position - 1), say("Move {title!t} up", title=title)),
            "down": lambda: (plan_edits.move(plan, position, position + 1), say("Move {title!t} down", title=title)),
            "copy": lambda: (plan if twin is None else plan_edits.add(plan, twin), say("Copy {title!t}", title=title)),
            "lock": lambda: (plan_edits.lock(plan, position), say("Lock {title!t}", title=title)),
        }[what]()
        self._moved_to = {"up": max(position - 1, 0), "down": position + 1}.get(what)
        self._desk.settle(changed, words)
        self._moved_to = None

    def _carry(self, y: int) -> None:
        """Show between which rows the one that is carried would land."""
        self._drop_at = sum(y > row.geometry().center().y() for row in self.rows)
        edges = [row.geometry().top() - 3 for row in self.rows] + [self.rows[-1].geometry().bottom() + 1]
        self._line.setGeometry(0, max(0, edges[self._drop_at]), self._list.width(), 2)
        self._line.show()
        self._line.raise_()

    def _drop(self, position: int) -> None:
        self._line.hide()
        plan, to = self._desk.plan, self._drop_at - (self._drop_at > position)
        self._desk.settle(
            plan_edits.move(plan, position, to), say("Move {title!t}", title=plan_edits.title(plan, position))
        )

    def _enable(self) -> None:
        case = self._desk.case
        self._list.setEnabled(not self._desk.busy)
        self.new_button.setEnabled(case is not None and case.face is not None and not self._desk.busy)

    def _show_cautions(self) -> None:
        case = self._desk.case
        fits = case is not None and case.comparison is not None and self._desk.badge == "solved"
        said = case.comparison.cautions if fits and case is not None and case.comparison is not None else ()
        if said == self._warned:
            return
        self._warned = said
        clear(self._cautions)
        for one in said[:_MOST_SHOWN]:
            self._cautions.addWidget(CautionBanner(one, opened=len(said) == 1))
        if len(said) > _MOST_SHOWN:
            self._cautions.addWidget(label(tr("{count} more in the report.", count=len(said) - _MOST_SHOWN), "small"))


class _DropLine(QFrame):
    """Where a row that is carried would land."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dropline")
        self.hide()


def _rows(edits: tuple[Edit, ...]) -> list[tuple[object, ...]]:
    """What the rows of the stack depend on; amounts alone change in place, since a drag changes them often."""
    return [(edit.procedure, edit.side, edit.place, edit.enabled, edit.locked) for edit in edits]
