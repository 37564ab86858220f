"""Plans A, B, C over one face: case in, case out. Each keeps what was solved for it."""

from dataclasses import replace
from string import ascii_uppercase

from clinic.case import Case, Plan, Planned
from clinic.words import say


def opened(case: Case, number: int) -> Case:
    """Return the case with another of its plans open, counted from 0. Raises IndexError without such a plan."""
    plans = case.plans
    chosen = plans[number]
    return replace(
        case,
        plan=chosen.plan,
        simulation=chosen.simulation,
        comparison=chosen.comparison,
        aside=(*plans[:number], *plans[number + 1 :]),
        place=number,
    )


def added(case: Case) -> Case:
    """Return the case with an empty plan after the others, open."""
    fresh = Planned(Plan(name=next_name(case)))
    return opened(replace(case, aside=_aside(case, (*case.plans, fresh))), len(case.plans))


def duplicated(case: Case) -> Case:
    """Return the case with a copy of the open plan right after it, open; what was solved holds for it too."""
    copy = Planned(replace(case.plan, name=next_name(case)), case.simulation, case.comparison)
    plans, after = case.plans, case.place + 1
    return opened(replace(case, aside=_aside(case, (*plans[:after], copy, *plans[after:]))), after)


def renamed(case: Case, name: str) -> Case:
    """Return the case with another name for the open plan; one without letters changes nothing."""
    wanted = " ".join(name.split())
    return replace(case, plan=replace(case.plan, name=wanted)) if wanted else case


def deleted(case: Case) -> Case:
    """Return the case without the open plan; the one after it opens, else the one before. The last one stays."""
    if not case.aside:
        return case
    number = min(case.place, len(case.aside) - 1)
    chosen = case.aside[number]
    return replace(
        case,
        plan=chosen.plan,
        simulation=chosen.simulation,
        comparison=chosen.comparison,
        aside=(*case.aside[:number], *case.aside[number + 1 :]),
        place=number,
    )


def next_name(case: Case) -> str:
    """Return "Plan B" or the first letter after it that no plan has."""
    taken = {one.plan.name for one in case.plans}
    letters = (say("Plan {name}", name=letter) for letter in ascii_uppercase)
    return next((name for name in letters if name not in taken), say("Plan {name}", name=len(taken) + 1))


def stale(case: Case, number: int) -> bool:
    """True if a plan has a simulation that does not belong to it and this face."""
    one = case.plans[number]
    return one.simulation is not None and one.simulation.made_from != case.inputs_of(one.plan)


def _aside(case: Case, plans: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """Return all plans but the open one, where those after it may be more than before."""
    return (*plans[: case.place], *plans[case.place + 1 :])
