"""What may leave: a case whose simulation is solved and belongs to the current photos, face and plan."""

from dataclasses import dataclass

from clinic.case import Case, Comparison, FaceModel, Simulation
from clinic.export.errors import NotSolved
from clinic.words import say


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A case with everything an export needs, none of it missing or stale."""

    case: Case
    face: FaceModel
    simulation: Simulation
    comparison: Comparison


def solved(case: Case) -> Solved:
    """Return the case as exports want it. Raises NotSolved with the reason."""
    if case.face is None:
        raise NotSolved(say("there is no face yet"))
    if case.simulation is None:
        raise NotSolved(say("the plan has not been simulated yet"))
    if not case.simulation.solved:
        raise NotSolved(say("what is shown is only the quick preview"))
    if case.stale_face or case.stale_simulation:
        raise NotSolved(say("the photos, face or plan were changed after the simulation"))
    comparison = case.comparison
    if comparison is None or comparison.made_from != case.simulation.made_from:
        from clinic.comparison.compare import compare

        comparison = compare(case.face, case.simulation)
    return Solved(case, case.face, case.simulation, comparison)
