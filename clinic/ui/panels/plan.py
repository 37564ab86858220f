"""Plan, left: the edits of the plan in their order, and what the solver thinks of them."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from clinic.case import STRAIN_LIMIT, STRAIN_REVIEW, Case, Edit
from clinic.ui import plan_edits
from clinic.ui.desk import Desk
from clinic.ui.widgets.side import Side, clear, hint
from clinic.ui.widgets.text import Button, Icon, label

_ICONS = {"Nose": "nose", "Chin": "chin", "Cheeks": "cheek"}
_PREPARING = ("busy", "accent", "Preparing the preview")
_STATES = {
    "": ("empty", "muted", "No change planned"),
    "preview": ("warning", "warning", "Preview, not solved"),
    "stale": ("warning", "warning", "Solved for another plan"),
    "solved": ("check", "accent", "Solved"),
}


class PlanStack(Side):
    """The edit stack: each edit can be switched off or taken out."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("left")
        self._desk = desk
        self.section("Plan")
        self.column.addWidget(self._plan_card())
        self._aside = self.section("Edit stack")
        self._list = QWidget()
        self._edits = QVBoxLayout(self._list)
        self._edits.setContentsMargins(0, 0, 0, 0)
        self._edits.setSpacing(4)
        self.column.addWidget(self._list)
        self.column.addStretch(1)
        self._checks = QVBoxLayout()
        self._checks.setSpacing(8)
        self.foot.addLayout(self._checks)
        self._shown: tuple[Edit, ...] | None = None
        self._amounts: dict[str, QLabel] = {}
        self._strain = 0.0
        desk.case_changed.connect(self._case_changed)
        desk.shown_changed.connect(self._show)
        desk.job_changed.connect(self._enable)
        self._show()

    def _plan_card(self) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        card.setProperty("chosen", "true")
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        self._state_icon = Icon("empty", "muted", 24)
        row.addWidget(self._state_icon)
        column = QVBoxLayout()
        column.setSpacing(2)
        self._name = label("Plan A", "strong")
        self._state = label("", "small")
        column.addWidget(self._name)
        column.addWidget(self._state)
        row.addLayout(column, 1)
        return card

    def _case_changed(self, before: Case | None, after: Case | None) -> None:
        self._shown = None
        self._show()

    def _show(self) -> None:
        plan, badge = self._desk.plan, self._desk.badge
        icon, tone, state = _PREPARING if plan.active and not badge else _STATES[badge]
        self._state_icon.show_icon(icon, tone)
        self._name.setText(plan.name)
        count = len(plan.active)
        self._state.setText(f"{count} edit{'' if count == 1 else 's'} · {state}" if count else state)
        self._show_checks()
        if plan.edits == self._shown:
            return
        if self._shown is not None and _rows(plan.edits) == _rows(self._shown):
            for edit in plan.edits:
                self._amounts[edit.procedure].setText(_amounts(edit))
            self._shown = plan.edits
            return
        self._shown = plan.edits
        clear(self._edits)
        self._aside.setText(f"{len(plan.active)} on" if plan.edits else "")
        if not plan.edits:
            self._edits.addWidget(hint("No change planned yet. Move a slider at the right."))
        for edit in plan.edits:
            self._edits.addWidget(self._row(edit))

    def _row(self, edit: Edit) -> QWidget:
        known = plan_edits.procedure(edit.procedure)
        row = QFrame()
        row.setObjectName("quiet")
        line = QHBoxLayout(row)
        line.setContentsMargins(12, 4, 0, 4)
        line.setSpacing(0)
        line.addWidget(Icon(_ICONS.get(known.region, "plan"), "accent" if edit.enabled else "muted"))
        line.addSpacing(12)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label(known.title, "strong" if edit.enabled else "muted"))
        self._amounts[edit.procedure] = label(_amounts(edit), "small", wrap=True)
        column.addWidget(self._amounts[edit.procedure])
        line.addLayout(column, 1)
        title, name = known.title, edit.procedure
        verb, icon = ("Switch off", "eye") if edit.enabled else ("Switch on", "eye_off")
        line.addWidget(self._tool(f"{verb} {title}", icon, lambda: self._change("switch", name)))
        line.addWidget(self._tool(f"Remove {title}", "remove", lambda: self._change("remove", name)))
        return row

    def _tool(self, words: str, icon: str, pressed: Callable[[], None]) -> Button:
        button = Button(words, pressed, icon=icon, role="tool")
        button.setFixedWidth(36)
        return button

    def _change(self, what: str, name: str) -> None:
        plan, title = self._desk.plan, plan_edits.procedure(name).title
        changed, words = {
            "switch": (plan_edits.switch(plan, name), f"Switch {title}"),
            "remove": (plan_edits.remove(plan, name), f"Remove {title}"),
        }[what]
        self._desk.settle(changed, words)

    def _enable(self) -> None:
        self._list.setEnabled(not self._desk.busy)

    def _show_checks(self) -> None:
        shown = self._desk.shown
        strain = 0.0 if shown is None else round(float(shown.strain.max()), 2)
        if strain == self._strain:
            return
        self._strain = strain
        clear(self._checks)
        if strain >= STRAIN_REVIEW:
            self._checks.addWidget(_strain_warning(strain))


def _rows(edits: tuple[Edit, ...]) -> list[tuple[str, bool]]:
    """What the rows of the stack depend on; amounts alone change in place, since a drag changes them often."""
    return [(edit.procedure, edit.enabled) for edit in edits]


def _amounts(edit: Edit) -> str:
    return plan_edits.words(edit) if edit.enabled else f"{plan_edits.words(edit)} · off"


def _strain_warning(strain: float) -> QFrame:
    box = QFrame()
    box.setObjectName("banner")
    box.setProperty("kind", "error" if strain >= STRAIN_LIMIT else "warning")
    row = QHBoxLayout(box)
    row.setContentsMargins(12, 12, 12, 12)
    row.setSpacing(12)
    row.addWidget(Icon("warning", "error" if strain >= STRAIN_LIMIT else "warning"), 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(label(f"Skin strain {100 * strain:.0f} %", "strong"))
    limit = f"Above {100 * (STRAIN_LIMIT if strain >= STRAIN_LIMIT else STRAIN_REVIEW):.0f} %. Review before you share."
    column.addWidget(label(limit, "small", wrap=True))
    row.addLayout(column, 1)
    return box
