"""One procedure in the panel of sliders: a row that opens onto its amounts."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from clinic.case import Edit, Plan
from clinic.case.numbers import amount
from clinic.planning.procedures import Parameter, Procedure
from clinic.ui import plan_edits
from clinic.ui.widgets.amount import AmountRow
from clinic.ui.widgets.fold import FoldHead
from clinic.ui.widgets.notes import Note
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

_SIDES = (
    ("both", say("Both"), "", ""),
    ("left", say("Left"), "", ""),
    ("right", say("Right"), "", ""),
    ("differ", say("Differ"), "", ""),
)


class ProcedureCard(QWidget):
    """Folded to its name until it is used or opened; then the amounts of each of its edits.

    dragged(plan), settled(plan, words): the plan as a slider makes it. released(): the mouse let a slider go.
    place_asked(id): a place on the skin is to be pointed at.
    """

    dragged = Signal(object)
    settled = Signal(object, str)
    released = Signal()
    place_asked = Signal(str)

    def __init__(self, procedure: Procedure) -> None:
        super().__init__()
        self.procedure = procedure
        self.groups: list[_Amounts] = []
        self._plan = Plan()
        self._side = "both"  # chosen before there is an edit
        self._by_hand: bool | None = None  # opened or closed by the user, None: open while it is used
        self.head = FoldHead(procedure.title)
        self.head.clicked.connect(self._toggled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.head, 1)
        self._action = Button("", self._act, role="flat")
        line.addWidget(self._action)
        self._column.addLayout(line)
        self._body: QFrame | None = None
        self.sides: Segments | None = None
        self._refresh()

    def show_plan(self, plan: Plan) -> None:
        """Follow a plan."""
        before = [self._plan.edits[at] for at in self.used]
        self._plan = plan
        if before != [plan.edits[at] for at in self.used]:
            self._refresh()

    def fold_as_used(self) -> None:
        """Forget what the user opened and closed."""
        self._by_hand, self._side = None, "both"
        self._refresh()

    def unfold(self) -> None:
        """Open the amounts."""
        self._by_hand = True
        self._refresh()

    @property
    def used(self) -> tuple[int, ...]:
        """Positions of this procedure's edits in the plan."""
        return plan_edits.find(self._plan, self.procedure.id)

    # Inside

    def _toggled(self) -> None:
        self._by_hand = self.head.isChecked()
        self._refresh()

    def _refresh(self) -> None:
        used = self.used
        opened = bool(used) if self._by_hand is None else self._by_hand
        self.head.setChecked(opened)
        summary = "; ".join(plan_edits.words(self._plan.edits[at]) for at in used)
        self.head.summarise(summary, bool(used))
        words = self._action_words() if opened else ""
        self._action.setText(words)
        self._action.setAccessibleName(f"{words} {self.procedure.title}".strip())
        self._action.setVisible(bool(words))
        if opened and self._body is None:
            self._body = self._make_body()
            self._column.addWidget(self._body)
        if self._body is not None:
            self._body.setVisible(opened)
            self._fill(used)

    def _action_words(self) -> str:
        if self.procedure.placed:
            return tr("Add")
        if self.used:
            return tr("Reset")
        return tr("Usual") if plan_edits.asks(plan_edits.usual(self.procedure.id)) else ""

    def _act(self) -> None:
        known, plan = self.procedure, self._plan
        if known.placed:
            self.place_asked.emit(known.id)
        elif self.used:
            self.settled.emit(plan_edits.without(plan, known.id), say("Remove {title!t}", title=known.title))
        else:
            made = self._begun(usual=True)
            self.settled.emit(plan_edits.add(plan, made), f"{known.title}, {plan_edits.words(made)}")

    def _make_body(self) -> QFrame:
        body = QFrame()
        self._inside = QVBoxLayout(body)
        self._inside.setContentsMargins(4, 0, 0, 12)
        self._inside.setSpacing(8)
        self._hint = label(tr("Add a handle, then click the place on the face."), "small", wrap=True)
        self._inside.addWidget(self._hint)
        if self.procedure.sided:
            self.sides = Segments(_SIDES, stretch=True)
            self.sides.chosen.connect(self._choose_side)
            self._inside.addWidget(self.sides)
        return body

    def _fill(self, used: tuple[int, ...]) -> None:
        """Show the amounts of each edit, or one set that begins an edit."""
        wanted = max(len(used), 0 if self.procedure.placed else 1)
        while len(self.groups) < wanted:
            self._add_group()
        for number, group in enumerate(self.groups):
            edit = self._plan.edits[used[number]] if number < len(used) else None
            group.setVisible(number < wanted)
            group.show_edit(edit, self._group_title(used, number))
        self._hint.setVisible(wanted == 0)
        if self.sides is not None:
            self.sides.choose(plan_edits.sides(self._plan, self.procedure.id) if used else self._side)
            self.sides.button("differ").setEnabled(bool(used))

    def _group_title(self, used: tuple[int, ...], number: int) -> str:
        if number >= len(used) or len(used) == 1:
            return ""
        edit = self._plan.edits[used[number]]
        return plan_edits.title(self._plan, used[number]) if self.procedure.placed else edit.side.capitalize()

    def _add_group(self) -> None:
        number = len(self.groups)
        group = _Amounts(self.procedure)
        group.dragged.connect(lambda one, value: self.dragged.emit(self._changed(number, one, value)[0]))
        group.settled.connect(lambda one, value: self._settle(number, one, value))
        group.released.connect(self.released)
        self.groups.append(group)
        self._inside.insertWidget(1 + number, group)

    def _changed(self, number: int, parameter: Parameter, value: float) -> tuple[Plan, int]:
        """Return the plan with an amount of the n-th edit changed, begun if there is none, and where that edit is."""
        plan, used = self._plan, self.used
        if not used:
            plan, used = plan_edits.add(plan, self._begun()), (len(plan.edits),)
        return plan_edits.set_amounts(plan, used[number], {parameter.name: value}), used[number]

    def _settle(self, number: int, parameter: Parameter, value: float) -> None:
        plan, at = self._changed(number, parameter, value)
        side = f", {plan.edits[at].side}" if len(self.used) > 1 and self.procedure.sided else ""
        words = f"{self.procedure.title}{side}, {parameter.title.lower()} {amount(value, parameter.unit)}"
        self.settled.emit(plan_edits.tidy(plan, at), words)

    def _begun(self, usual: bool = False) -> Edit:
        return (plan_edits.usual if usual else plan_edits.begin)(self.procedure.id, self._side)

    def _choose_side(self, side: str) -> None:
        self._side = "both" if side == plan_edits.DIFFER else side
        if self.used:
            plan = plan_edits.choose_sides(self._plan, self.procedure.id, side)
            words = say("left and right differ") if side == plan_edits.DIFFER else side
            self.settled.emit(plan, f"{self.procedure.title}: {words}")
        self._refresh()


