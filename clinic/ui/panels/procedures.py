"""Plan, right: the procedures by region with their sliders, what reached the skin, and Solve."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clinic.case import Case, Comparison, Plan
from clinic.planning.procedures import PROCEDURES, Procedure
from clinic.ui import theme
from clinic.ui.desk import Desk
from clinic.ui.panels.procedure_card import ProcedureCard
from clinic.ui.panels.reached import add_reached
from clinic.ui.panels.solve import SolveFoot
from clinic.ui.widgets.amount import AmountRow
from clinic.ui.widgets.chips import Chips
from clinic.ui.widgets.side import Side, clear, hint
from clinic.ui.widgets.text import label, rule
from clinic.words import say, tr

# as the eye goes over a face
REGIONS = (
    say("Nose"),
    say("Chin"),
    say("Jaw"),
    say("Cheeks"),
    say("Lips"),
    say("Lids"),
    say("Brow"),
    say("Face"),
    say("Ears"),
    say("Anywhere"),
)


class PlanProcedures(Side):
    """Every procedure of the table, one region at a time; dragging previews, letting go commits.

    released(): the mouse let a slider go. place_asked(id): the user wants to point at a place on the skin.
    """

    released = Signal()
    place_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__("right")
        self._desk = desk
        self.search = _Search()
        self.regions = Chips([region for region in REGIONS if any(one.region == region for one in PROCEDURES)])
        self._region = PROCEDURES[0].region
        self._add_head()
        self._sliders = QWidget()
        column = QVBoxLayout(self._sliders)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.cards = {known.id: self._card(known) for known in PROCEDURES}
        for card in self.cards.values():
            column.addWidget(card)
        self._none = hint(tr("No procedure has this in its name."))
        column.addWidget(self._none)
        self.column.addWidget(self._sliders)
        self.column.addSpacing(8)
        self.column.addWidget(rule())
        self.section(tr("Reached at the skin"), tr("asked → reached"))
        self._listed: tuple[Comparison | None, bool] | None = None
        self._reached = QVBoxLayout()
        self._reached.setSpacing(0)
        self.column.addLayout(self._reached)
        self.column.addStretch(1)
        self.solver = SolveFoot(desk)
        self.foot.addWidget(self.solver)
        self.search.textChanged.connect(self._choose_cards)
        self.regions.chosen.connect(self.show_region)
        desk.case_changed.connect(self._case_changed)
        desk.shown_changed.connect(self._show)
        desk.job_changed.connect(self._show)
        self.show_region(self._region)
        self._show()

    def show_region(self, region: str) -> None:
        """Show the procedures of a region."""
        self._region = region
        self.search.clear()
        self._choose_cards()
        self.to_top()
        here = [card for card in self.cards.values() if card.procedure.region == region]
        if len(here) == 1:
            here[0].unfold()

    def open_edit(self, position: int) -> None:
        """Show the sliders of an edit of the plan."""
        card = self.cards[self._desk.plan.edits[position].procedure]
        card.unfold()
        self.show_region(card.procedure.region)
        self.reveal(card)

    def row(self, procedure: str, parameter: str, number: int = 0) -> AmountRow:
        """Return the slider of a parameter in the n-th edit of a procedure, opened."""
        self.cards[procedure].unfold()
        return self.cards[procedure].groups[number].rows[parameter]

    def _add_head(self) -> None:
        """Search and regions stay in sight above what scrolls."""
        self.head.setContentsMargins(16, 16, 16, 0)
        self.head.setSpacing(8)
        self.start_below(8)
        self.head.addWidget(self.search)
        self.head.addWidget(self.regions)

    def _card(self, procedure: Procedure) -> ProcedureCard:
        card = ProcedureCard(procedure)
        card.dragged.connect(self._desk.drag)
        card.settled.connect(self._desk.settle)
        card.released.connect(self.released)
        card.place_asked.connect(self.place_asked)
        return card

    def _choose_cards(self) -> None:
        """Show the cards of the region, or of all regions those that the search finds."""
        sought = self.search.text().strip().lower()
        for card in self.cards.values():
            card.setVisible(_found(card.procedure, sought) if sought else card.procedure.region == self._region)
        self.regions.choose("" if sought else self._region)
        self._none.setVisible(bool(sought) and not any(_found(card.procedure, sought) for card in self.cards.values()))

    def _case_changed(self, before: Case | None, after: Case | None) -> None:
        if before is None or after is None or before.id != after.id:
            for card in self.cards.values():
                card.fold_as_used()

    def _show(self) -> None:
        plan, case = self._desk.plan, self._desk.case
        for card in self.cards.values():
            card.show_plan(plan)
        self.regions.mark(self._in_use(plan))
        self._sliders.setEnabled(case is not None and case.face is not None and not self._desk.busy)
        self._show_reached()

    def _in_use(self, plan: Plan) -> set[str]:
        return {self.cards[edit.procedure].procedure.region for edit in plan.edits if edit.procedure in self.cards}

    def _show_reached(self) -> None:
        case, fits = self._desk.case, self._desk.badge == "solved"
        comparison = case.comparison if case is not None else None
        if (comparison, fits) == self._listed:
            return
        self._listed = (comparison, fits)
        clear(self._reached)
        if comparison is None:
            self._reached.addWidget(label(tr("Shown once the plan was solved."), "muted"))
            return
        if not fits:
            self._reached.addWidget(label(tr("From the last solution, of another plan."), "warning", wrap=True))
            self._reached.addSpacing(6)
        add_reached(self._reached, comparison)


def _found(procedure: Procedure, sought: str) -> bool:
    words = (procedure.title, procedure.region, *(one.title for one in procedure.parameters))
    return any(sought in word.lower() for word in words)


class _Search(QLineEdit):
    """Finds procedures; Escape empties it."""

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(tr("Search procedures"))
        self.setAccessibleName(tr("Search procedures"))
        self.setMinimumHeight(theme.TARGET)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let Escape bring the regions back."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)
