"""What is laid beside what in Compare, and under which light."""

from PySide6.QtCore import QObject, Signal

from clinic.case import Case
from clinic.case.case import Planned
from clinic.ui.desk import Desk


class Compared(QObject):
    """At the left the face before or a solved plan, at the right a plan; `changed` tells that another is chosen.

    light: "clinic", "soft", "raking" (both sides, one beside the other) or "flat".
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.light = "clinic"
        self._left = self._right = ""  # names of plans: "" for the face before, and for the open plan
        desk.case_changed.connect(self._follow)

    def choose_light(self, light: str) -> None:
        """Light the face in another way."""
        self.light = light
        self.changed.emit()

    def choose(self, left: str, right: str) -> None:
        """Compare others, by the names of their plans."""
        self._left, self._right = left, right
        self.changed.emit()

    @property
    def solved(self) -> tuple[Planned, ...]:
        """The plans with a result."""
        case = self._desk.case
        return () if case is None else tuple(one for one in case.plans if one.simulation is not None)

    @property
    def right(self) -> Planned | None:
        """The plan at the right, None for the open one."""
        case = self._desk.case
        chosen = self._named(self._right)
        return None if case is None or chosen is None or chosen.plan is case.plan else chosen

    @property
    def left(self) -> Planned | None:
        """The plan at the left, None for the face before."""
        return self._named(self._left)

    def badge(self, planned: Planned) -> str:
        """Tell how far the result of a plan that lies aside may be trusted."""
        case = self._desk.case
        if case is None or planned.simulation is None:
            return ""
        return "solved" if planned.simulation.made_from == case.inputs_of(planned.plan) else "stale"

    def _named(self, name: str) -> Planned | None:
        return next((one for one in self.solved if name and one.plan.name == name), None)

    def _follow(self, before: Case | None, after: Case | None) -> None:
        if before is None or after is None or before.id != after.id:
            self._left = self._right = ""
            self.light = "clinic"
