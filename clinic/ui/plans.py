"""What is done with plans A, B and C of the open case; each step is recorded and undone as any other."""

from clinic.planning import alternatives
from clinic.ui.desk import Desk
from clinic.words import say


class Plans:
    """Changes which plans there are and which is open. Nothing is done while a job runs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self, number: int) -> None:
        """Open a plan, counted from 0."""
        case = self._desk.case
        if case is not None and not self._desk.busy and number != case.place:
            self._desk.change(lambda: alternatives.opened(case, number), say("Open another plan"))

    def step(self, steps: int) -> None:
        """Open the next plan, or from the last one the first."""
        case = self._desk.case
        if case is not None:
            self.open((case.place + steps) % len(case.plans))

    def add(self) -> None:
        """Begin an empty plan."""
        case = self._desk.case
        if case is not None and not self._desk.busy:
            self._desk.change(lambda: alternatives.added(case), say("New plan"))

    def duplicate(self) -> None:
        """Copy the open plan."""
        case = self._desk.case
        if case is not None and not self._desk.busy:
            self._desk.change(lambda: alternatives.duplicated(case), say("Duplicate the plan"))

    def rename(self, name: str) -> None:
        """Give the open plan another name; the audit does not tell it, since it might name somebody."""
        case = self._desk.case
        if case is not None and not self._desk.busy and alternatives.renamed(case, name).plan != case.plan:
            self._desk.change(lambda: alternatives.renamed(case, name), say("Rename the plan"))

    def delete(self) -> None:
        """Delete the open plan; undo brings it back."""
        case = self._desk.case
        if case is not None and case.aside and not self._desk.busy:
            self._desk.change(lambda: alternatives.deleted(case), say("Delete the plan"))