class _Amounts(QWidget):
    """The amounts of one edit, and beneath them the guard-rails that were passed."""

    dragged = Signal(object, float)
    settled = Signal(object, float)
    released = Signal()

    def __init__(self, procedure: Procedure) -> None:
        super().__init__()
        self._parameters = sorted(procedure.parameters, key=lambda one: one.shapes)
        self._title = label("", "strong")
        self.rows: dict[str, AmountRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._title)
        for one in self._parameters:
            row = AmountRow(one)
            row.dragged.connect(lambda value, one=one: self.dragged.emit(one, value))
            row.settled.connect(lambda value, one=one: self.settled.emit(one, value))
            row.released.connect(self.released)
            self.rows[one.name] = row
            column.addWidget(row)
        self._note = Note()
        column.addWidget(self._note)

    def show_edit(self, edit: Edit | None, title: str) -> None:
        """Follow an edit; None: nothing is asked."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        passed = []
        for one in self._parameters:
            row = self.rows[one.name]
            value = (one.default if one.shapes else 0.0) if edit is None else plan_edits.value(edit, one)
            if not row.slider.isSliderDown():
                row.show_value(value)
            passed += [guard.words for guard in one.guards if guard.passed(value)]
        self._note.say("\n".join(dict.fromkeys(passed)))
