"""Handles on the skin: pointing at a place, and pulling the skin there with the mouse.

Between the picture, which knows pixels, and the plan, which knows millimetres. A pull is a preview per step and one
commit when it is let go, as every drag is.
"""

import numpy as np
from PySide6.QtCore import QObject

from clinic.case import Edit, Floats, Plan
from clinic.ui import pick, plan_edits
from clinic.ui.desk import Desk
from clinic.ui.handle_layer import Handle
from clinic.ui.viewport import Viewport
from clinic.words import say

# what moves the skin in which direction, patient frame
AXES = {"lateral_mm": (1.0, 0.0, 0.0), "up_mm": (0.0, 0.0, 1.0), "forward_mm": (0.0, -1.0, 0.0)}
_BESIDE = say("That is not skin that can be simulated. Click on the face between brow, ears and chin.")


class Handles(QObject):
    """Shows the placed edits of the plan in the picture and changes them there."""

    def __init__(self, desk: Desk, viewport: Viewport) -> None:
        super().__init__(viewport)
        self._desk, self._viewport = desk, viewport
        self._procedure = ""
        self._began: Edit | None = None
        viewport.pointed.connect(self._pointed)
        viewport.handles.pulled.connect(self._pull)
        viewport.handles.stepped.connect(self._step)
        viewport.handles.let_go.connect(self._let_go)

    def point(self, procedure: str) -> None:
        """Let the user point at a place for a procedure."""
        self._procedure = procedure
        self._viewport.point(True)

    def of(self, plan: Plan) -> tuple[Handle, ...]:
        """Return the handles of a plan, those that are switched on."""
        return tuple(
            Handle(position, plan_edits.title(plan, position), edit.place)
            for position, edit in enumerate(plan.edits)
            if edit.place is not None and edit.enabled
        )

    def _pointed(self, spot: pick.Spot) -> None:
        desk = self._desk
        if desk.case is None or desk.case.face is None or desk.busy:
            return
        if not pick.outside(spot, desk.case.face):
            desk.said.emit(_BESIDE, "warning")
            return
        self._viewport.point(False)
        edit = plan_edits.begin(self._procedure, place=pick.place(spot, desk.case.face.topology))
        desk.settle(
            plan_edits.add(desk.plan, edit), say("Add {title!t}", title=plan_edits.procedure(self._procedure).title)
        )

    def _pull(self, position: int, by: Floats) -> None:
        if not self._desk.busy:
            self._began = self._began or self._desk.plan.edits[position]
            self._desk.drag(self._moved(position, self._began, by))

    def _let_go(self, position: int) -> None:
        if self._began is not None:
            self._began = None
            self._settle(position, self._desk.plan)

    def _step(self, position: int, by: Floats) -> None:
        if not self._desk.busy:
            self._settle(position, self._moved(position, self._desk.plan.edits[position], by))

    def _settle(self, position: int, plan: Plan) -> None:
        self._desk.settle(plan, f"{plan_edits.title(plan, position)}, {plan_edits.words(plan.edits[position])}")

    def _moved(self, position: int, began: Edit, by: Floats) -> Plan:
        """Return the plan with a handle moved by (3,) mm from where it began, within its limits and on its steps."""
        known, amounts = plan_edits.procedure(began.procedure), {}
        for one in known.parameters:
            if one.name in AXES:
                wanted = plan_edits.value(began, one) + float(by @ np.array(AXES[one.name]))
                amounts[one.name] = min(max(round(wanted / one.step) * one.step, one.minimum), one.maximum)
        return plan_edits.set_amounts(self._desk.plan, position, amounts)
